"""From a happening to a row of a unit's workbook: one service case of one victim or witness."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.nation.model import Happening, VictimService

#: Defect: (share in a thousand, where the share comes from).
DEFECTS = {
    "man_not_entered": (700, "guess, after DOMAIN A7: 2.9 % of TPPO victims entered are men, far below their share"),
    "nik_not_known": (350, "guess"),
    "age_only": (300, "guess; DOMAIN A7: TTL or age"),
    "name_variant": (120, "guess"),
    "long_date": (300, "guess; typed as '21 November 2026' where the sheet wants a date"),
}

Cell = str | int | float | None

EXCEL_DAY_0 = date(1899, 12, 30)
WIB = ZoneInfo("Asia/Jakarta")
MONTH_NAMES = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)

FORMS = {
    "trafficking": "TPPO",
    "exploitation": "Eksploitasi",
    "physical": "Fisik",
    "psychological": "Psikis",
    "sexual": "Seksual",
    "neglect": "Penelantaran",
}
SOURCES = {
    "self": "Datang sendiri",
    "family": "Keluarga",
    "police": "Rujukan Polri",
    "mission": "Rujukan Perwakilan RI",
    "village": "Perangkat desa",
}
STATES = {"open": "Proses", "referred": "Dirujuk", "closed": "Selesai"}
SEXES = {1: "Laki-laki", 2: "Perempuan"}
EDUCATION = {
    "none": "Tidak Sekolah",
    "primary": "SD",
    "lower_secondary": "SLTP",
    "upper_secondary": "SLTA",
    "diploma": "Diploma",
    "bachelor": "Perguruan Tinggi",
}
MARITAL = {"single": "Belum Menikah", "married": "Menikah", "divorced": "Cerai", "widowed": "Janda/Duda"}


@dataclass(frozen=True, slots=True)
class Case:
    sheet: str
    number: str
    cells: tuple[Cell, ...]


def strikes(defect: str, key: str) -> bool:
    return zlib.crc32(f"simfoni#{defect}#{key}".encode()) % 1000 < DEFECTS[defect][0]


COLUMNS = (
    *("No. Registrasi", "Tgl Registrasi", "Tgl Kejadian", "Nama Lengkap", "NIK", "Jenis Kelamin", "Tanggal Lahir"),
    *("Umur", "Pendidikan", "Pekerjaan", "Status Kawin", "Alamat", "Kode Wilayah", "Unit Layanan", "Sumber Laporan"),
    *("Bentuk Kekerasan", "Layanan Diberikan", "Hubungan Pelaku", "Status Kasus"),
)


def case(happening: Happening) -> Case | None:
    """The row of a happening, or None where a unit entered none."""
    of = happening.of
    if not isinstance(of, VictimService):
        return None
    who = of.person
    if who.sex == 1 and not of.witness and strikes("man_not_entered", of.id):
        return None
    registered = of.registered_at.astimezone(WIB).date()
    age_only = strikes("age_only", of.id)
    varied = who.name_variants and strikes("name_variant", of.id)
    name = who.name_variants[zlib.crc32(of.id.encode()) % len(who.name_variants)] if varied else who.full_name
    cells: tuple[Cell, ...] = (
        of.case_no,
        written(registered, f"{of.id}/registered"),
        written(of.happened_on, f"{of.id}/happened"),
        name,
        None if strikes("nik_not_known", of.id) else who.nik,
        SEXES.get(who.sex),
        None if age_only else written(who.birth_date, f"{of.id}/born"),
        age_on(who.birth_date, registered) if age_only else None,
        EDUCATION[who.education],
        who.occupation,
        MARITAL[who.marital_status],
        f"{who.address.street} RT {who.address.rt}/RW {who.address.rw}",
        of.region_code,
        of.unit,
        SOURCES[of.source],
        FORMS[of.form],
        "; ".join(service.capitalize() for service in of.services),
        of.offender_relation,
        STATES[of.status],
    )
    return Case("Saksi" if of.witness else "Korban", of.case_no, cells)


def written(on: date, key: str) -> Cell:
    """A day as a sheet holds it: Excel's count of days, or words."""
    return long_date(on) if strikes("long_date", key) else (on - EXCEL_DAY_0).days


def long_date(on: date) -> str:
    return f"{on.day} {MONTH_NAMES[on.month - 1]} {on.year}"


def excel_instant(at: datetime) -> float:
    """Days since Excel's day 0, by the clock in Jakarta, to the second."""
    local = at.astimezone(WIB)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return (local.date() - EXCEL_DAY_0).days + round(seconds / 86_400, 6)


def age_on(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
