"""What is wrong with Peduli WNI's rows even on a good day, and how often. Who reports at all is the nation's matter."""

from __future__ import annotations

import zlib
from datetime import date

#: Defect: (share in a thousand, where the share comes from). The kinds are DOMAIN A5's, which gives no shares.
DEFECTS = {
    "nik_not_given": (180, "guess; log-in is by passport number or NIK, so one of them is enough"),
    "nik_mistyped": (12, "guess; self-typed: two neighbouring digits swapped"),
    "birth_swapped": (10, "guess; self-typed: day and month swapped where both read as a date"),
    "birth_year_only": (25, "guess; consular staff knows only the year"),
    "name_as_typed": (300, "guess; self-typed in mixed or lower case"),
    "name_variant": (150, "guess; the name as on another paper"),
    "reported_twice": (30, "guess; the same stay reported again under a new number"),
    "case_by_nickname": (400, "guess; case subject known by nickname and phone only"),
    "sheltered": (450, "guess, no defect: share of repatriations that passed through a shelter"),
}


def strikes(defect: str, key: str) -> bool:
    """Whether a defect strikes this row: always the same rows."""
    return zlib.crc32(f"peduliwni/{defect}/{key}".encode()) % 1000 < DEFECTS[defect][0]


def typed_nik(nik: str, key: str) -> str:
    if strikes("nik_not_given", key):
        return ""
    if strikes("nik_mistyped", key):
        at = 6 + zlib.crc32(key.encode()) % 9
        return nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :]
    return nik


def typed_birth(born: date, key: str) -> str:
    """`1990-05-12` (xs:date), or `1990` (xs:gYear) where no more is known."""
    if strikes("birth_year_only", key):
        return str(born.year)
    if strikes("birth_swapped", key) and born.day <= 12:
        born = born.replace(month=born.day, day=born.month)
    return born.isoformat()


def typed_name(name: str, variants: tuple[str, ...], key: str) -> str:
    if variants and strikes("name_variant", key):
        name = variants[zlib.crc32(f"{key}/name".encode()) % len(variants)]
    if strikes("name_as_typed", key):
        return name.title() if zlib.crc32(key.encode()) % 2 else name.lower()
    return name.upper()
