"""SISKOP2MI's own codes and words, and how its rows go wrong. The real ones are not public: all of these are
invented.
"""

from __future__ import annotations

from typing import NamedTuple

SEXES = {1: "LAKI-LAKI", 2: "PEREMPUAN"}
SCHEMES = {
    "p2p": "PTOP", "g2g": "GTOG", "g2p": "GTOP", "independent": "MDR", "own_company": "UKPS", "crew_merchant": "ABKN",
    "crew_fishing": "ABKI", "re_entry": "CUTI",
}  # fmt: skip
MARITAL = {"single": "BK", "married": "K", "divorced": "CH", "widowed": "CM"}
EDUCATION = {
    "none": "TS", "primary": "SD", "lower_secondary": "SMP", "upper_secondary": "SMA", "diploma": "D3",
    "bachelor": "S1",
}  # fmt: skip
LICENCES = {"active": "AKTIF", "suspended": "SKORSING", "revoked": "CABUT", "expired": "KEDALUWARSA"}
ORDERS = {"open": "BUKA", "exhausted": "HABIS", "closed": "TUTUP"}
EMPLOYERS = {"legal_entity": "BH", "household": "RT", "vessel": "KPL"}
REGISTRATIONS = {
    "submitted": "DAFTAR", "verified": "VERIFIKASI", "agreement_signed": "PP", "transferred": "ALIH",
    "transfer_failed": "GAGAL", "cancelled": "BATAL",
}  # fmt: skip
PLACEMENTS = {
    "contracted": "KONTRAK", "oriented": "OPP", "departed": "BERANGKAT", "extended": "PERPANJANG",
    "completed": "SELESAI",
    "terminated": "PUTUS", "cancelled": "BATAL",
}  # fmt: skip
E_PMIS = {"issued": "TERBIT", "expired": "HABIS", "withdrawn": "TARIK"}
E_PMI_KINDS = {"new": "BARU", "re_entry": "CUTI"}
CAUSES = {
    "contract_end": "10", "leave": "20", "deported": "30", "ill": "40", "died": "50", "violence": "60",
    "repatriated": "70",
}  # fmt: skip
SUBJECTS = {
    "unpaid_wages": "01", "passport_withheld": "02", "violence": "03", "contact_lost": "04", "other_job": "05",
    "overstay": "06", "forced_crime": "07", "ill": "08",
}  # fmt: skip
COMPLAINTS = {"open": "BARU", "in_progress": "PROSES", "closed": "SELESAI"}
HOW = {"raid": "S", "desk": "H", "airport": "B", "port": "P", "land_border": "L"}

#: Countries stand as words. The first is the usual one, the others are how some clerks type it (DOMAIN B6).
COUNTRIES: dict[str, tuple[str, ...]] = {
    "HKG": ("HONG KONG", "HONGKONG"), "TWN": ("TAIWAN",), "MYS": ("MALAYSIA",), "SGP": ("SINGAPURA", "SINGAPORE"),
    "SAU": ("ARAB SAUDI", "KSA"), "ARE": ("UNI EMIRAT ARAB", "UEA"), "KOR": ("KOREA SELATAN", "KORSEL"),
    "JPN": ("JEPANG",), "BRN": ("BRUNEI DARUSSALAM", "BRUNEI"), "QAT": ("QATAR",), "KWT": ("KUWAIT",), "OMN": ("OMAN",),
    "JOR": ("YORDANIA",), "IRQ": ("IRAK",), "SYR": ("SURIAH",), "EGY": ("MESIR",), "TUR": ("TURKI",),
    "KHM": ("KAMBOJA",), "MMR": ("MYANMAR",), "LAO": ("LAOS",), "THA": ("THAILAND",), "VNM": ("VIETNAM",),
    "PHL": ("FILIPINA",), "CHN": ("TIONGKOK", "CINA"), "TLS": ("TIMOR LESTE",), "AUS": ("AUSTRALIA",),
    "NZL": ("SELANDIA BARU",), "DEU": ("JERMAN",), "NLD": ("BELANDA",), "GBR": ("INGGRIS",), "ITA": ("ITALIA",),
    "POL": ("POLANDIA",), "USA": ("AMERIKA SERIKAT",), "FJI": ("FIJI",), "URY": ("URUGUAY",),
    "ZAF": ("AFRIKA SELATAN",), "IND": ("INDIA",), "FRA": ("PRANCIS",), "ESP": ("SPANYOL",), "PER": ("PERU",),
}  # fmt: skip


class Defect(NamedTuple):
    """A way in which rows go wrong: how many in a thousand, and where the number comes from."""

    share: int
    source: str


DEFECTS = {
    "extension_not_recorded": Defect(300, "guess; extensions done abroad are missing [R4b]"),
    "person_twice": Defect(15, "guess; duplicates over the three generations [A2]"),
    "old_nik_from_a_spreadsheet": Defect(5, "guess; rows taken over before 2024, NIK in scientific notation [A]"),
    "phone_without_its_zero": Defect(40, "guess; a spreadsheet drops leading zeros [A]"),
    "other_spelling_of_name": Defect(40, "guess; typed again by the P3MI's clerk [C2]"),
    "job_in_other_words": Defect(120, "guess; free text in English [R56]"),
    "country_in_other_words": Defect(60, "guess; country as a name [A2]"),
    "passport_not_updated": Defect(60, "guess; typed before issue or stale after renewal [A2]"),
    "complainant_knows_the_nik": Defect(400, "guess; most families have the KTP copy of the contract"),
}
