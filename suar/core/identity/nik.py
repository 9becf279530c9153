"""NIK, the number of a resident (PP 37/2007; Permendagri 108/2019). Layout and its traps: DOMAIN B1."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from suar.core.errors import Read
from suar.core.identity.dates import span
from suar.core.identity.sex import FEMALE, MALE
from suar.core.identity.slips import letters_for_digits, places
from suar.core.identity.written import excel_number, narrow

#: 40 added to the day of birth says "woman".
WOMAN_DAY_OFFSET = 40
#: Nobody alive is older; a century that makes somebody older is the wrong one.
OLDEST_YEARS = 105

_SIXTEEN = re.compile("[0-9]{16}")


@dataclass(frozen=True, slots=True)
class Nik:
    """A NIK that could exist. Its parts are evidence about the holder, never proof: papers are corrected, numbers are
    kept.
    """

    digits: str
    region: str  # kecamatan of first registration, as coded that year
    woman: bool
    day: int
    month: int
    yy: int

    @property
    def sex(self) -> int:
        """ISO 5218."""
        return FEMALE if self.woman else MALE

    def births(self) -> tuple[date, ...]:
        """The one or two days that the digits can mean."""
        return tuple(d for century in (1900, 2000) if (d := _day(century + self.yy, self.month, self.day)))

    def agrees_with_birth(self, born: str) -> bool:
        """Whether a birth date of the standard, full or partial, leaves room for these digits."""
        earliest, latest = span(born)
        return any(earliest <= day <= latest for day in self.births())

    def born_by(self, today: date) -> date | None:
        """The likeliest birth date: not in the future, and not of somebody over 105."""
        possible = [day for day in self.births() if day <= today and today.year - day.year <= OLDEST_YEARS]
        return max(possible, default=None)


def read_nik(text: str, regions: Container[str]) -> Read[Nik]:
    """Read a NIK as written on a card: RRRRRR DDMMYY NNNN, 40 added to DD for women.

    Source: PP 37/2007 art. 37 (layout); PP 40/2019 art. 30(2) (kept for life). The region is that of first
    registration and codes change, so an unknown one is a remark, and a NIK that disagrees with a birth date is
    evidence to weigh, never a reason to reject. Faults: nik.excel (a spreadsheet made it 3,2E+15), nik.letters
    (letters in place of digits, with their places: `suggest_nik` says what was probably meant), nik.length,
    nik.birth, nik.serial. Remarks: nik.region. Raises nothing.
    """
    digits = text if text.isdigit() and text.isascii() else "".join(c for c in narrow(text) if c not in " .-")
    if not _SIXTEEN.fullmatch(digits):
        return _misread(text.strip(), digits)
    nik = parts_of_nik(digits)
    if not exists_in_some_century(nik.day, nik.month, nik.yy):
        return Read.fault("nik.birth", found=digits[6:12])
    if digits[12:] == "0000":
        return Read.fault("nik.serial")
    return Read(nik) if nik.region in regions else Read(nik).remark("nik.region", region=nik.region)


def parts_of_nik(digits: str) -> Nik:
    """The parts of 16 digits that were read before."""
    day = int(digits[6:8])
    woman = day > WOMAN_DAY_OFFSET
    day -= WOMAN_DAY_OFFSET if woman else 0
    return Nik(digits, region=digits[:6], woman=woman, day=day, month=int(digits[8:10]), yy=int(digits[10:12]))


def suggest_nik(text: str) -> str | None:
    """What was probably meant by a NIK with O for 0 or I for 1; None where it would still be none. To be offered,
    never applied.
    """
    meant = letters_for_digits("".join(c for c in narrow(text) if c not in " .-"))
    return meant if _SIXTEEN.fullmatch(meant) and read_nik(meant, ()).ok else None


def exists_in_some_century(day: int, month: int, yy: int) -> bool:
    """Whether a day exists in 19yy or 20yy: 29 February of year 00 does, since 2000 had one."""
    if 1 <= day <= 28 and 1 <= month <= 12:
        return True
    return any(_day(century + yy, month, day) for century in (1900, 2000))


def _misread(text: str, digits: str) -> Read[Nik]:
    if excel_number(text):
        return Read.fault("nik.excel")
    if len(digits) == 16 and _SIXTEEN.fullmatch(letters_for_digits(digits)):
        return Read.fault("nik.letters", places=places(digits))
    return Read.fault("nik.length", digits=len(digits))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
