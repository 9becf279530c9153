"""The machine-readable zone of a passport: TD3, two lines of 44 (ICAO Doc 9303-4, 8th edition). DOMAIN B3."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from suar.core.errors import Fault, Read, Remark
from suar.core.identity.country import ICAO
from suar.core.identity.dates import bounds_or_none
from suar.core.identity.sex import FEMALE, MALE, NOT_KNOWN

LINE = 44
NAME_FIELD = 39

_SIGNS = re.compile("[A-Z0-9<]{88}")
_SEX = {"M": MALE, "F": FEMALE, "<": NOT_KNOWN}
#: Value of each sign for the check digit: 0-9 as they are, A=10 … Z=35, the filler 0 (ICAO 9303-3, 4.9).
_VALUE = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_WEIGHTS = (7, 3, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mrz:
    """What a passport says of itself. `names` is the unordered set of words: clerks put either word of an Indonesian
    name first.
    """

    document: str  # P, or P with a second letter
    issuer: str  # alpha-3
    number: str
    nationality: str  # alpha-3
    born: str  # partial date of the standard
    sex: int  # ISO 5218
    expires: str
    optional: str
    names: tuple[str, ...]  # sorted, without fillers
    truncated: bool  # the name field is full, so its last word may be cut


def check_digit(field: str) -> int:
    """Weights 7-3-1 over the signs of a field, modulo 10 (ICAO 9303-3, 4.9)."""
    return sum(_VALUE[c] * _WEIGHTS[n % 3] for n, c in enumerate(field)) % 10


def read_mrz(text: str, today: date) -> Read[Mrz]:
    """Read both lines, typed or scanned. `today` tells the century of a birth: nobody is born after it.

    Source: ICAO Doc 9303-4 (TD3) and 9303-3 (checks, dates, names). The optional field is not read as a NIK: that
    rests on one unverified source (DOMAIN B3). Faults: mrz.length, mrz.signs, mrz.document, mrz.check (one for each
    check digit that does not hold), mrz.birth, mrz.expiry, mrz.name, mrz.country. Remarks: mrz.sex. Raises nothing.
    """
    zone = _together(text)
    if len(zone) != 2 * LINE:
        return Read.fault("mrz.length", characters=len(zone), wanted=2 * LINE)
    if not _SIGNS.fullmatch(zone):
        return Read.fault("mrz.signs")
    first, second = zone[:LINE], zone[LINE:]
    if first[0] != "P":
        return Read.fault("mrz.document", found=first[0])
    faults = _checks(second)
    born, expires = _birth(second[13:19], today), _expiry(second[21:27])
    names = tuple(sorted(part for part in first[5:].split("<") if part))
    issuer, nationality = country_of(first[2:5]), country_of(second[10:13])
    missing = {
        ("mrz.birth", "birth_date"): born,
        ("mrz.expiry", "expires"): expires,
        ("mrz.name", "full_name"): names,
        ("mrz.country", "issuer"): issuer,
        ("mrz.country", "nationality"): nationality,
    }
    faults += [Fault(code=code, field=field) for (code, field), found in missing.items() if not found]
    if faults:
        return Read(faults=tuple(faults))
    mrz = Mrz(
        document=first[:2].rstrip("<"),
        issuer=issuer,
        number=second[:9].rstrip("<"),
        nationality=nationality,
        born=born,
        sex=_SEX.get(second[20], NOT_KNOWN),
        expires=expires,
        optional=second[28:42].rstrip("<"),
        names=names,
        truncated=first[-1] != "<",
    )
    return Read(mrz) if second[20] in _SEX else Read(mrz, (Remark(code="mrz.sex", field="sex"),))


def country_of(field: str) -> str:
    """The alpha-3 code of a three-sign field, "" where it holds none. Germany writes D<<."""
    code = field.rstrip("<")
    return ICAO.get(code, code if len(code) == 3 and code.isalpha() else "")


def _together(text: str) -> str:
    """Without line ends; scanners and fingers give blanks for fillers inside a line, and « for two of them."""
    lines = [line.strip() for line in text.upper().replace("«", "<<").splitlines() if line.strip()]
    return "".join(line.replace(" ", "<") if len(line) == LINE else line.replace(" ", "") for line in lines)


def _checks(second: str) -> list[Fault]:
    """All five: number, birth, expiry, optional, and the composite over positions 1-10, 14-20 and 22-43."""
    of: tuple[tuple[str, str, str, Callable[[str], bool]], ...] = (
        ("passport_no", second[:9], second[9], str.isdigit),
        ("birth_date", second[13:19], second[19], str.isdigit),
        ("expires", second[21:27], second[27], str.isdigit),
        ("optional", second[28:42], second[42], lambda d: d.isdigit() or not second[28:42].strip("<")),
        ("composite", second[:10] + second[13:20] + second[21:43], second[43], str.isdigit),
    )
    return [
        Fault(code="mrz.check", field=name, params={"check": name})
        for name, field, digit, may in of
        if not may(digit) or check_digit(field) != _VALUE[digit]
    ]


def _birth(field: str, today: date) -> str:
    """YYMMDD with << for what is unknown (ICAO 9303-3, 4.8)."""
    if not re.fullmatch("[0-9]{2}(?:[0-9]{2}|<<){2}", field):
        return ""
    yy, month, day = int(field[:2]), field[2:4].strip("<"), field[4:].strip("<")
    parts = [part for part in (month, day if month else "") if part]
    for century in (2000, 1900):
        made = "-".join((str(century + yy), *parts))
        if bounds_or_none(made) and made <= today.isoformat()[: len(made)]:
            return made
    return ""


def _expiry(field: str) -> str:
    made = f"20{field[:2]}-{field[2:4]}-{field[4:]}"
    return made if field.isdigit() and bounds_or_none(made) else ""
