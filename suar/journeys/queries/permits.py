"""The licence of the P3MI and the job order behind a placement: what they hold now, and how far the order's quota is used."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.intake.queries.quarantine import NOT_WEIGHED, doubted_among
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import prepared


@dataclass(frozen=True, slots=True)
class Permit:
    """A licence or a job order as its newest record states it."""

    thing: UUID
    kind: str  # p3mi | job_order
    state: str
    from_at: datetime | None
    until_at: datetime | None
    facts: dict[str, Any]

    def holds(self, at: datetime) -> bool:
        """In force at `at` by its dates; a licence by its state as well, which is today's. Orders are closed when all are placed, so their
        state says nothing of the day on which somebody was placed under them.
        """
        begun = self.from_at is None or self.from_at <= at
        runs = self.until_at is None or self.until_at > at
        return begun and runs and (self.kind == "job_order" or self.state == "active")


PERMITS = (
    "SELECT record, thing, kind, state, from_at, until_at, facts FROM journeys_permit WHERE thing = ANY(%b::uuid[])"
)


def permits(things: Collection[UUID]) -> list[Permit]:
    """The permits known under these names and numbers. Runs inside a door."""
    if not things:
        return []
    rows = prepared(PERMITS, [sorted(things)])
    doubted = doubted_among({row[0] for row in rows})
    return [
        Permit(thing, kind, state, begins, ends, json.loads(facts) if isinstance(facts, str) else facts)
        for record, thing, kind, state, begins, ends, facts in rows
        if record not in doubted
    ]


USED = f"""
SELECT count(*) FROM (
    SELECT 1 FROM journeys_thing t JOIN journeys_step s ON s.id = t.step
    WHERE t.thing = %s AND t.role = 'job_order' AND t.kind = 'placement' AND s.state <> 'cancelled'
    AND s.subject NOT IN ({NOT_WEIGHED}) LIMIT %s
) placed
"""


def placed_under(order: UUID, *, at_most: int) -> int:
    """How many placements stand under a job order; counting ends at `at_most`."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(USED, [order, at_most])
        return int(cursor.fetchone()[0])
