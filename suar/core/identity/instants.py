"""Instants: a day and a time of day, in UTC, from sources that seldom write an offset (DESIGN §7: they take the zone
of their file).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from suar.core.errors import Read
from suar.core.identity.dates import EXCEL_DAY_0, FIRST_YEAR, FORMATS, LAST_YEAR, read_date
from suar.core.identity.written import narrow, one_line
from suar.core.identity.zones import zone_of

#: Styles by the name that a source mapping uses: a date style of `dates.FORMATS`, and a time after it. "ISO" and the
#: epochs stand alone.
USUAL: tuple[str, ...] = ("ISO", "DD-MM-YYYY", "long")

_TIME = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s*(AM|PM)?\s*(\S+)?", re.IGNORECASE
)
_LAST_TIME = re.compile(r"(.*?\S)(?:\s*,?\s+|T)(?:(?:pukul|jam|at)\s+)?([0-9]{1,2}[:.][0-9]{2}.*)", re.IGNORECASE)
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
#: A day and a time as nearly every system writes them; whatever else there is, is read more slowly.
_PLAIN = re.compile(r"([0-9]\S{7,9}) ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_COMPACT = re.compile("[0-9]{14}")
_NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,15})?")


@lru_cache(maxsize=4_096)  # a record states one instant in several places: its version, its time, the field itself
def read_instant(text: str, formats: tuple[str, ...] = USUAL, zone: timezone = UTC) -> Read[str]:
    """An instant in UTC, "2026-11-21T03:04:05+00:00", with the fraction of a second only where there is one; sorts as
    text.

    A written offset or WIB/WITA/WIT wins over `zone`, the zone of the source. Source: ISO 8601; Keppres 41/1987 for
    the zones. Faults: instant.form, instant.time (25:61), and those of `read_date`. Remarks: instant.day_only (no
    time was written: the start of that day in the source's zone). Raises nothing.
    """
    text = one_line(narrow(text))[:80]
    if found := _ISO.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        offset = zone_of(found[8].replace("Z", "UTC")) if found[8] else zone
        return _at(year, month, day, (hour, minute, second, _micro(found[7])), offset)
    for name in formats:
        if name in {"epoch_ms", "epoch_s", "excel"}:
            if _NUMBER.fullmatch(text):
                return _from_number(text, name, zone)
        elif name == "YYYYMMDDHHMMSS" and _COMPACT.fullmatch(text):
            parts = [int(text[at : at + 2]) for at in range(4, 14, 2)]
            return _at(int(text[:4]), parts[0], parts[1], (*parts[2:], 0), zone)
    return _day_and_time(text, [name for name in formats if name in FORMATS], zone)


def _day_and_time(text: str, formats: Sequence[str], zone: timezone) -> Read[str]:
    if (plain := _PLAIN.fullmatch(text)) and formats:
        parts = FORMATS[formats[0]](plain[1], zone)
        if parts and all(parts) and parts[1] <= 12:
            return _at(*parts, (int(plain[2]), int(plain[3]), int(plain[4] or 0), 0), zone)
    split = _LAST_TIME.fullmatch(text)
    read = read_date(split[1] if split else text, formats, zone)
    if not read.ok:
        return Read.fault("instant.form") if read.faults[0].code == "date.form" else read
    day = date.fromisoformat(read.get())
    if not split:
        return _at(day.year, day.month, day.day, (0, 0, 0, 0), zone).remark("instant.day_only")
    time = _TIME.fullmatch(split[2])
    offset = zone_of(time[6]) if time and time[6] else zone
    if not time or offset is None:
        return Read.fault("instant.form")
    hour = int(time[1]) % 12 + 12 * (time[5].upper() == "PM") if time[5] else int(time[1])
    return _at(day.year, day.month, day.day, (hour, int(time[2]), int(time[3] or 0), _micro(time[4])), offset)


def _at(year: int, month: int, day: int, time: Sequence[int], offset: timezone | None) -> Read[str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Read.fault("date.year", year=year)
    hour, minute, second, micro = time
    if offset is None or hour > 23 or minute > 59 or second > 60:
        return Read.fault("instant.time")
    try:
        whole = datetime(
            year, month, day, hour, minute, min(second, 59), micro, tzinfo=offset
        )  # a leap second is the one before
        return Read(as_utc(whole))
    except (ValueError, OverflowError):
        return Read.fault("date.impossible")


def _from_number(text: str, name: str, zone: timezone) -> Read[str]:
    """Milliseconds or seconds since 1970 (UTC), or days since Excel's day 0 (in the source's zone)."""
    number = Decimal(text)
    if abs(number) > _FURTHEST[name]:
        return Read.fault("instant.form")
    if name == "excel":
        start = datetime(EXCEL_DAY_0.year, EXCEL_DAY_0.month, EXCEL_DAY_0.day, tzinfo=zone)
        # A cell holds about 15 digits, so seconds are what it can tell.
        whole = start + timedelta(seconds=round(number * 86_400))
    else:
        whole = _EPOCH + timedelta(microseconds=int(number * _MICROSECONDS[name]))
    return Read(as_utc(whole)) if FIRST_YEAR <= whole.year <= LAST_YEAR else Read.fault("date.year", year=whole.year)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = {"epoch_ms": 1_000, "epoch_s": 1_000_000}
#: No count beyond these is of a year that we read, and none of them overflows.
_FURTHEST = {"epoch_ms": 6_500_000_000_000, "epoch_s": 6_500_000_000, "excel": 80_000}


def as_utc(whole: datetime) -> str:
    """The one spelling of an instant in the standard."""
    utc = whole.astimezone(UTC)
    if not utc.microsecond:
        return utc.isoformat(timespec="seconds")
    return utc.isoformat(timespec="microseconds" if utc.microsecond % 1000 else "milliseconds")


def _micro(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0")[:6])
