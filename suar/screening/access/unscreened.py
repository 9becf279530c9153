"""Who left unscreened: for the supervisor whose lane it was, and for the oversight, past him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from suar.agencies.access import as_hub, enter, officer_at
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.service.unscreened import Known, known
from suar.intake.queries.health import states
from suar.screening.queries.unscreened import MOST_ROWS, Lane, Miss, compared_until, lanes, misses, reconciliation

#: Over how many days it is counted.
DAYS = (1, 7, 30)
WHICH = ("all", "open", "unexplained", "explained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All lanes over some days, and how far that can be believed."""

    lanes: list[Lane]  # of checkpoints that are compared
    apart: list[Lane]  # crossings through checkpoints that nobody compares yet
    known: Known
    feed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The misses behind one number."""

    rows: list[Miss]
    limited: bool  # only the first are there


@transaction.atomic
def lanes_for(act: Act, *, days: int) -> Seen:
    """The oversight's page: counts alone, nobody is opened by them. Refuses: DoorShut; NotFound for a time that is not counted."""
    enter(act, "unscreened.see")
    if days not in DAYS:
        raise NotFound()
    as_hub()
    rules = reconciliation(act.at)
    found = lanes(act.at - timedelta(days=days), act.at - rules.settles, rules)
    append("unscreened.seen", act, fields=["counts"])
    return Seen(
        lanes=[one for one in found if one.office], apart=[one for one in found if not one.office],
        known=how_far(act), feed=rules.feed,
    )  # fmt: skip


def how_far(act: Act) -> Known:
    """Up to when misses are known. Runs inside a door."""
    rules = reconciliation(act.at)
    feed = next((state for state in states(act.at) if state.source == rules.feed), None)
    return known(feed, compared_until(), rules, act.at)


@transaction.atomic
def rows_for(act: Act, which: str, place: str, lane: str, *, days: int) -> Missed:
    """The misses behind a number of the oversight's page. Refuses: DoorShut; NotFound for a number that there is not."""
    enter(act, "unscreened.see")
    if days not in DAYS or which not in WHICH:
        raise NotFound()
    as_hub()
    rows = misses(act.at - timedelta(days=days), which=which, place=place, lane=lane)
    append("unscreened.seen", act, about=[one.crossing for one in rows], fields=["crossed_at"])
    return Missed(rows=rows, limited=len(rows) == MOST_ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What the supervisor of an office owes a reason for, and what he said lately."""

    open: list[Miss]
    said: list[Miss]
    known: Known


@transaction.atomic
def owed_by(act: Act, *, most: int = MOST_ROWS) -> Owed:
    """The misses of the lanes of this act's own office over the last month. Refuses: DoorShut; NotPosted."""
    enter(act, "unscreened.explain")
    since = act.at - timedelta(days=DAYS[-1])
    office = office_of(act)
    return Owed(
        open=misses(since, which="open", office=office, most=most),
        said=[one for one in misses(act.at - timedelta(days=DAYS[1]), office=office, most=most) if one.reason],
        known=how_far(act),
    )


def office_of(act: Act) -> str:
    """The office at whose desk this act is done. Refuses: NotPosted."""
    return officer_at(act).desk.office_id


@transaction.atomic
def open_count_for(act: Act) -> tuple[int, datetime | None]:
    """How many misses of the last week, at all checkpoints, have no reason yet, and since when: the oversight's queue."""
    enter(act, "unscreened.see")
    as_hub()
    rules = reconciliation(act.at)
    since = act.at - timedelta(days=DAYS[1])
    waiting = sum(one.open for one in lanes(since, act.at, rules))
    newest = misses(since, which="open", most=1)
    return waiting, newest[0].found_at if newest else None
