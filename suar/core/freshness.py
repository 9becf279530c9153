"""How long a source kept its promise: what was seen of it, in spells of one state, measured over a window of time.

A spell is what somebody saw; between spells nobody looked, and nothing is said of that time: it is neither good nor bad, and every share
names how much of its window was seen at all. Source: DESIGN 5 (coverage is judged for the kabupaten of residence), DESIGN 6 ("no record" is
never said of a source that could not know).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

FRESH, STALE, UNREACHABLE, NOT_COVERING = "fresh", "stale", "unreachable", "not_covering"
NOT_SEEN = "not_seen"
#: From the worst on: an outage in which a source was both late and silent is a silence.
WORST = (UNREACHABLE, STALE, FRESH, NOT_COVERING)


@dataclass(frozen=True, slots=True)
class Spell:
    """One state from an instant up to another."""

    state: str
    from_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """Seconds of a window: fresh, seen at all, and all of it."""

    fresh_s: int
    seen_s: int
    window_s: int

    @property
    def permille(self) -> int | None:
        """Thousandths of the seen time in which it was fresh, rounded down so that 1000 means all of it; None where nobody looked."""
        return self.fresh_s * 1000 // self.seen_s if self.seen_s else None


@dataclass(frozen=True, slots=True)
class Outage:
    """From when to when a source was not fresh without a break, and the worst that it was. `open`: it goes on where the window ends."""

    from_at: datetime
    until: datetime
    state: str
    open: bool


def clipped(spells: Iterable[Spell], since: datetime, until: datetime) -> list[Spell]:
    """The spells inside a window, in order."""
    cut = [Spell(one.state, max(one.from_at, since), min(one.until, until)) for one in spells]
    return sorted((one for one in cut if one.from_at < one.until), key=lambda one: one.from_at)


def share(spells: Iterable[Spell], since: datetime, until: datetime) -> Share:
    """Time that a source did not speak for a place is no part of its promise there."""
    inside = [one for one in clipped(spells, since, until) if one.state != NOT_COVERING]
    fresh = sum(((one.until - one.from_at) for one in inside if one.state == FRESH), timedelta())
    seen = sum(((one.until - one.from_at) for one in inside), timedelta())
    return Share(whole(fresh), whole(seen), whole(until - since))


def whole(length: timedelta) -> int:
    return int(length.total_seconds())


def outages(spells: Iterable[Spell], since: datetime, until: datetime) -> list[Outage]:
    """Every stretch that was not fresh, the oldest first. Where nobody looked in between, one ends and another begins."""
    found: list[Outage] = []
    for one in clipped(spells, since, until):
        if one.state in (FRESH, NOT_COVERING):
            continue
        goes_on = one.until >= until
        if found and found[-1].until == one.from_at:
            worst = min(found[-1].state, one.state, key=WORST.index)
            found[-1] = Outage(found[-1].from_at, one.until, worst, goes_on)
        else:
            found.append(Outage(one.from_at, one.until, one.state, goes_on))
    return found


def laid_over(spells: Iterable[Spell], covered: Sequence[tuple[datetime, datetime]]) -> list[Spell]:
    """A source's spells as one kabupaten has them: where the source did not speak for it, `not_covering`."""
    found = []
    for one in spells:
        edges = sorted(
            {one.from_at, one.until, *(edge for pair in covered for edge in pair if one.from_at < edge < one.until)}
        )
        for begin, end in pairwise(edges):
            inside = any(begun <= begin and end <= ended for begun, ended in covered)
            found.append(Spell(one.state if inside else NOT_COVERING, begin, end))
    return found


@dataclass(frozen=True, slots=True)
class Piece:
    """One hour or one day of a history: its share, and its word: what it was for the longest of its seen time where that was not fresh, else
    fresh; `not_seen` where nobody looked.
    """

    since: datetime
    until: datetime
    share: Share
    state: str


#: A day of which so many thousandths were not fresh is shown as what it was instead: a quarter of an hour in a day is no lost day.
MATTERS_PERMILLE = 10


def pieces(spells: Sequence[Spell], edges: Sequence[datetime]) -> list[Piece]:
    """The history cut at these edges, in order."""
    return [piece(spells, since, until) for since, until in pairwise(edges)]


def piece(spells: Sequence[Spell], since: datetime, until: datetime) -> Piece:
    inside = clipped(spells, since, until)
    lengths: dict[str, int] = {}
    for one in inside:
        lengths[one.state] = lengths.get(one.state, 0) + whole(one.until - one.from_at)
    seen = share(inside, since, until)
    if not any(lengths.values()):
        state = NOT_SEEN
    elif not seen.seen_s:
        state = NOT_COVERING
    elif (seen.seen_s - seen.fresh_s) * 1000 < MATTERS_PERMILLE * seen.seen_s:
        state = FRESH
    else:
        state = max((STALE, UNREACHABLE), key=lambda kind: lengths.get(kind, 0))
    return Piece(since, until, seen, state)
