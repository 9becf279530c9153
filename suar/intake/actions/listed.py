"""What a signed list changes among current records: a proven one stands, a doubtful one only adds beside what is proven."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connections, transaction

from suar.core.act import Act
from suar.core.errors import Fault
from suar.core.standard.mapping import SourceMapping
from suar.core.standard.record import Record
from suar.intake.actions.accept import ReadBatch
from suar.intake.actions.rows import content_of, ident_of, message_of
from suar.intake.actions.withdraw import write
from suar.intake.queries.batches import Batch
from suar.vault.queries import DEFAULT

DOUBTFUL = """
SELECT c.kind, c.ident, c.subject FROM intake_current c JOIN intake_record r ON r.id = c.record JOIN intake_batch b ON b.id = r.batch
WHERE c.source = %s AND b.stream = %s AND b.doubt <> '' AND NOT c.withdrawn ORDER BY c.kind, c.ident
"""


def withdraw_doubtful(mapping: SourceMapping, stream: str, run: UUID, *, act: Act) -> int:
    """A new list has come: what only doubtful ones before it said is said no longer. Returns how many records went."""
    with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(DOUBTFUL, [mapping.source, stream])
        gone = [(kind, bytes(ident), subject) for kind, ident, subject in cursor.fetchall()]
        if gone:
            write(mapping, stream, run, gone, act=act, wall=DEFAULT)
    return len(gone)


def set_aside(read: ReadBatch, kept: Batch) -> None:
    """Of a doubtful list: what we hold already is unchanged; what would change it is returned, for nothing proven gives way to it; and
    what is new is known by a name of this sending's own, so that it never stands in the way of the owner's proven word.
    """
    taken = {(r.kind, ident_of(r.source, r.kind, r.record_id)): content_of(r) for _, r, _ in read.taken}
    proven, seen = known_idents(kept.source, list(taken)), seen_contents(kept.source, read)
    rows, read.taken = read.taken, []
    for place, record, stamped in rows:
        content = content_of(record)
        if seen.get(message_of(record)) == content:
            read.taken.append((place, record, stamped))
        elif (record.kind, ident_of(record.source, record.kind, record.record_id)) in proven:
            message = f"{record.message_id}\x1f{content.hex()}"
            read.faulty.append((place, record.kind, message, (Fault(code="list.unproven"),)))
        else:
            read.taken.append((place, beside(record, kept.run), stamped))


def beside(record: Record, run: UUID) -> Record:
    """The same statement under a name that no owner gives."""
    mark = f"?{run}"
    subject_id = f"{record.subject_id}{mark}" if record.subject_id else ""
    return replace(
        record,
        record_id=f"{record.record_id}{mark}",
        subject_id=subject_id,
        message_id=f"{record.message_id}{mark}",
    )


def known_idents(source: str, asked: list[tuple[str, bytes]]) -> set[tuple[str, bytes]]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT c.kind, c.ident FROM unnest(%b::text[], %b::bytea[]) AS row (kind, ident)"
            " JOIN intake_current c ON c.source = %s AND c.kind = row.kind AND c.ident = row.ident",
            [[kind for kind, _ in asked], [ident for _, ident in asked], source],
        )
        return {(kind, bytes(ident)) for kind, ident in cursor.fetchall()}


def seen_contents(source: str, read: ReadBatch) -> dict[bytes, bytes]:
    messages = [message_of(record) for _, record, _ in read.taken]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT message, content FROM intake_inbox WHERE source = %s AND message = ANY(%b)", [source, messages]
        )
        return {bytes(message): bytes(content) for message, content in cursor.fetchall()}


STANDS = """
UPDATE intake_current c SET run = %s FROM unnest(%b::text[], %b::bytea[], %b::bytea[]) AS row (kind, ident, content)
WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident AND c.content = row.content AND c.run < %s
"""


def note_standing(read: ReadBatch, kept: Batch) -> None:
    """In which run of a proven list each record last stood, word for word as we hold it: a list that was kept unread and is read after a later
    one takes nothing out of that.
    """
    rows = [record for _, record, _ in read.taken]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            STANDS,
            [
                kept.run,
                [record.kind for record in rows],
                [ident_of(record.source, record.kind, record.record_id) for record in rows],
                [content_of(record) for record in rows],
                kept.source,
                kept.run,
            ],
        )
