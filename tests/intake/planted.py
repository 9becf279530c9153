"""Sources with planted outages, and what was true of each minute, kept apart from everything that Suar computes."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from suar.intake.jobs.history import note_states
from suar.intake.queries.history import watched
from suar.intake.queries.mappings import sources
from suar.site.auth import system_act

WELL, LATE, SILENT = ".", "L", "S"
LOOKS_EVERY = (
    4  # minutes; the worker looks every five seconds, and once more than five minutes are missed nothing is known
)
PULLS_EVERY = 45  # minutes, well within every source's own limit


@dataclass(slots=True)
class Life:
    """One source: when it was heard, when it failed, and what was true of each minute."""

    source: str
    late_after: int  # minutes
    heard: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    true: list[str] = field(default_factory=list)
    outages: list[tuple[int, int, str]] = field(default_factory=list)


def lived(source: str, late_after: int, minutes: int, outages: int, chance: random.Random) -> Life:
    """A life with so many outages of random length, each silent, or late where the source's limit leaves room for it."""
    life = Life(source, late_after)
    late = set(chance.sample(range(outages), 2)) if late_after < minutes // 8 else set()
    well(life, chance.randint(2, 30))
    for number in range(outages):
        begin = len(life.true)
        if number in late:
            # Nothing is heard from here on, and after the source's own limit that is late.
            life.heard.add(begin - 1)
            life.true += [WELL] * (late_after - 1)
            begin, kind = len(life.true), LATE
        else:
            life.failed.add(begin)
            kind = SILENT
        # Nothing happens when a source becomes late, and at that very instant it is still in time: the next look finds it.
        length = chance.randint(LOOKS_EVERY + 1 if kind == LATE else 1, 30)
        life.true += [kind] * length
        life.outages.append((begin, begin + length, kind))
        well(life, chance.randint(2, 40))
    well(life, max(0, minutes - len(life.true)))
    assert len(life.true) == minutes, f"{source} does not fit: {len(life.true)}"
    return life


def well(life: Life, minutes: int) -> None:
    begin = len(life.true)
    life.heard.update(range(begin, begin + minutes, PULLS_EVERY))
    life.true += [WELL] * minutes


HEARD = """
INSERT INTO intake_source (source, stream, tried_at, ok_at, failing_since, fault) SELECT source, 'satu', %(at)s, %(at)s, NULL, ''
FROM unnest(%(names)s::text[]) AS source
ON CONFLICT (source, stream) DO UPDATE SET tried_at = %(at)s, ok_at = %(at)s, failing_since = NULL, fault = ''
"""
FAILED = """
UPDATE intake_source SET tried_at = %(at)s, failing_since = COALESCE(failing_since, %(at)s), fault = 'source.timeout'
WHERE source = ANY(%(names)s)
"""


def lives(at: datetime, minutes: int, outages: int, seed: int) -> list[Life]:
    known = sources(at)
    chance = random.Random(seed)  # a test's own
    return [lived(name, known[name].stale_after_minutes, minutes, outages, chance) for name in watched(known)]


def walked(
    found: list[Life],
    begin: datetime,
    *,
    look: Callable[[datetime], None] | None = None,
    blind: Mapping[int, int] | None = None,
) -> None:
    """Live them all through, minute by minute; the watcher looks every few minutes and whenever something happens, but in `blind` spans."""
    look = look or (lambda at: note_states(act=system_act("watch", at=at)))
    minutes = len(found[0].true)
    unseen = {minute for start, end in (blind or {}).items() for minute in range(start, end)}
    happens = {minute for life in found for minute in life.heard | life.failed}
    happens |= {edge for life in found for start, end, _ in life.outages for edge in (start, end)}
    for minute in range(minutes + 1):
        at = begin + timedelta(minutes=minute)
        for words, names in (
            (HEARD, [life.source for life in found if minute in life.heard]),
            (FAILED, [life.source for life in found if minute in life.failed]),
        ):
            if names:
                with connection.cursor() as cursor:
                    cursor.execute(words, {"at": at, "names": names})
        if minute not in unseen and (minute in happens or minute % LOOKS_EVERY == 0 or minute == minutes):
            look(at)
