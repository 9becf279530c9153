"""What a quarantine holds back: how many batches and records came by that way since then, and these rows, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.intake.queries.batches import COLUMNS, Batch, as_batch
from suar.intake.queries.quarantine import Left
from suar.vault.queries import DEFAULT

#: Which batches each number counts.
HELD = {"unread": "state = 'quarantined'", "read": "state IN ('read', 'placed', 'projected')"}
RECORDS = "records"
A_PAGE = 50
LAST = UUID(int=(1 << 128) - 1)

BY_THAT_WAY = "b.source = %s AND b.received_at >= %s AND %s IN ('', b.key)"
TAKEN = f"FROM intake_batch b JOIN intake_record r ON r.batch = b.id WHERE {BY_THAT_WAY} AND r.state IN ('accepted', 'remarked')"
COUNTED = f"""
SELECT count(*) FILTER (WHERE {HELD["unread"]}), count(*) FILTER (WHERE {HELD["read"]}) FROM intake_batch b WHERE {BY_THAT_WAY}
"""


def way(left: Left) -> list[Any]:
    return [left.source, left.since, left.key]


def counted(left: Left, *, wall: str = DEFAULT) -> tuple[int, int, int]:
    """Batches kept unread, batches read, and records taken, of what is left out. Of all agencies' records only as the hub."""
    with connections[wall].cursor() as cursor:
        cursor.execute(COUNTED, way(left))
        unread, read = cursor.fetchone()
        cursor.execute(f"SELECT count(*) {TAKEN}", way(left))
        (records,) = cursor.fetchone()
    return int(unread), int(read), int(records)


def batches_held(left: Left, count: str, after: UUID | None) -> tuple[list[Batch], UUID | None]:
    """The batches behind a number, newest first, and after which the next page begins."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM intake_batch b WHERE {BY_THAT_WAY} AND {HELD[count]} AND id < %s ORDER BY id DESC LIMIT %s",
            [*way(left), after or LAST, A_PAGE + 1],
        )
        found = [as_batch(row) for row in cursor.fetchall()]
    return found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record: when and where it came, what it states, and whether another key said the same, so that it may stand without this one."""

    id: UUID
    received_at: datetime
    line: int
    kind: str
    stated_at: datetime | None
    repeated: bool


# Another key that is itself believed: one of a second quarantine vouches for nothing.
RECORDS_HELD = f"""
SELECT r.id, b.received_at, r.position + 1, r.kind, r.stated_at, EXISTS (
    SELECT 1 FROM intake_repeated p WHERE p.record = r.id AND NOT EXISTS (
        SELECT 1 FROM intake_quarantine q WHERE q.source = b.source AND q.state <> 'lifted' AND q.key IN ('', p.key) AND p.received_at >= q.since
    )
) {TAKEN} AND r.id < %s ORDER BY r.id DESC LIMIT %s
"""


def records_held(left: Left, after: UUID | None) -> tuple[list[HeldRecord], UUID | None]:
    """The records taken from what is left out, newest first, and after which the next page begins. Runs inside a door."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(RECORDS_HELD, [*way(left), after or LAST, A_PAGE + 1])
        found = [HeldRecord(*row) for row in cursor.fetchall()]
    return found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None
