"""Dates as Indonesian systems write them, full and partial. Instants with a time of day: `instants`.

A partial date is a value of the standard and is never padded: "1990-05-12", "1990-05", "1990", "~34@2024-05-01" (34
years old on that day; the pencegahan list may give an age only, DOMAIN A1). Hijri and Javanese calendars are not
read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from suar.core.errors import Fault, Read
from suar.core.identity.written import narrow, one_line

FIRST_YEAR, LAST_YEAR = 1900, 2100
#: Excel counts days from here (its 1900 is a leap year that never was; dates before March 1900 are of no use to us).
EXCEL_DAY_0 = date(1899, 12, 30)

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ROMAN_MONTHS: Mapping[str, int] = {roman: n for n, roman in enumerate(_ROMAN, start=1)}
_MONTH_WORDS = (
    "januari jan january", "februari pebruari feb peb february", "maret mar march", "april apr", "mei may",
    "juni jun june",
    "juli jul july", "agustus agt ags agu aug august", "september sep sept", "oktober okt oct october",
    "november nopember nov nop", "desember des dec december",
)  # fmt: skip
MONTHS: Mapping[str, int] = {word: n for n, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_AGED = re.compile(r"~([0-9]{1,3})@([0-9]{4}-[0-9]{2}-[0-9]{2})")
_AGE = re.compile(r"(?:\+/-|±|~|SEKITAR|KIRA-KIRA)?\s*([0-9]{1,3})\s*(?:TAHUN|THN|TH|YEARS?)?\.?", re.IGNORECASE)
_DAY_WORD = re.compile(
    r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\s*,\s*", re.I
)

#: Year, month, day as written; month and day 0 where unknown. None: not written this way.
Parts = tuple[int, int, int]
Shape = Callable[[str, timezone], Parts | None]


def _digits(pattern: str, order: str) -> Shape:
    compiled = re.compile(pattern)
    year, month, day = (order.find(part) + 1 for part in "ymd")

    def shape(text: str, zone: timezone) -> Parts | None:
        found = compiled.fullmatch(text)
        if not found:
            return None
        return int(found[year]), int(found[month]) if month else 0, int(found[day]) if day else 0

    return shape


def _words(text: str, zone: timezone) -> Parts | None:
    """12 Mei 1990 · Sabtu, 12 Mei 1990 · Mei 1990 · 12-Mei-1990."""
    found = re.fullmatch(r"(?:([0-9]{1,2})[\s.-]+)?([A-Za-z]{3,9})\.?[\s,-]+([0-9]{4})", _DAY_WORD.sub("", text))
    month = MONTHS.get(found[2].casefold()) if found else None
    return (int(found[3]), month, int(found[1] or 0)) if found and month else None


def _roman(text: str, zone: timezone) -> Parts | None:
    """12/V/1990."""
    found = re.fullmatch(r"([0-9]{1,2})\s*[-/. ]\s*([IVXivx]{1,4})\s*[-/. ]\s*([0-9]{4})", text)
    month = ROMAN_MONTHS.get(found[2].upper()) if found else None
    return (int(found[3]), month, int(found[1])) if found and month else None


def _excel(text: str, zone: timezone) -> Parts | None:
    found = re.fullmatch(r"([0-9]{1,5})(?:\.[0-9]{1,15})?", text)
    if not found or int(found[1]) < 61:
        return None
    day = EXCEL_DAY_0 + timedelta(days=int(found[1]))
    return day.year, day.month, day.day


def _epoch(per_second: int) -> Shape:
    def shape(text: str, zone: timezone) -> Parts | None:
        if not re.fullmatch("-?[0-9]{1,16}", text):
            return None
        seconds = int(text) // per_second
        if abs(seconds) > 5_000_000_000:  # beyond the years we read
            return None
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
        return local.year, local.month, local.day

    return shape


#: Styles by the name that a source mapping uses. A `/` style takes any separator; those with YY state their century.
FORMATS: Mapping[str, Shape] = {
    "ISO": _digits(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.,Z+-]{1,24})?", "ymd"),
    "YYYY-MM": _digits(r"([0-9]{4})[-/. ]([0-9]{1,2})", "ym"),
    "YYYY": _digits("([0-9]{4})", "y"),
    "YYYY/MM/DD": _digits(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})", "ymd"),
    "YYYYMMDD": _digits("([0-9]{4})([0-9]{2})([0-9]{2})", "ymd"),
    "DD-MM-YYYY": _digits(r"([0-9]{1,2})\s?[-/. ]\s?([0-9]{1,2})\s?[-/. ]\s?([0-9]{4})", "dmy"),
    "DD/MM/YYYY": _digits(r"([0-9]{1,2})\s?[-/. ]\s?([0-9]{1,2})\s?[-/. ]\s?([0-9]{4})", "dmy"),
    "MM/DD/YYYY": _digits(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", "mdy"),
    "MM-YYYY": _digits(r"([0-9]{1,2})[-/. ]([0-9]{4})", "my"),
    "DDMMYYYY": _digits("([0-9]{2})([0-9]{2})([0-9]{4})", "dmy"),
    "DD-MM-20YY": lambda text, zone: _with_century(text, 2000),
    "DD-MM-19YY": lambda text, zone: _with_century(text, 1900),
    "long": _words,
    "roman": _roman,
    "excel": _excel,
    "epoch_s": _epoch(1),
    "epoch_ms": _epoch(1000),
}
#: Tried where a source names no style. No month-first style is among them: 03/04 is 3 April in Indonesia.
USUAL: tuple[str, ...] = ("ISO", "DD-MM-YYYY", "long", "roman")
USUAL_PARTIAL: tuple[str, ...] = (*USUAL, "YYYY", "YYYY-MM", "MM-YYYY")


def _with_century(text: str, century: int) -> Parts | None:
    found = re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2})", text)
    return (century + int(found[3]), int(found[2]), int(found[1])) if found else None


def read_date(text: str, formats: Sequence[str] = USUAL, zone: timezone = UTC) -> Read[str]:
    """A whole date as YYYY-MM-DD. `zone` says on which side of midnight an epoch falls.

    Faults: date.form (no style of the source), date.month_first (only readable as month/day), date.impossible (31
    April), date.year (before 1900 or after 2100), date.incomplete (a part is 00 or left out). Raises nothing.
    """
    read = read_partial_date(text, formats, zone)
    if read.ok and len(read.get()) < 10:
        return Read.fault("date.incomplete")
    return read


def read_partial_date(text: str, formats: Sequence[str] = USUAL_PARTIAL, zone: timezone = UTC) -> Read[str]:
    """A date of which month, or month and day, may be unknown: 00-05-1990 is 1990-05. Faults: as `read_date`, but for
    date.incomplete.
    """
    text = one_line(narrow(text))[:64]
    for name in (*formats, "ISO"):  # which cannot be mistaken, and is what a spreadsheet's date cell becomes
        parts = FORMATS[name](text, zone)
        if parts:
            return _made(*parts)
    if _AGED.fullmatch(text) and bounds_or_none(text):
        return Read(text)
    return Read.fault("date.form")


def read_age(text: str, on: str) -> Read[str]:
    """An age that held on a day of the standard, as a partial date: "34 tahun" → "~34@2024-05-01". Faults: age.form,
    age.years.
    """
    found = _AGE.fullmatch(one_line(narrow(text)))
    if not found or not bounds_or_none(f"~1@{on}"):
        return Read.fault("age.form")
    if int(found[1]) > 130:
        return Read.fault("age.years", years=int(found[1]))
    return Read(f"~{int(found[1])}@{on}")


def _made(year: int, month: int, day: int) -> Read[str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Read.fault("date.year", year=year)
    if not month:
        return Read(f"{year:04}")
    if month > 12:
        return Read.fault("date.month_first" if day <= 12 and day else "date.impossible")
    if not day:
        return Read(f"{year:04}-{month:02}")
    try:
        return Read(date(year, month, day).isoformat())
    except ValueError:
        return Read(faults=(Fault(code="date.impossible"),))


def bounds_or_none(partial: str) -> tuple[date, date] | None:
    """First and last day that a partial date of the standard can mean; None where it is none."""
    try:
        if aged := _AGED.fullmatch(partial):
            on, years = date.fromisoformat(aged[2]), int(aged[1])
            return _years_before(on, years + 1) + timedelta(days=1), _years_before(on, years)
        found = _PARTIAL.fullmatch(partial)
        if not found:
            return None
        year, month, day = (int(part) if part else 0 for part in found.groups())
        if day:
            return (whole := date(year, month, day)), whole
        last = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1) - timedelta(days=1)
        return date(year, month or 1, 1), last
    except (ValueError, OverflowError):
        return None


def span(partial: str) -> tuple[date, date]:
    """First and last day that a partial date of the standard can mean. For values that were read; raises ValueError
    on others.
    """
    found = bounds_or_none(partial)
    if found is None:
        raise ValueError("no partial date of the standard")
    return found


def could_agree(left: str, right: str) -> bool:
    """Whether two partial dates can mean one day."""
    (first_left, last_left), (first_right, last_right) = span(left), span(right)
    return first_left <= last_right and first_right <= last_left


def ages_on(born: str, day: date) -> tuple[int, int]:
    """Youngest and oldest that somebody born then can be on a day. Below 0 for a birth after it."""
    earliest, latest = span(born)
    return _age(latest, day), _age(earliest, day)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _years_before(day: date, years: int) -> date:
    """29 February becomes 28: whoever is born on it is a year older on 1 March (the day before counts as the eve)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def precision(partial: str) -> str:
    """day, month, year or age."""
    return "age" if partial.startswith("~") else ("year", "month", "day")[partial.count("-")]
