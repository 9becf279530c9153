"""Is the integration alive? What everybody may know of every source: no person, no count of records, and of districts no count below ten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from suar.agencies.access.counting import counted
from suar.core.act import Act
from suar.core.advice.sources import SourceState
from suar.core.freshness import FRESH, NOT_SEEN, STALE, UNREACHABLE, Share
from suar.core.standard.mapping import SourceMapping
from suar.intake.queries.health import asked_coverage, national, streams
from suar.intake.queries.history import ZONE, History, histories, never_heard, watched
from suar.intake.queries.mappings import region_names, sources

#: What a feed's state means to somebody outside: it speaks, it is late, it is silent; or nobody looked.
WORDS = {FRESH: "alive", STALE: "late", UNREACHABLE: "silent", NOT_SEEN: "not_seen"}
UNCONNECTED = "not_connected"  # never heard, and so never promised
#: A count below this is not said, nor any from which it could be reckoned (k-anonymity with k = 10).
LEAST = 10
KABUPATEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """For how many kabupaten and kota a source speaks. None where the number, or the rest to all of them, is below ten and not nought."""

    covered: int | None
    all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """One source as everybody may see it."""

    source: str
    agency: str
    name: Mapping[str, str]
    state: str
    since: datetime | None
    rhythm_minutes: int
    late_after_minutes: int
    uptime: Share
    coverage: Coverage
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All sources at one moment."""

    at: datetime
    sources: Sequence[Alive]


@transaction.atomic
def alive_for(act: Act) -> Seen:
    """Open to everybody, so there is no door; `act` is the hub's own and gives the moment."""
    known = sources(act.at)
    names = watched(known)
    held, told = streams(names), counted(act.at, lambda wall: histories(names, act.at, wall=wall))
    asked = asked_coverage([name for name in names if known[name].covers.ask])
    return Seen(
        at=act.at,
        sources=[
            alive(known[name], national(known[name], held, act.at), told[name], len(asked.get(name, ())))
            for name in names
        ],
    )


def alive(mapping: SourceMapping, now: SourceState, told: History, asked: int) -> Alive:
    return Alive(
        source=mapping.source,
        agency=mapping.agency,
        name={"id": mapping.name.id, "en": mapping.name.en},
        state=UNCONNECTED if never_heard(now) else WORDS[now.state],
        since=told.since if told.state == now.state else None,
        rhythm_minutes=mapping.rhythm_minutes,
        late_after_minutes=mapping.stale_after_minutes,
        uptime=told.shares["30d"],
        coverage=coverage(mapping, asked),
        history=told,
    )


def coverage(mapping: SourceMapping, asked: int) -> Coverage:
    everywhere = sum(len(code) == KABUPATEN for code in region_names())
    if mapping.covers.everywhere:
        return Coverage(covered=everywhere, all=everywhere)
    number = asked if mapping.covers.ask else len(mapping.covers.kabupaten)
    hidden = 0 < number < LEAST or 0 < everywhere - number < LEAST
    return Coverage(covered=None if hidden else number, all=everywhere)


def as_told(seen: Seen) -> dict[str, Any]:
    """The same as machines are told it."""
    return {
        "at": seen.at,
        "sources": [
            {
                "source": one.source, "agency": one.agency, "name": dict(one.name), "state": one.state, "since": one.since,
                "rhythm_minutes": one.rhythm_minutes, "late_after_minutes": one.late_after_minutes,
                "uptime_30d_permille": one.uptime.permille, "seen_30d_s": one.uptime.seen_s,
                "districts": {"covered": one.coverage.covered, "all": one.coverage.all},
                "days": [
                    {"day": piece.since.astimezone(ZONE).date(), "state": WORDS[piece.state], "fresh_permille": piece.share.permille}
                    for piece in one.history.days
                ],
            }
            for one in seen.sources
        ],
    }  # fmt: skip
