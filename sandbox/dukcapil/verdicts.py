"""What Dukcapil says of the values that a caller sends: a verdict per field, never the value that it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import SequenceMatcher

from sandbox.dukcapil.register import Resident

AGREES, DIFFERS = "Sesuai", "Tidak Sesuai"
SEXES = {"LAKI-LAKI": 1, "PEREMPUAN": 2}
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

#: Outcomes without verdicts: code and words. The words are DOMAIN A4's; the codes are guesses.
NOT_FOUND = ("13", "Data Not Found")
DECEASED = ("14", "Data Ditemukan, Status Meninggal Dunia")
DOUBLE = ("15", "Data Ganda")
INACTIVE = ("16", "Data Inactive")

#: Fields that may be sent beside the NIK.
SIMILAR = {"NAMA_LGKP": "name", "NAMA_LGKP_IBU": "mother", "NAMA_LGKP_AYAH": "father", "TMPT_LHR": "birth_place"}
EXACT = ("TGL_LHR", "JENIS_KLMIN", "NO_KK", "NO_KEC")


def outcome(found: list[Resident]) -> tuple[str, str] | None:
    """Why there is no verdict on these rows; None where exactly one is alive and in use."""
    if not found:
        return NOT_FOUND
    states = {resident.status for resident in found}
    if len(found) > 1 or "duplicate" in states:
        return DOUBLE
    if "deceased" in states:
        return DECEASED
    return INACTIVE if "inactive" in states else None


def verdicts(asked: Mapping[str, str], resident: Resident, threshold: int) -> dict[str, str]:
    """Per field sent: `Sesuai (96)` or `Tidak Sesuai (41)` for names, `Sesuai` or `Tidak Sesuai` for the rest."""
    said = {"NIK": AGREES}
    for field, attribute in SIMILAR.items():
        if asked.get(field):
            score = similarity(asked[field], str(getattr(resident, attribute)))
            said[field] = f"{AGREES if score >= threshold else DIFFERS} ({score})"
    for field in EXACT:
        if asked.get(field):
            said[field] = AGREES if exact(field, asked[field], resident) else DIFFERS
    return said


def similarity(left: str, right: str) -> int:
    """0 to 100, of the letters only. Blind to titles, abbreviations and word order, as its callers have to know."""
    one, other = (" ".join(re.findall("[A-Z]+", text.upper())) for text in (left, right))
    return round(100 * SequenceMatcher(None, one, other, autojunk=False).ratio())


def exact(field: str, value: str, resident: Resident) -> bool:
    match field:
        case "TGL_LHR":
            return read_date(value) == resident.birth_date
        case "JENIS_KLMIN":
            return SEXES.get(value.upper()) == resident.sex
        case "NO_KK":
            return value == resident.kk
        case _:
            return value == resident.kecamatan


def read_date(text: str) -> date | None:
    """`12-MAY-1990`, as the database behind the service writes a date; None for anything else."""
    parts = text.upper().split("-")
    if len(parts) != 3 or parts[1] not in MONTHS or not (parts[0] + parts[2]).isdecimal():
        return None
    try:
        return date(int(parts[2]), MONTHS.index(parts[1]) + 1, int(parts[0]))
    except ValueError:
        return None
