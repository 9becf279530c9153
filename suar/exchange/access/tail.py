"""The live tail: what an agency is being told just now, for an engineer who watches. Ids and types, never a value, and only what its agreements
give at this very moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connections, transaction

from suar.agencies.access import enter
from suar.agencies.queries import agency_codes
from suar.audit.actions import append
from suar.core.act import Act
from suar.exchange.access.overview import HUB, whose
from suar.exchange.queries import Row
from suar.exchange.queries.events import event_id
from suar.exchange.queries.feed import cursor_of, latest_for, newest_place, place_of, read_for
from suar.policies.queries import once

SHOWN = 50  # of what was told before somebody began to watch, and at most in one look


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One event as it passes: the id under which its receiver knows it, what it is, and of which classes; nobody's id and no value."""

    id: str
    at: datetime
    type: str
    giver: str
    classes: Sequence[str]
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tailed:
    """What passed, the place behind it, whose tail it is of those that may be chosen, and whose events may pass."""

    agency: str
    agencies: Sequence[str]
    givers: Sequence[str] = ()
    events: Sequence[Passing]
    next: str


@transaction.atomic
def latest_tail_for(act: Act, agency: str) -> Tailed:
    """The last events that this agency may be told of, the oldest first, and the place from which to watch on. Refuses: DoorShut."""
    enter(act, "integration.see")
    mine, may_choose = whose(act, agency)
    choices = [one for one in may_choose if one != HUB] or may_choose
    mine = mine if mine in choices else choices[0]
    place = newest_place()
    shown = noted(act, mine, choices, latest_for(mine, act.at, SHOWN), cursor_of(place, mine))
    return replace(shown, givers=agency_codes())


@transaction.atomic
def tail_for(act: Act, agency: str, after: str) -> Tailed:
    """What passed since a place. Refuses: DoorShut, BadCursor."""
    enter(act, "integration.see")
    mine, may_choose = whose(act, agency)
    place = place_of(after, mine) if after else newest_place()
    found = read_for(mine, place, act.at, types=None, limit=SHOWN)
    return noted(act, mine, may_choose, found.rows, cursor_of(found.place, mine))


def tail_anew(again: Callable[[], Act], agency: str, after: str) -> Tailed:
    """The same for one look of many: who watches is asked first, and no connection is held until the next. Refuses: what `again` refuses,
    DoorShut.
    """
    try:
        with once():
            return tail_for(again(), agency, after)
    finally:
        connections.close_all()


def noted(act: Act, agency: str, agencies: Sequence[str], rows: Sequence[Row], after: str) -> Tailed:
    """What is shown is written down, as the feed writes down what it gives."""
    if rows:
        append("events.tailed", act, about={row.subject or row.thing for row in rows}, events=len(rows), whose=agency)
    return Tailed(agency=agency, agencies=agencies, events=[passing(row, agency) for row in rows], next=after)


def passing(row: Row, agency: str) -> Passing:
    return Passing(
        id=event_id(agency, row.id), at=row.at, type=row.type, giver=row.giver, classes=row.classes, effect=row.effect
    )
