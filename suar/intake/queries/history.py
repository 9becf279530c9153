"""How sources were over time: their spells and their coverage, measured against the rhythm that policy/sources promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connections

from suar.core.advice.sources import SourceState
from suar.core.freshness import Outage, Piece, Share, Spell, laid_over, outages, pieces, share
from suar.intake.queries.health import sealed
from suar.intake.queries.mappings import Sources
from suar.vault.queries import DEFAULT

#: The windows over which a promise is measured: the last day, week and month.
WINDOWS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
DAYS, HOURS = 90, 24
#: Days are those of western Indonesia's clock, where the hub and most agencies' central offices work.
ZONE = ZoneInfo("Asia/Jakarta")

NEWEST = """
SELECT one.source, one.state, one.from_at, one.seen_at FROM unnest(%b::text[]) AS name,
LATERAL (SELECT source, state, from_at, seen_at FROM intake_spell WHERE source = name ORDER BY from_at DESC LIMIT 1) AS one
"""
SINCE = """
SELECT source, state, from_at, seen_at FROM intake_spell WHERE source = ANY(%b::text[]) AND seen_at > %b ORDER BY source, from_at
"""
COVERED = """
SELECT region, from_at, until_at FROM intake_covered WHERE source = %b AND (until_at IS NULL OR until_at > %b) ORDER BY region, from_at
"""


def watched(known: Sources) -> list[str]:
    """The sources that have a history: those that keep records at the hub outside the wall (DESIGN 7)."""
    return [name for name in known.names if known[name].reach.get("connector") != "answers" and not sealed(known[name])]


def never_heard(now: SourceState) -> bool:
    """A source that was not yet reached once, nor tried in vain, has no promise to break."""
    return now.as_of is None and now.since is None


def newest_spells(names: Sequence[str]) -> dict[str, Spell]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(NEWEST, [list(names)])
        return {source: Spell(state, from_at, seen) for source, state, from_at, seen in cursor.fetchall()}


def spells(names: Sequence[str], since: datetime, *, wall: str = DEFAULT) -> dict[str, list[Spell]]:
    """Of each source what was seen of it since then, in order."""
    found: dict[str, list[Spell]] = {name: [] for name in names}
    with connections[wall].cursor() as cursor:
        cursor.execute(SINCE, [list(names), since])
        for source, state, from_at, seen in cursor.fetchall():
            found[source].append(Spell(state, from_at, seen))
    return found


def covered(
    source: str, since: datetime, at: datetime, *, wall: str = DEFAULT
) -> dict[str, list[tuple[datetime, datetime]]]:
    """Of each kabupaten for which a source spoke since then, from when to when."""
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    with connections[wall].cursor() as cursor:
        cursor.execute(COVERED, [source, since])
        for region, from_at, until_at in cursor.fetchall():
            found.setdefault(region, []).append((from_at, until_at or at))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One source, or one kabupaten of it: shares of the three windows, outages of the longest, the last hours and days, and since when it is as
    it is; `state` is "" where nobody ever looked.
    """

    shares: dict[str, Share]
    outages: list[Outage]
    hours: list[Piece]
    days: list[Piece]
    state: str
    since: datetime | None
    seen_at: datetime | None


def histories(names: Sequence[str], at: datetime, *, wall: str = DEFAULT) -> dict[str, History]:
    """The histories of these sources as they stand at `at`."""
    known = spells(names, at - timedelta(days=DAYS + 1), wall=wall)
    return {name: history_of(known[name], at) for name in names}


def history_of(known: Sequence[Spell], at: datetime) -> History:
    return History(
        shares={window: share(known, at - length, at) for window, length in WINDOWS.items()},
        outages=outages(known, at - WINDOWS["30d"], at),
        hours=pieces(known, [at - timedelta(hours=HOURS - step) for step in range(HOURS + 1)]),
        days=pieces(known, day_edges(at, DAYS)),
        state=known[-1].state if known else "",
        since=steady_since(known),
        seen_at=known[-1].until if known else None,
    )


def day_edges(at: datetime, days: int) -> list[datetime]:
    """The beginnings of the last days on Jakarta's clock, today's the last but one, and `at` itself at the end."""
    midnight = at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return [*(midnight - timedelta(days=back) for back in range(days - 1, -1, -1)), at]


def steady_since(known: Sequence[Spell]) -> datetime | None:
    """Since when a source is as it was last seen, whoever looked away in between."""
    since, state = None, known[-1].state if known else ""
    for one in reversed(known):
        if one.state != state:
            break
        since = one.from_at
    return since


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """How a source was for those who live in one kabupaten or kota."""

    region: str
    state: str
    since: datetime | None
    shares: dict[str, Share]


def districts(
    source: str, everywhere: bool, regions: Sequence[str], at: datetime, *, wall: str = DEFAULT
) -> list[District]:
    """A source's history at the grain of its own declared coverage; one that speaks for all of them is the same in each."""
    known = spells([source], at - WINDOWS["30d"], wall=wall)[source]
    told = covered(source, at - WINDOWS["30d"], at, wall=wall)
    found = []
    for region in regions:
        mine = list(known) if everywhere else laid_over(known, told.get(region, []))
        found.append(
            District(
                region=region,
                state=mine[-1].state if mine else "not_seen",
                since=steady_since(mine),
                shares={window: share(mine, at - length, at) for window, length in WINDOWS.items()},
            )
        )
    return found
