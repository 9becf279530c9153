"""SIMKIM's own codes, and how its rows go wrong. SIMKIM's real codes are not public (DOMAIN B6): all of these are
invented.
"""

from __future__ import annotations

from typing import NamedTuple

from sandbox.nation.model import Point

PURPOSES = {
    "tourism": "01", "umrah": "02", "haji": "03", "work": "04", "study": "05", "medical": "06", "family_visit": "07",
    "business": "08", "crew": "09", "internship": "10", "marriage": "11", "return": "00",
}  # fmt: skip
APPLICATION_KINDS = {"first": "B", "expired": "G1", "full": "G2", "damaged": "G3", "lost": "G4"}
APPLICATION_STATES = {
    "submitted": "10", "interviewed": "20", "approved": "30", "deferred": "40", "refused": "50", "cancelled": "60",
}  # fmt: skip
POSTPONED_FOR = {
    "duplicate": "T1", "incomplete_30_days": "T2", "suspected_non_procedural": "T3", "identity_invalid": "T4",
    "other": "T9",
}  # fmt: skip
PASSPORT_KINDS = {"ordinary": "P", "electronic": "E", "splp": "S"}
PASSPORT_STATES = {
    "active": "AKTIF", "replaced": "DIGANTI", "lost": "HILANG", "cancelled": "BATAL", "revoked": "DICABUT",
}  # fmt: skip
DIRECTIONS = {"exit": "K", "entry": "M"}
OUTCOMES = {"allowed": "IZIN", "deferred": "TUNDA", "refused": "TOLAK"}
LANES = {"autogate": "AG", "counter": "KT"}
DEFERRED_FOR = {"suspected_non_procedural": "D1", "document": "D2", "on_list": "D3", "other": "D9"}
BAN_REQUESTERS = {
    "polri": "POLRI", "kejaksaan": "KEJAGUNG", "kpk": "KPK", "kemenkeu": "KEMENKEU", "imigrasi": "DITJENIM",
    "bnn": "BNN",
}  # fmt: skip
SEXES = {1: "L", 2: "P"}

#: Control points: U air (udara), L sea (laut), D land (darat), numbered by SIMKIM in the order of the published names.
POINTS = {
    "Soekarno-Hatta": "U01", "Ngurah Rai": "U02", "Juanda": "U03", "Kualanamu": "U04", "Hasanuddin": "U05",
    "Yogyakarta YIA": "U06", "Ahmad Yani": "U07", "Hang Nadim": "U08", "Sultan Syarif Kasim II": "U09",
    "Minangkabau": "U10", "SMB II": "U11", "Iskandar Muda": "U12", "Zainuddin Abdul Madjid Lombok": "U13",
    "Sepinggan": "U14", "Sam Ratulangi": "U15", "Supadio": "U16", "Kertajati": "U17", "Adi Soemarmo": "U18",
    "Batam Centre": "L01", "Sekupang": "L02", "Harbour Bay": "L03", "Citra Tritunas": "L04", "Sri Bintan Pura": "L05",
    "Tanjung Balai Karimun": "L06", "Dumai": "L07", "Bengkalis": "L08", "Teluk Nibung": "L09", "Tunon Taka": "L10",
    "Malundung": "L11", "PLBN Entikong": "D01", "PLBN Aruk": "D02", "PLBN Badau": "D03", "PLBN Motaain": "D04",
    "PLBN Motamasin": "D05", "PLBN Wini": "D06", "PLBN Skouw": "D07",
}  # fmt: skip

#: Zone of a control point by province: 8 hours ahead for WITA, 9 for WIT, 7 else. Keppres 41/1987.
WITA = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
WIT = frozenset({"81", "82", "91", "92", "93", "94", "95", "96", "97"})


class Defect(NamedTuple):
    """A way in which rows go wrong: how many in a thousand, and where the number comes from."""

    share: int
    source: str


DEFECTS = {
    "day_and_month_swapped": Defect(
        4, "guess; birth date against NIK is what Imigrasi calls identitas tidak valid [R21]"
    ),
    "born_on_new_year": Defect(6, "guess; default birthday 1 January [A1]"),
    "letter_o_in_nik": Defect(2, "guess; O for 0 and I for 1 are the usual slips [B1]"),
    "old_passport_at_the_gate": Defect(10, "guess; crossing recorded on the old number [A1]"),
    "title_in_name": Defect(15, "guess; KTP names carry titles, certificates do not [C1]"),
    "last_word_missing_at_the_counter": Defect(8, "guess; typed from a truncated line [C2 21]"),
}


def point_code(point: Point) -> str:
    return POINTS.get(point.name, "X99")


def hours_ahead(point: Point) -> tuple[int, str]:
    province = point.region_code[:2]
    return (8, "WITA") if province in WITA else (9, "WIT") if province in WIT else (7, "WIB")
