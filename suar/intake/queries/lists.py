"""The rows behind a number: which batches it was counted from, and which records of a batch. No value of a person is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from suar.intake.queries.batches import COLUMNS, Batch, as_batch
from suar.vault.queries import DEFAULT

#: Each number that a page shows, as the batch's row holds it.
COUNTED = {
    "sent": "sent",
    "accepted": "accepted",
    "remarks": "remarked",
    "returned": "returned",
    "unchanged": "unchanged",
    "quarantined": "quarantined",
}
STOPPED = "stopped"
MOST = 200  # of a list; the newest stand first
LISTED = {
    "accepted": "state IN ('accepted', 'older')",
    "remarks": "state = 'remarked'",
    "sent": "true",
}


def number_of(batch: Batch, count: str) -> int:
    return batch.sent if count == STOPPED else int(getattr(batch, COUNTED[count]))


def batches_counted(source: str, count: str, *, wall: str = DEFAULT) -> list[Batch]:
    """The batches of a source from which this number comes, newest first."""
    where = "state = 'stopped'" if count == STOPPED else f"{COUNTED[count]} > 0"
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM intake_batch WHERE source = %s AND {where} ORDER BY received_at DESC, id DESC LIMIT %s",
            [source, MOST],
        )
        return [as_batch(row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a batch: where it stood, what it states, and the codes of what was said of it."""

    id: UUID
    line: int
    kind: str
    stated_at: datetime | None
    codes: list[str]
    returned: bool


RECORDS = """
SELECT id, position, kind, stated_at, ARRAY(SELECT DISTINCT remark->>'code' FROM jsonb_array_elements(remarks) AS remark ORDER BY 1)
FROM intake_record WHERE batch = %s AND {where} ORDER BY position, id LIMIT %s
"""
RETURNED = """
SELECT id, position, kind, NULL::timestamptz, ARRAY(SELECT DISTINCT unnest(codes) ORDER BY 1)
FROM intake_returned WHERE batch = %s AND {where} ORDER BY position, id LIMIT %s
"""


def lines_of(batch: UUID, count: str, *, wall: str = DEFAULT) -> list[Line]:
    """The records behind one number of a batch. Unchanged ones have none: nothing was written again. Runs inside a door."""
    found: list[Line] = []
    with connections[wall].cursor() as cursor:
        if count in LISTED:
            cursor.execute(RECORDS.format(where=LISTED[count]), [batch, MOST])
            found += [line_of(row, returned=False) for row in cursor.fetchall()]
        if count in {"returned", "quarantined", "sent"}:
            cursor.execute(RETURNED.format(where="quarantined" if count == "quarantined" else "true"), [batch, MOST])
            found += [line_of(row, returned=True) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.line, one.id))[:MOST]


def line_of(row: tuple[UUID, int, str, datetime | None, list[str]], *, returned: bool) -> Line:
    id_, position, kind, stated_at, codes = row
    return Line(id_, position + 1, kind, stated_at, list(codes), returned)
