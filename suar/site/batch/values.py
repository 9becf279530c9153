"""One cell of a person file as the standard's value, or "" where it cannot be read: what says nothing speaks against nobody.

A number that a spreadsheet spoilt is not another number, and a date that nobody can read is not another date; compared
as text both would part one person from himself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from suar.core.identity.dates import read_partial_date
from suar.core.identity.nik import read_nik, suggest_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.phone import read_phone
from suar.core.identity.region import read_region
from suar.core.identity.sex import read_sex
from suar.core.identity.written import EMPTY, as_text, is_empty, is_plain, one_line

#: Columns of `suar link` and `suar resolve` (DESIGN 8), and those of the standard that may stand beside them.
COLUMNS = (
    "full_name", "nik", "sex", "birth_date", "birth_place", "mother_name", "father_name", "passport_no", "phone", "address",
    "region_code", "kk", "nationality",
)  # fmt: skip

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SIXTEEN = re.compile(r"[0-9]{16}")
_MOBILE = re.compile(r"\+628[1-35-9][0-9]{7,10}")
_LOST_ZERO = re.compile(r"8[1-35-9][0-9]{7,10}")
#: ="3201…" and '3201…, with which people keep a spreadsheet from spoiling a number; and 3201….0, which it became.
_GUARDED = re.compile(r"""=?["']+([^"']*)["']*""")
_FRACTION = re.compile(r"([0-9]|[0-9]{5,16})[.,]0+")
_MONTH_FIRST, _TWO_DIGITS = ("MM/DD/YYYY",), re.compile(r"([0-9]{1,2}[-/. ][0-9]{1,2}[-/. ])([0-9]{2})")
_DAYS = re.compile(r"[12345][0-9]{4}(?:\.0+)?")


def cleaned(text: str) -> str:
    """A cell in one line; "" for NULL, a dash and the like, and for what no text can hold."""
    if text.isascii() and text.isprintable() and len(text) < _USUAL and (text[0] not in _ODD or not text.strip(" ")):
        text = text.strip(" ")
        return one_line(text) if "  " in text else text
    text = text.strip()
    if is_plain(text):
        return "" if is_empty(text) else one_line(text)
    read = as_text(text)
    text = one_line(read.value) if read.ok and read.value else ""
    return "" if is_empty(text) else text


#: Cells as long as nearly all are; and with what one begins that may mean "nothing here" (`written.EMPTY`) or be an error.
_USUAL = 200
_ODD = frozenset(" " + "".join(word[0] + word[0].lower() for word in EMPTY if word))


def _number(text: str) -> str:
    if found := _GUARDED.fullmatch(text):
        text = found[1].strip()
    found = _FRACTION.fullmatch(text)
    return found[1] if found else text


def nik(text: str) -> str:
    """Sixteen digits, also with a letter that looks like one; a NIK with an impossible date is kept, it may be a slip."""
    text = _number(text)
    if not _SIXTEEN.fullmatch(text):
        read = read_nik(text, ())
        text = read.get().digits if read.ok else suggest_nik(text) or "".join(c for c in text if c not in " .-")
    return text if _SIXTEEN.fullmatch(text) and not _filler(text) else ""


def _filler(digits: str) -> bool:
    """Zeros, nines, 1234…: typed to get past a form. They join strangers."""
    return len(set(digits)) < 3 or digits in "01234567890123456789012345"


def birth_date(text: str) -> str:
    return text if _ISO.fullmatch(text) and "1900" < text < "2100" else _other_date(text)


@lru_cache(maxsize=1 << 16)
def _other_date(text: str) -> str:
    """As people write dates. Month first only where it can be nothing else; two digits of a year as of somebody born."""
    read = read_partial_date(text)
    if not read.ok and _DAYS.fullmatch(text):
        read = read_partial_date(text, ("excel",))
    if not read.ok and (short := _TWO_DIGITS.fullmatch(text)):
        read = read_partial_date(f"{short[1]}{'20' if short[2] < '26' else '19'}{short[2]}")
    if not read.ok:
        read = read_partial_date(text, (*_MONTH_FIRST, "YYYY/MM/DD", "YYYYMMDD"))
    return read.get() if read.ok else ""


@lru_cache(maxsize=1 << 10)
def sex(text: str) -> str:
    read = read_sex(_number(text))
    return str(read.get()) if read.ok and read.get() in (1, 2) else ""


def phone(text: str) -> str:
    text = _number(text)
    if _MOBILE.fullmatch(text):
        return text
    read = read_phone(f"0{text}" if _LOST_ZERO.fullmatch(text) else text)
    return read.get() if read.ok else ""


def passport_no(text: str) -> str:
    read = read_passport_no(_number(text))
    return read.get() if read.ok else ""


@lru_cache(maxsize=1 << 14)
def region_code(text: str) -> str:
    read = read_region(_number(text), ())
    return read.get() if read.ok else ""


def kk(text: str) -> str:
    digits = "".join(c for c in _number(text) if c not in " .-")
    return digits if _SIXTEEN.fullmatch(digits) and not _filler(digits) else ""


#: Column → its reader; the others are text.
READERS: dict[str, Callable[[str], str]] = {
    "nik": nik, "birth_date": birth_date, "sex": sex, "phone": phone, "passport_no": passport_no, "region_code": region_code, "kk": kk,
}  # fmt: skip
