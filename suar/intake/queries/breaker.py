"""A source that fails again and again is left alone for a while: whoever waits is told at once that it is not available, and it may recover.

The state is one row for all processes. `closed`: it is asked. After so many faults in a row `open`: nobody asks, until its rest is over; then one
question goes through to see (`half_open`), and its outcome closes the breaker or begins another rest. No row says anything of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import prepared, written

RESTING = "source.resting"
LOST = timedelta(seconds=30)  # whoever went to look and has not come back by then died on the way
KNOWN_FOR = timedelta(
    seconds=1
)  # what was read so lately need not be read again: at a hundred questions a second it is one read


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How the last questions to one source went."""

    source: str
    faults: int
    fault: str
    opened_at: datetime | None
    until: datetime | None
    probe_at: datetime | None

    def state(self, at: datetime) -> str:
        """`closed`, `open`, or `half_open` once its rest is over."""
        if self.until is None:
            return "closed"
        return "open" if at < self.until else "half_open"


READ = "SELECT source, faults, fault, opened_at, until_at, probe_at FROM intake_breaker WHERE source = %b"
ALL = "SELECT source, faults, fault, opened_at, until_at, probe_at FROM intake_breaker ORDER BY source"
PROBE = """
UPDATE intake_breaker SET probe_at = %(at)b WHERE source = %(source)b AND until_at <= %(at)b
AND (probe_at IS NULL OR probe_at < until_at OR probe_at <= %(lost)b) RETURNING 1
"""
FAULT = """
INSERT INTO intake_breaker AS known (source, faults, fault, opened_at, until_at)
VALUES (%(source)b, 1, %(fault)b, CASE WHEN %(most)b = 1 THEN %(at)b::timestamptz END, CASE WHEN %(most)b = 1 THEN %(until)b::timestamptz END)
ON CONFLICT (source) DO UPDATE SET faults = known.faults + 1, fault = excluded.fault,
    opened_at = CASE WHEN known.faults + 1 >= %(most)b THEN coalesce(known.opened_at, %(at)b::timestamptz) END,
    until_at = CASE WHEN known.faults + 1 >= %(most)b THEN greatest(known.until_at, %(until)b::timestamptz) END
"""
WELL = """
UPDATE intake_breaker SET faults = 0, fault = '', opened_at = NULL, until_at = NULL, probe_at = NULL WHERE source = %b AND faults > 0
"""

_known: dict[tuple[str, str], tuple[datetime, Breaker | None]] = {}  # database and source -> what was read, and when


def breaker(source: str, at: datetime) -> Breaker | None:
    """None where nothing ever went wrong. Not remembered inside a transaction, which may be taken back."""
    connection = connections[DEFAULT]
    key = (str(connection.settings_dict["NAME"]), source)
    held = _known.get(key)
    if held and not connection.in_atomic_block and abs(at - held[0]) < KNOWN_FOR:
        return held[1]
    found = next((Breaker(**dict(zip(Breaker.__slots__, row, strict=True))) for row in prepared(READ, [source])), None)
    if not connection.in_atomic_block:
        _known[key] = at, found
    return found


def breakers() -> list[Breaker]:
    """All that ever failed, for health."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(ALL)
        return [Breaker(**dict(zip(Breaker.__slots__, row, strict=True))) for row in cursor.fetchall()]


def may_ask(source: str, at: datetime) -> bool:
    """Whether this question goes out. Of those that come once a rest is over, one does."""
    found = breaker(source, at)
    state = found.state(at) if found else "closed"
    if state == "half_open":
        forget(source)
        return bool(prepared(PROBE, {"at": at, "source": source, "lost": at - LOST}))
    return state == "closed"


def note_outcome(source: str, fault: str, words: Mapping[str, Any], at: datetime) -> None:
    """Count a fault, or begin anew. Asking without a fault writes nothing while nothing was wrong."""
    if not fault:
        found = breaker(source, at)
        if found and found.faults:
            forget(source)
            written(WELL, [source])
        return
    forget(source)
    rest = timedelta(seconds=int(words["rest_s"]))
    written(FAULT, {"source": source, "fault": fault, "most": int(words["faults"]), "at": at, "until": at + rest})


def forget(source: str) -> None:
    _known.pop((str(connections[DEFAULT].settings_dict["NAME"]), source), None)
