"""How long changes took until desks and subscribers had them, and which have not arrived yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.agencies.queries import subscriptions
from suar.persons.queries.membership import of_one_person
from suar.policies.queries import in_force
from suar.registers.actions.effect import DESKS, MIRRORED
from suar.registers.queries.native import act_with

#: The events by which subscribers learn of a change; the second is of what is mirrored.
ACTED, CHANGED = "register.acted", "register.changed"
LOOKED_AT_AGAIN = timedelta(days=1)
MOST_ROWS = 200
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Within how long a change must be felt (policy/service_standard.yaml)."""

    desks: timedelta
    mirrored: timedelta  # at desks, from the batch received
    subscribers: timedelta

    def of(self, of_class: str, target: str) -> timedelta:
        if target != DESKS:
            return self.subscribers
        return self.mirrored if of_class == MIRRORED else self.desks


def limits(at: datetime) -> Limits:
    standard = in_force(at).tables["service_standard"]["standard"]
    seconds = {name: timedelta(seconds=standard[f"effect_{name}_seconds"]["limit"]) for name in Limits.__slots__}
    return Limits(**seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """All changes of one class at one target over some time."""

    of_class: str
    target: str
    felt: int
    late: int
    p50: timedelta
    p99: timedelta
    worst: timedelta
    missing: int
    missing_since: datetime | None
    overdue: int  # of those missing, past their limit: the alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One change at one target; without `effective_at` it has not arrived."""

    change: UUID
    of_class: str
    giver: str
    target: str
    decided_at: datetime
    effective_at: datetime | None
    entry: UUID | None
    limit: timedelta

    def took(self, at: datetime) -> timedelta:
        return (self.effective_at or at) - self.decided_at

    def late(self, at: datetime) -> bool:
        return self.took(at) > self.limit


# Every change at every target where it is due: at the desks always, at a subscriber where an agreement was in force when it was decided.
DUE = """
WITH due AS (
    SELECT c.id, c.class, c.giver, c.decided_at, t.target
    FROM registers_change c JOIN unnest(%(targets)s::text[], %(givers)s::text[], %(mirrored)s::boolean[], %(from)s::timestamptz[],
        %(until)s::timestamptz[]) AS t (target, giver, mirrored, from_at, until_at)
        ON t.target = 'desks' OR (t.giver = c.giver AND t.mirrored = (c.class = 'mirrored')
            AND c.decided_at >= t.from_at AND c.decided_at < t.until_at)
    WHERE c.decided_at > %(since)s AND c.decided_at <= %(at)s
), timed AS (
    SELECT DISTINCT ON (due.id, due.target) due.*, e.effective_at, coalesce(e.effective_at, %(at)s) - due.decided_at AS took,
        CASE WHEN due.target <> 'desks' THEN %(subscribers)s WHEN due.class = 'mirrored' THEN %(mirrored_limit)s ELSE %(desks)s END AS within
    FROM due LEFT JOIN registers_effect e ON e.change = due.id AND e.target = due.target
)
"""
TOOK = f"""{DUE}
SELECT class, target, count(effective_at), count(*) FILTER (WHERE effective_at IS NOT NULL AND took > within),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE effective_at IS NOT NULL),
    percentile_disc(0.99) WITHIN GROUP (ORDER BY took) FILTER (WHERE effective_at IS NOT NULL),
    max(took) FILTER (WHERE effective_at IS NOT NULL), count(*) - count(effective_at),
    min(decided_at) FILTER (WHERE effective_at IS NULL), count(*) FILTER (WHERE effective_at IS NULL AND took > within)
FROM timed GROUP BY class, target ORDER BY target <> 'desks', target, class
"""
LINES = f"""{DUE}
SELECT timed.id, timed.class, timed.giver, timed.target, timed.decided_at, timed.effective_at, a.entry, timed.within
FROM timed LEFT JOIN registers_act a ON a.id = timed.id
WHERE timed.class = %(class)s AND timed.target = %(target)s
    AND (%(which)s = 'all' OR %(which)s = 'late' AND took > within OR %(which)s = 'missing' AND effective_at IS NULL)
ORDER BY timed.effective_at IS NOT NULL, took DESC, timed.id LIMIT %(most)s
"""


def told(since: datetime, at: datetime) -> dict[str, Any]:
    due = [
        (f"agency:{one.receiver}", one.giver, one.kind == CHANGED, one.from_at, one.until_at)
        for one in subscriptions([ACTED, CHANGED])
    ]
    rows = [(DESKS, "", False, at, at), *due]
    within = limits(at)
    return {
        "targets": [row[0] for row in rows], "givers": [row[1] for row in rows], "mirrored": [row[2] for row in rows],
        "from": [row[3] for row in rows], "until": [row[4] for row in rows], "since": since, "at": at, "desks": within.desks,
        "mirrored_limit": within.mirrored, "subscribers": within.subscribers,
    }  # fmt: skip


def took(since: datetime, at: datetime) -> list[Took]:
    """Each class of change at each target, over the changes decided since then; the desks first."""
    with connection.cursor() as cursor:
        cursor.execute(TOOK, told(since, at))
        return [
            Took(
                of_class=row[0], target=row[1], felt=row[2], late=row[3], p50=row[4] or ZERO, p99=row[5] or ZERO, worst=row[6] or ZERO,
                missing=row[7], missing_since=row[8], overdue=row[9],
            )
            for row in cursor.fetchall()
        ]  # fmt: skip


def lines(of_class: str, target: str, which: str, since: datetime, at: datetime) -> list[Line]:
    """The changes behind a number: all, late ones, or those missing; what is missing first, then the slowest. Runs as the hub."""
    asked = told(since, at) | {"class": of_class, "target": target, "which": which, "most": MOST_ROWS}
    with connection.cursor() as cursor:
        cursor.execute(LINES, asked)
        names = ("change", "of_class", "giver", "target", "decided_at", "effective_at", "entry", "limit")
        return [Line(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


@transaction.atomic
def touched_by(act: UUID) -> list[UUID]:
    """Every subject of the person whom an act on an entry is about, by membership. Looks as the hub does."""
    as_hub()
    done = act_with(act)
    return of_one_person(done.subject) if done else []


def change_of(change: UUID) -> str | None:
    """The class of a change, where it is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT class FROM registers_change WHERE id = %s", [change])
        row = cursor.fetchone()
    return str(row[0]) if row else None


UNMEASURED = """
SELECT c.id FROM registers_change c WHERE c.decided_at > %s AND c.decided_at < %s
AND NOT EXISTS (SELECT 1 FROM registers_effect e WHERE e.change = c.id AND e.target = 'desks')
ORDER BY c.decided_at DESC LIMIT %s
"""


def unmeasured(at: datetime, most: int) -> Sequence[UUID]:
    """Changes of the last day that no desk was seen to answer by, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(UNMEASURED, [at - LOOKED_AT_AGAIN, at, most])
        return [change for (change,) in cursor.fetchall()]
