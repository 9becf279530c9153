"""The service standard as it was kept: for the office its own lanes, for the Ombudsman all of them, without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub, enter
from suar.agencies.access.counting import counted
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.service.standard import Item, Measured, Row, answer_of, measured, summed
from suar.core.service.stop import Stop
from suar.policies.queries import in_force
from suar.screening.access import screening_for
from suar.screening.access.unscreened import DAYS, office_of
from suar.screening.queries.service import Answers, answers, items, stop_of, stops

MILLISECOND = timedelta(milliseconds=1)
WHICH = ("broken", "all")
MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the standard was kept over some days, by lane and item."""

    rows: list[Row]
    items: tuple[Item, ...]

    @property
    def broken(self) -> int:
        return sum(row.broken for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The promises behind one number, the broken ones first, then the longest."""

    lines: list[Measured]
    limited: bool


@transaction.atomic
def kept_at(act: Act, *, days: int) -> Kept:
    """The act's own office. Refuses: DoorShut; NotFound for a time that is not counted."""
    enter(act, "service.office")
    append("service.seen", act, fields=["counts"])
    return kept(act, days, office_of(act))


@transaction.atomic
def kept_everywhere(act: Act, *, days: int) -> Kept:
    """All offices, for the oversight. Refuses: DoorShut; NotFound."""
    enter(act, "service.see")
    as_hub()
    append("service.seen", act, fields=["counts"])
    return kept(act, days, "")


def kept(act: Act, days: int, office: str) -> Kept:
    if days not in DAYS:
        raise NotFound()
    since, promised = act.at - timedelta(days=days), items(in_force(act.at))

    def read(wall: str) -> tuple[tuple[list[Answers], list[Stop]], list[Stop]]:
        """Both from one place: a page is not half of the copy and half of the primary."""
        return answers(since, act.at, promised, office=office, wall=wall), stops(
            since, act.at, office=office, wall=wall
        )

    (told, slow), stopped = counted(act.at, read)
    timed = [one for stop in stopped for one in measured_at(stop, promised, act.at)]
    rows = [*(row_of(one, slow, promised) for one in told), *summed(timed, promised)]
    order = {item.code: number for number, item in enumerate(promised)}
    return Kept(rows=sorted(rows, key=lambda row: (row.office, row.lane, order[row.item])), items=promised)


def measured_at(stop: Stop, promised: tuple[Item, ...], at: datetime) -> list[Measured]:
    """What a stop was owed between its moments; how long its answer took is counted with all answers."""
    return measured(stop, [item for item in promised if not item.of_answer], at)


def row_of(one: Answers, slow: list[Stop], promised: tuple[Item, ...]) -> Row:
    """All answers of one lane as a row of its item: those past the limit were read one by one, and the core says so of each."""
    (item,) = (item for item in promised if item.of_answer and item.owed_to == one.purpose)
    told = [answer_of(stop, item) for stop in slow if (stop.office, stop.lane) == (one.office, one.lane)]
    broken = sum(found is not None and found.broken for found in told)
    return Row(
        office=one.office, lane=one.lane, item=item.code, owed=one.count, kept=one.count - broken, broken=broken, half=one.half_ms * MILLISECOND,
        worst=one.worst_ms * MILLISECOND,
    )  # fmt: skip


@transaction.atomic
def lines_at(act: Act, item: str, lane: str, which: str, *, days: int) -> Lines:
    """The promises behind a number of the act's own office. Refuses: DoorShut; NotFound for a number that there is not."""
    enter(act, "service.office")
    return lines(act, item, office_of(act), lane, which, days)


@transaction.atomic
def lines_everywhere(act: Act, item: str, office: str, lane: str, which: str, *, days: int) -> Lines:
    """The same of any office, for the oversight. Refuses: DoorShut; NotFound."""
    enter(act, "service.see")
    as_hub()
    return lines(act, item, office, lane, which, days)


def lines(act: Act, item: str, office: str, lane: str, which: str, days: int) -> Lines:
    promised = {one.code: one for one in items(in_force(act.at))}
    if days not in DAYS or which not in WHICH or item not in promised:
        raise NotFound()
    since, one = act.at - timedelta(days=days), promised[item]
    if one.of_answer:
        slow = counted(act.at, lambda wall: answers(since, act.at, [one], office=office, wall=wall)[1])
        found = [told for stop in slow if (told := answer_of(stop, one))]
    else:
        stopped = counted(act.at, lambda wall: stops(since, act.at, office=office, wall=wall))
        found = [told for stop in stopped for told in measured(stop, [one], act.at)]
    chosen = [told for told in found if told.lane == lane and (which == "all" or told.broken)]
    chosen.sort(key=lambda told: (not told.broken, -told.took, str(told.screening)))
    append("service.seen", act, about=[told.screening for told in chosen[:MOST_ROWS]], fields=["times"])
    return Lines(lines=chosen[:MOST_ROWS], limited=len(chosen) > MOST_ROWS)


@transaction.atomic
def stop_for(act: Act, screening: UUID) -> Stop | None:
    """One traveller's time at the desk so far, beside the answer that this act may see. Refuses: as `screening_for`."""
    screening_for(act, screening)
    return stop_of(screening, act.at)
