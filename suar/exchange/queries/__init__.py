"""Reads of the outbox for readers that keep a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from suar.vault.queries.prepared import prepared, written


@dataclass(frozen=True, slots=True)
class Row:
    xid: str
    id: UUID
    at: datetime
    type: str
    giver: str
    thing: UUID
    subject: UUID | None
    classes: list[str] = field(hash=False)
    effect: str


COLUMNS = "o.xid::text, o.id, o.at, o.type, o.giver, o.thing, o.subject, o.classes, o.effect"

# A transaction that began earlier may commit later with a smaller id: only rows older than every running transaction are safe to pass.
AFTER = f"""
SELECT {COLUMNS}
FROM exchange_outbox o, (
    SELECT COALESCE((SELECT xid FROM exchange_place WHERE reader = %(reader)b), '0'::xid8) AS xid,
           COALESCE((SELECT id FROM exchange_place WHERE reader = %(reader)b), '00000000-0000-0000-0000-000000000000'::uuid) AS id
) place
WHERE (o.xid, o.id) > (place.xid, place.id) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY o.xid, o.id LIMIT %(most)b
"""


def after_place(reader: str, limit: int) -> list[Row]:
    """The next rows this reader has not passed, in order, held behind `pg_snapshot_xmin` (SECURITY 0.4)."""
    return [Row(*row) for row in prepared(AFTER, {"reader": reader, "most": limit})]


def rows_of(events: Sequence[UUID]) -> dict[UUID, Row]:
    """The rows of these events, by their ids."""
    found = prepared(f"SELECT {COLUMNS} FROM exchange_outbox o WHERE o.id = ANY(%b::uuid[])", [list(events)])
    return {row.id: row for row in (Row(*one) for one in found)}


TOLD = """
SELECT thing FROM exchange_outbox WHERE type = %s AND id >= %s AND id < %s AND thing = %s LIMIT 1
"""


def told_of(type_: str, thing: UUID, at: datetime) -> bool:
    """Whether an event of this type about this thing stands in the outbox at the instant of the act that made it."""
    moment = int(at.timestamp() * 1_000_000) // 1_000  # as `new_id` makes it
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [type_, UUID(int=moment << 80), UUID(int=(moment + 1) << 80), thing])
        return cursor.fetchone() is not None


MOVE = """
INSERT INTO exchange_place (reader, xid, id) VALUES (%b, %b::text::xid8, %b)
ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, id = excluded.id
"""


def move_place(reader: str, row: Row) -> None:
    written(MOVE, [reader, row.xid, row.id])


def waiting(reader: str) -> int:
    """How many rows this reader has not passed, up to 100,001."""
    [(found,)] = prepared(f"SELECT count(*) FROM ({AFTER}) AS rows", {"reader": reader, "most": 100_001})
    return int(found)
