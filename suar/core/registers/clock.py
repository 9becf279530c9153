"""From when to when an entry holds in law: local days of the deciding office into one [from, to) of instants."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from suar.core.registers.law import LegalBasis, LegalTermRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an entry holds: from `begins`, up to but not at `ends`, in UTC."""

    begins: datetime
    ends: datetime
    cut: bool = False  # a longer end was claimed than the law gives

    def holds(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


# law: UU 6/2011 Ps 92, 97; UU 63/2024 Ps 97(1); MK 64/PUU-IX/2011; Permenkumham 38/2021 Ps 5, 11; Permenimipas 13/2025 Ps 9, 11
def window(
    row: LegalTermRow,
    first_day: date,
    zone: timezone,
    *,
    last_day: date | None = None,
    extended: int = 0,
    holidays: Container[date] = frozenset(),
) -> Window:
    """When an entry decided for `first_day` holds, in the deciding office's zone (WIB, WITA or WIT).

    `last_day` is what the decision itself states (for a deferral: the day of the trip); beyond the law's term it is
    cut, since the entry lapses by law (UU 6/2011 Ps 97; UU 63/2024). `extended` counts extensions granted; more than
    the law gives count not. Six months from 31 August end with 27 February: the day that has no counterpart is read
    in the person's favour.
    """
    terms = 1 + min(extended, row.extensions)
    latest = _after(row, first_day, terms, holidays)
    ends = latest
    if row.ends_with == "trip" and last_day is None:
        last_day = first_day
    if last_day is not None:
        ends = min(latest, max(first_day, last_day) + timedelta(days=1))
    cut = last_day is not None and last_day + timedelta(days=1) > latest
    return Window(begins=_midnight(first_day, zone), ends=_midnight(ends, zone), cut=cut)


# law: UU 6/2011 Ps 97
def in_force(
    kind: str,
    begins: datetime,
    ends: datetime | None,
    at: datetime,
    *,
    basis: LegalBasis,
    zone: timezone,
    extended: int = 0,
) -> bool:
    """Whether an entry as a source lists it holds at an instant. It lapses by law even where the list still has it.

    `ends` None: the source states none, so the law's own term counts. An instant on the border is out: [from, to).
    """
    row = basis[kind]
    first_day = begins.astimezone(zone).date()
    latest = _midnight(_after(row, first_day, 1 + min(extended, row.extensions), frozenset()), zone)
    return begins <= at < min(ends or window(row, first_day, zone, extended=extended).ends, latest)


# law: UU 6/2011 Ps 16; MK 40/PUU-IX/2011
def stops(row: LegalTermRow, step: str) -> bool:
    """Whether the law lets an entry of this kind stop this step."""
    return step in row.stops


def _after(row: LegalTermRow, first_day: date, terms: int, holidays: Container[date]) -> date:
    """The first day on which the entry holds no longer."""
    if row.months:
        return months_later(first_day, row.months * terms)
    if row.days_are == "calendar":
        return first_day + timedelta(days=row.days * terms)
    day, left = first_day, row.days * terms
    while left:
        left -= day.weekday() < 5 and day not in holidays
        day += timedelta(days=1)
    return day


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _midnight(day: date, zone: timezone) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
