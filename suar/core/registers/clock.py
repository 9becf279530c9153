"""From when to when an entry holds in law: local days of the deciding office into one [from, to) of instants."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Literal

from pydantic import Field

from suar.core.canonical import sha256
from suar.core.standard.tables import BadTable, Dated, Paths, Said, Table, read_table

Step = Literal["passport_application", "departure", "prelist"]


class ToldRow(Table):
    """Who is to be told of an act on an entry, each within how many calendar days of it."""

    to: Paths = ()
    days: Mapping[str, int] = Field(default_factory=dict)


class LegalTermRow(Table):
    """One kind of entry as a lawyer signs it: policy/legal_basis/*.yaml."""

    kind: str
    name: Said
    law: Paths
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    days_are: Literal["calendar", "working"] = "calendar"
    ends_with: Literal["term", "trip"] = "term"  # trip: ends with the day of the journey that it was about
    extensions: int = Field(default=0, ge=0)
    stops: tuple[Step, ...] = ()  # the steps that the law lets it stop
    decided_by: Said
    notice: ToldRow = ToldRow()
    why: str


class LegalBasisFile(Table):
    dated: Dated
    terms: tuple[LegalTermRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """Every kind of entry with its term, as adopted."""

    name: str
    terms: Mapping[str, LegalTermRow]

    @classmethod
    def read(cls, tables: Mapping[str, Any]) -> LegalBasis:
        """Read the parsed files of policy/legal_basis (stem → content). Raises BadTable with every mistake.

        An entry without end would be against MK 64/PUU-IX/2011; so each kind has a term, or ends with the trip.
        """
        files = [read_table(LegalBasisFile, table, f"legal_basis/{name}") for name, table in sorted(tables.items())]
        rows = [row for file in files for row in file.terms]
        problems = [f"{row.kind}: has no end" for row in rows if not row.months and not row.days]
        problems += [f"{row.kind}: months or days, not both" for row in rows if row.months and row.days]
        kinds = [row.kind for row in rows]
        problems += [f"{kind} stands twice" for kind in sorted({k for k in kinds if kinds.count(k) > 1})]
        if problems:
            raise BadTable("legal_basis", problems)
        dated = max((file.dated for file in files), default="")
        return cls(name=f"legal_basis {dated} {sha256(dict(tables))}", terms={row.kind: row for row in rows})

    def __getitem__(self, kind: str) -> LegalTermRow:
        return self.terms[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an entry holds: from `begins`, up to but not at `ends`, in UTC."""

    begins: datetime
    ends: datetime
    cut: bool = False  # a longer end was claimed than the law gives

    def holds(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


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


def stops(row: LegalTermRow, step: str) -> bool:
    """Whether the law lets an entry of this kind stop this step."""
    return step in row.stops


def _after(row: LegalTermRow, first_day: date, terms: int, holidays: Container[date]) -> date:
    """The first day on which the entry holds no longer."""
    if row.months:
        return _months_later(first_day, row.months * terms)
    if row.days_are == "calendar":
        return first_day + timedelta(days=row.days * terms)
    day, left = first_day, row.days * terms
    while left:
        left -= day.weekday() < 5 and day not in holidays
        day += timedelta(days=1)
    return day


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _midnight(day: date, zone: timezone) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
