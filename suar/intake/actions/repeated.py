"""Who else said the same (docs/decisions/0043).

A statement is kept once, under the key that made it first. Where another key repeats it word for word, that key and the first time are noted
beside it; so, when the first is believed no longer, the record stands for as long as any key is believed that said it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

from suar.intake.actions.rows import Row
from suar.intake.queries.batches import Batch

#: Whether what came by a key at an instant is believed: `{at}` and `{key}` are columns of the query.
BELIEVED = """NOT EXISTS (
    SELECT 1 FROM unnest(%(keys)s::text[], %(sinces)s::timestamptz[]) AS l (key, since)
    WHERE {at} >= l.since AND l.key IN ('', {key})
)"""
# Most sources send by one way for years: then nobody else can have said the same, and nothing is looked up.
OTHERS = """
SELECT EXISTS (SELECT 1 FROM intake_batch WHERE source = %(source)s AND key < %(key)s)
    OR EXISTS (SELECT 1 FROM intake_batch WHERE source = %(source)s AND key > %(key)s)
    OR EXISTS (SELECT 1 FROM intake_batch WHERE source = %(source)s AND received_at > %(received_at)s)
"""
NOTE = """
INSERT INTO intake_repeated (record, key, id, batch, position, received_at)
SELECT DISTINCT ON (r.id) r.id, %(key)s, row.id, %(batch)s, row.position, %(received_at)s
FROM {found} JOIN intake_record r ON r.id = held.record JOIN intake_batch b ON b.id = r.batch
WHERE b.key <> %(key)s OR b.received_at > %(received_at)s ORDER BY r.id, row.position
ON CONFLICT (record, key) DO UPDATE SET id = excluded.id, batch = excluded.batch, position = excluded.position, received_at = excluded.received_at
WHERE intake_repeated.received_at > excluded.received_at
"""
BY_MESSAGE = NOTE.format(
    found="unnest(%(messages)s::bytea[], %(ids)s::uuid[], %(places)s::int[]) AS row (message, id, position)"
    " JOIN intake_inbox held ON held.source = %(source)s AND held.message = row.message"
)
BY_IDENT = NOTE.format(
    found="unnest(%(kinds)s::text[], %(idents)s::bytea[], %(ids)s::uuid[], %(places)s::int[])"
    " AS row (kind, ident, id, position)"
    " JOIN intake_current held ON held.source = %(source)s AND held.kind = row.kind AND held.ident = row.ident"
)


def others_send(batch: Batch, wall: str) -> bool:
    """Whether anything of this source came by another key, or came later and may have been read before."""
    with connections[wall].cursor() as cursor:
        cursor.execute(OTHERS, {"source": batch.source, "key": batch.key, "received_at": batch.received_at})
        return bool(cursor.fetchone()[0])


def note_by_message(rows: Sequence[tuple[bytes, Row]], batch: Batch, wall: str) -> None:
    """Rows, each with the message under which the very same was seen before."""
    if rows and others_send(batch, wall):
        note(BY_MESSAGE, {"messages": [message for message, _ in rows]}, [row for _, row in rows], batch, wall)


def note_by_ident(rows: Sequence[Row], batch: Batch, wall: str) -> None:
    """Rows of a source without versions of its own that say under another date what is held."""
    told = {"kinds": [row.record.kind for row in rows], "idents": [row.ident for row in rows]}
    if rows and others_send(batch, wall):
        note(BY_IDENT, told, rows, batch, wall)


def note(words: str, told: dict[str, Any], rows: Sequence[Row], batch: Batch, wall: str) -> None:
    told |= {"ids": [row.id for row in rows], "source": batch.source, "key": batch.key}
    told |= {"places": [row.place for row in rows], "batch": batch.id, "received_at": batch.received_at}
    with connections[wall].cursor() as cursor:
        cursor.execute(words, told)
