"""The service standard: what is owed to whom by when, and which breaches follow from the times that were noted (FIELD S3-7, S3-8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any
from uuid import UUID

from suar.core.service.stop import Stop

UNITS = {"ms": timedelta(milliseconds=1), "minutes": timedelta(minutes=1)}
NOTICE = "notice_in_writing"  # the one item whose name does not end in its unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One promise. Without `start` it is the time of the answer itself, for screenings of the purpose `owed_to`."""

    code: str
    limit: timedelta
    start: str
    until: str
    owed_to: str
    always: bool

    @property
    def of_answer(self) -> bool:
        return not self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One promise to one traveller: since when, by when, and when it was kept (None: not, or not yet)."""

    item: str
    screening: UUID
    office: str
    lane: str
    since: datetime
    due_at: datetime
    done_at: datetime | None
    took: timedelta  # until it was done, or until now
    broken: bool


def read(table: Mapping[str, Any]) -> tuple[Item, ...]:
    """The items of the table in force that are measured at desks, in its order; the others have pages of their own."""
    rows = {code: row for code, row in table["standard"].items() if "for" in row}
    return tuple(
        Item(
            code=code, limit=row["limit"] * unit_of(code), start=row.get("from", ""), until=row.get("until", ""), owed_to=row["for"],
            always=row.get("always", False),
        )
        for code, row in ((code, rows[code]) for code in table["in_order"])
    )  # fmt: skip


def unit_of(code: str) -> timedelta:
    return UNITS["minutes" if code == NOTICE else code.rsplit("_", 1)[-1]]


def measured(stop: Stop, items: Sequence[Item], at: datetime) -> list[Measured]:
    """Every promise that was owed to this traveller by `at`, kept or broken."""
    return [one for item in items if (one := answer_of(stop, item) if item.of_answer else timed(stop, item, at))]


def answer_of(stop: Stop, item: Item) -> Measured | None:
    """How long the desk waited for its answer. Passed on only where it was too long, or the traveller was stopped."""
    if stop.purpose != item.owed_to:
        return None
    took = timedelta(milliseconds=stop.took_ms)
    return of(stop, item, stop.asked_at - took, stop.asked_at, took, broken=took > item.limit)


def timed(stop: Stop, item: Item, at: datetime) -> Measured | None:
    """One promise between two moments. Not done within its time it is broken; where the stop was over before that, only what is always owed."""
    since = stop.moment(item.start) if stop.owed(item.owed_to) else None
    if since is None:
        return None
    done, over, due = stop.moment(item.until), stop.ended_at, since + item.limit
    if done is not None:
        broken = done > due
    elif over is not None and over <= due:
        broken = item.always
    else:
        broken = at > due
    until = done or over or at
    return of(stop, item, since, done, max(until - since, timedelta(0)), broken=broken)


def of(stop: Stop, item: Item, since: datetime, done: datetime | None, took: timedelta, *, broken: bool) -> Measured:
    return Measured(
        item=item.code, screening=stop.screening, office=stop.office, lane=stop.lane, since=since, due_at=since + item.limit, done_at=done,
        took=took, broken=broken,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One promise at one lane over some days."""

    office: str
    lane: str
    item: str
    owed: int
    kept: int
    broken: int
    half: timedelta | None  # of those that were done, half took no longer
    worst: timedelta | None


def summed(found: Iterable[Measured], items: Sequence[Item]) -> list[Row]:
    """By office, lane and item, in the order of the standard."""
    groups: dict[tuple[str, str, str], list[Measured]] = {}
    for one in found:
        groups.setdefault((one.office, one.lane, one.item), []).append(one)
    order = {item.code: number for number, item in enumerate(items)}
    return [row_of(key, groups[key]) for key in sorted(groups, key=lambda key: (key[0], key[1], order[key[2]]))]


def row_of(key: tuple[str, str, str], group: Sequence[Measured]) -> Row:
    office, lane, item = key
    took = [one.took for one in group if one.done_at is not None]
    broken = sum(one.broken for one in group)
    return Row(
        office=office, lane=lane, item=item, owed=len(group), kept=sum(one.done_at is not None and not one.broken for one in group), broken=broken,
        half=median_low(took) if took else None, worst=max(took) if took else None,
    )  # fmt: skip
