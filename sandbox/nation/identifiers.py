"""Numbers on papers: NIK, KK, passport, MRZ, phone.

Layouts as published (PP 37/2007 art. 37 for the NIK; ICAO Doc 9303-4 for the TD3 MRZ). Nothing here belongs to anybody:
NIK and KK serials start at 9000, passports have the letters Y, Z and ZD, which no list shows as issued, and phones
have twelve national digits with a zero after the operator, longer than those operators give out.
"""

from __future__ import annotations

from datetime import date
from operator import mul
from random import Random

from sandbox.digits import TWO

FIRST_SERIAL = 9000
WOMAN_DAY_OFFSET = 40
OPERATORS = ("812", "813", "821", "822", "852", "853", "857", "858", "877", "878", "895", "896")
MRZ_NAME_LENGTH = 39
MRZ_LETTERS = {**{str(d): d for d in range(10)}, **{chr(65 + i): 10 + i for i in range(26)}, "<": 0}
MRZ_VALUES = bytes(MRZ_LETTERS.get(chr(code), 0) for code in range(256))
MRZ_WEIGHTS = (7, 3, 1) * 15


class Numbers:
    """Gives each number once. NIK and KK serials count up within their region and day; the rest runs on."""

    def __init__(
        self, rnd: Random, *, first_serial: int = FIRST_SERIAL, first_passport: int = 1_000_000, gap: int = 9
    ) -> None:
        self._rnd, self._first, self._gap = rnd, first_serial, gap
        self._serials: dict[str, int] = {}
        self._passports = first_passport
        self._splps = first_passport // 10
        self._phones: set[str] = set()

    def _serial(self, prefix: str) -> str | None:
        serial = self._serials.get(prefix, self._first + int(self._rnd.random() * 250))
        if serial > 9999:
            return None
        self._serials[prefix] = serial + 1
        return prefix + str(serial)

    def nik(self, region_code: str, born: date, sex: int) -> str:
        """PPKKCC DDMMYY SSSS, with 40 added to the day of a woman."""
        day = born.day + (WOMAN_DAY_OFFSET if sex == 2 else 0)
        prefix = f"{region_code}{TWO[day]}{TWO[born.month]}{TWO[born.year % 100]}"
        number = self._serial(prefix)
        if number is None:
            raise ValueError(f"no serial left under {prefix}")
        return number

    def kk(self, region_code: str, issued: date) -> str:
        """Region, day of issue, serial; no sex offset."""
        number = self._serial(f"KK{region_code}{TWO[issued.day]}{TWO[issued.month]}{TWO[issued.year % 100]}")
        if number is None:
            raise ValueError(f"no KK serial left in {region_code} on {issued}")
        return number[2:]

    def passport(self, electronic: bool) -> str:
        self._passports += 1 + int(self._rnd.random() * self._gap)
        return f"{'Z' if electronic else 'Y'}{self._passports:07d}"

    def splp(self) -> str:
        self._splps += 1 + int(self._rnd.random() * self._gap)
        return f"ZD{self._splps:06d}"

    def phone(self) -> str:
        while True:
            number = new_phone(self._rnd)
            if number not in self._phones:
                self._phones.add(number)
                return number


def new_phone(rnd: Random) -> str:
    r = int(rnd.random() * 12e8)
    return f"+62{OPERATORS[r // 100_000_000]}0{r % 100_000_000:08d}"


def check_digit(text: str) -> str:
    """ICAO 9303-3: weights 7, 3, 1; A is 10, `<` is 0; modulo 10. At most 45 letters, of those an MRZ may have."""
    return str(sum(map(mul, text.encode("ascii").translate(MRZ_VALUES), MRZ_WEIGHTS)) % 10)


def yymmdd(on: date) -> str:
    return f"{TWO[on.year % 100]}{TWO[on.month]}{TWO[on.day]}"


def mrz_name(name: str) -> str:
    """The last word is the primary identifier, as Indonesian passports have it; a single word stands alone."""
    words = name.upper().split()
    if not all(map(str.isalpha, words)):
        words = "".join(c if c.isalpha() else " " if c in " -." else "" for c in name.upper()).split()
    if not words:
        raise ValueError("a passport needs a name")
    field = words[0] if len(words) == 1 else f"{words[-1]}<<{'<'.join(words[:-1])}"
    return field[:MRZ_NAME_LENGTH].ljust(MRZ_NAME_LENGTH, "<")


def mrz(*, name: str, number: str, born: date, sex: int, expires: date) -> tuple[str, str]:
    """Both lines of a TD3 machine readable zone of an Indonesian passport, optional field empty."""
    document = number.ljust(9, "<")
    document += check_digit(document)
    birth = yymmdd(born)
    birth += check_digit(birth)
    expiry = yymmdd(expires)
    expiry += check_digit(expiry)
    optional = "<" * 14 + "0"
    letter = {1: "M", 2: "F"}.get(sex, "<")
    composite = check_digit(document + birth + expiry + optional)
    return f"P<IDN{mrz_name(name)}", f"{document}IDN{birth}{letter}{expiry}{optional}{composite}"
