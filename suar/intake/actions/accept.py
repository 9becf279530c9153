"""Tx 2: read a kept batch; every record is accepted, accepted with remarks, or returned with every fault, once.

Order is decided by the source's version, never by arrival; the same message with other content is quarantined; nothing is applied twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Fault, NotFound
from suar.core.standard.record import Record
from suar.core.standard.versions import Standing, standing
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.actions.repeated import note_by_ident, note_by_message
from suar.intake.actions.rows import Row, correction_of, row_of
from suar.intake.actions.write import insert_records, insert_returned, note_coverage, note_left, point_current
from suar.intake.queries.batches import Batch
from suar.vault.queries import DEFAULT, new_id, token


@dataclass(slots=True)
class ReadBatch:
    """What reading a batch gave: records to take and records to return, each with its place."""

    taken: list[tuple[int, Record, bool]] = field(
        default_factory=list
    )  # place, record, stamped: the source gives no version
    faulty: list[tuple[int, str, str, tuple[Fault, ...]]] = field(default_factory=list)  # place, kind, message, faults
    named: list[tuple[str, str]] = field(
        default_factory=list
    )  # kind, record id of rows with faults whose id could be read
    nameless: int = 0  # rows with faults of which nobody knows whose they are


@dataclass(slots=True)
class Counts:
    sent: int = 0
    accepted: int = 0
    remarked: int = 0
    returned: int = 0
    unchanged: int = 0
    quarantined: int = 0
    older: int = 0
    again: int = 0  # of the unchanged: rows returned before, that came again as they were
    nameless: int = 0
    doubtful: int = 0  # taken without a field that could not be read


def take(read: ReadBatch, batch: Batch, *, act: Act, wall: str = DEFAULT) -> Counts:
    """Write a read batch. Runs in the caller's transaction, in which the batch's row is locked. Returns the counts of this batch."""
    assert connections[wall].in_atomic_block
    counts = Counts(sent=len(read.taken) + len(read.faulty), nameless=read.nameless)
    rows = [row_of(place, record, stamped, act, wall) for place, record, stamped in read.taken]
    counts.doubtful = sum(bool(row.left_out) for row in rows)
    faulty = list(read.faulty)
    fresh = first_seen(rows, batch, faulty, counts, wall)
    applied = versioned(fresh, counts, batch, wall)
    faulty = first_returned(faulty, batch, counts, act, wall)
    insert_records([row for row in fresh if row.state in {"accepted", "remarked", "older"}], batch, wall)
    point_current(applied, batch, wall)
    note_left(applied, batch, wall)
    insert_returned(faulty, batch, act, wall)
    note_coverage(applied, batch, wall)
    counts.returned = len(faulty)
    counts.quarantined = sum(fault.code == "message.changed" for *_, faults in faulty for fault in faults)
    counts.accepted = sum(row.state == "accepted" for row in fresh)
    counts.remarked = sum(row.state == "remarked" for row in fresh)
    settle(batch, counts, "read", wall)
    append(
        "batch.read",
        act,
        about=[batch.id, *(row.id for row in fresh if row.state)],
        wall=wall,
        source=batch.source,
        accepted=counts.accepted,
        remarked=counts.remarked,
        returned=counts.returned,
        unchanged=counts.unchanged,
    )
    if wall == DEFAULT:
        announce(applied, faulty, batch, act)
    return counts


SEE = """
INSERT INTO intake_inbox (source, message, content, record)
SELECT %s, message, content, record FROM unnest(%b::bytea[], %b::bytea[], %b::uuid[]) AS row (message, content, record)
ON CONFLICT DO NOTHING RETURNING message, record
"""


def first_seen(rows: list[Row], batch: Batch, faulty: list[Any], counts: Counts, wall: str) -> list[Row]:
    """The rows whose message was never seen. Seen with the same content: unchanged. Seen with another: quarantined and returned."""
    if not rows:
        return []
    rows = sorted(rows, key=lambda row: row.message)  # one lock order for all batches
    won = seen_first([(row.message, row) for row in rows], batch, wall)
    fresh, lost = [row for row in rows if row.id in won], [row for row in rows if row.id not in won]
    known: dict[bytes, tuple[bytes, frozenset[str]]] = {}
    if lost:
        with connections[wall].cursor() as cursor:
            cursor.execute(KNOWN, [batch.source, [row.message for row in lost]])
            known = {bytes(m): (bytes(content), frozenset(left)) for m, content, left in cursor.fetchall()}
        known |= {row.message: (row.content, row.left_out) for row in fresh}  # no record of theirs is written yet
    same, other = [], []
    for row in lost:
        content, unread = known[row.message]
        if content == row.content:
            same.append(row)
        elif row.left_out < unread:
            other.append(row)
        else:
            faulty.append(changed(row))
    counts.unchanged += len(same)
    note_by_message([(row.message, row) for row in same], batch, wall)
    corrected = first_corrected(other, batch, faulty, counts, wall)
    return sorted(fresh + corrected, key=lambda row: row.place)


def seen_first(rows: Sequence[tuple[bytes, Row]], batch: Batch, wall: str) -> set[UUID]:
    """The ids of those rows, each with the message by which it is known, that were never seen."""
    with connections[wall].cursor() as cursor:
        messages, contents = [message for message, _ in rows], [row.content for _, row in rows]
        cursor.execute(SEE, [batch.source, messages, contents, [row.id for _, row in rows]])
        return {row[1] for row in cursor.fetchall()}


# What we hold under a message, and which of its fields could not be read then.
KNOWN = """
SELECT i.message, i.content, ARRAY(SELECT remark->>'field' FROM jsonb_array_elements(r.remarks) remark WHERE remark ? 'left_out')
FROM intake_inbox i LEFT JOIN intake_record r ON r.id = i.record WHERE i.source = %s AND i.message = ANY(%s)
"""


def changed(row: Row) -> tuple[int, str, str, tuple[Fault, ...]]:
    """The same message with other content: nobody can say which of the two is right, so the later one is returned."""
    message = f"{row.record.message_id}\x1f{row.content.hex()}"
    return row.place, row.record.kind, message, (Fault(code="message.changed"),)


def first_corrected(rows: list[Row], batch: Batch, faulty: list[Any], counts: Counts, wall: str) -> list[Row]:
    """Statements held without a field that could not be read, here with it: the code is known by now, or the column was mended.

    What we hold is incomplete by our own account, so this is no other content. Taken once; a third wording is quarantined.
    """
    if not rows:
        return []
    keyed = sorted(((correction_of(row.message, wall=wall), row) for row in rows), key=lambda one: one[0])
    won = seen_first(keyed, batch, wall)
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT message, content FROM intake_inbox WHERE source = %s AND message = ANY(%s)",
            [batch.source, [key for key, _ in keyed]],
        )
        known = {bytes(message): bytes(content) for message, content in cursor.fetchall()}
    same: list[tuple[bytes, Row]] = []
    for key, row in keyed:
        row.corrects = row.id in won
        if not row.corrects and known[key] == row.content:
            same.append((key, row))
        elif not row.corrects:
            faulty.append(changed(row))
    counts.unchanged += len(same)
    note_by_message(same, batch, wall)
    return [row for _, row in keyed if row.corrects]


def first_returned(faulty: list[Any], batch: Batch, counts: Counts, act: Act, wall: str) -> list[Any]:
    """The faulty rows not yet returned for these faults. A file read again, or a page pulled twice after a kill, returns nothing twice."""
    if not faulty:
        return []
    keys = [returned_of(kind, message, faults, batch.key, wall) for _, kind, message, faults in faulty]
    ids = [new_id(act.at) for _ in faulty]
    order = sorted(range(len(faulty)), key=lambda n: keys[n])
    with connections[wall].cursor() as cursor:
        cursor.execute(SEE, [batch.source, *([column[n] for n in order] for column in (keys, keys, ids))])
        won = {row[1] for row in cursor.fetchall()}
    counts.again = sum(id_ not in won for id_ in ids)
    counts.unchanged += counts.again
    return [one for one, id_ in zip(faulty, ids, strict=True) if id_ in won]


def returned_of(kind: str, message: str, faults: Sequence[Fault], key: str, wall: str) -> bytes:
    """By which a returned row is known again. Another wording of a message is returned to each key that sends it: when one of them is
    believed no longer, the word of the other is looked for (actions/again).
    """
    codes = sorted({fault.code for fault in faults})
    by = [key] if key and "message.changed" in codes else []
    return token("returned", "\x1f".join([kind, message, *codes, *by]), wall=wall)


# A lateral look-up with a lock is planned as it stands: each row asked for is found by its key, in the order asked. As a plain join the
# planner, who takes a fresh table for an empty one, walked through the source's whole table for every batch: 40 % of all reading.
CURRENT = """
SELECT held.kind, held.ident, held.version, held.content, held.subject FROM unnest(%b::text[], %b::bytea[]) AS row (kind, ident),
LATERAL (
    SELECT c.kind, c.ident, c.version, c.content, c.subject FROM intake_current c
    WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident FOR UPDATE
) held
"""


def versioned(fresh: list[Row], counts: Counts, batch: Batch, wall: str) -> list[Row]:
    """Decide by the source's version which rows become current; the rest are recorded as older, or say nothing new.

    A source without versions of its own says the same again in each file: then only the date up to which it held moves on. One that has them
    and says the same under an older one has stated it then: should the later be believed no longer, that is its word.
    """
    if not fresh:
        return []
    asked = sorted({(row.record.kind, row.ident) for row in fresh})  # one lock order for all batches
    with connections[wall].cursor() as cursor:
        cursor.execute(CURRENT, [[kind for kind, _ in asked], [ident for _, ident in asked], fresh[0].record.source])
        rows = cursor.fetchall()
    held = {(kind, bytes(ident)): (version, bytes(content)) for kind, ident, version, content, _ in rows}
    about = {(kind, bytes(ident)): subject for kind, ident, *_, subject in rows}
    newest: dict[tuple[str, bytes], Row] = {}
    still: list[Row] = []
    for row in fresh:  # one after the other, as `present` reads them
        key = (row.record.kind, row.ident)
        stands = standing((row.record.version, row.content), held.get(key), stamped=row.stamped, corrects=row.corrects)
        if stands is Standing.SAME and row.stamped:
            row.state, counts.unchanged = "", counts.unchanged + 1
            still.append(row)
        elif stands is not Standing.NEWER:
            row.state, counts.older, counts.unchanged = "older", counts.older + 1, counts.unchanged + 1
        else:
            if key in newest:
                newest[key].state, counts.older, counts.unchanged = "older", counts.older + 1, counts.unchanged + 1
            row.state = "remarked" if row.record.remarks else "accepted"
            newest[key], held[key] = row, (row.record.version, row.content)
    hold_until(still, wall)
    note_by_ident(still, batch, wall)
    for key, row in newest.items():
        row.left = subject if (subject := about.get(key)) != row.subject else None
    return list(newest.values())


def hold_until(still: list[Row], wall: str) -> None:
    if not still:
        return
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_current c SET version = row.version FROM unnest(%b::text[], %b::bytea[], %b::text[]) AS row (kind, ident, version)"
            " WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident AND c.version < row.version",
            [
                [r.record.kind for r in still],
                [r.ident for r in still],
                [r.record.version for r in still],
                still[0].record.source,
            ],
        )


SETTLE = """
UPDATE intake_batch SET state = %s, sent = %s, accepted = %s, remarked = %s, returned = %s, unchanged = %s, quarantined = %s, older = %s
WHERE id = %s
"""


def settle(batch: Batch, counts: Counts, state: str, wall: str) -> None:
    with connections[wall].cursor() as cursor:
        cursor.execute(
            SETTLE,
            [state, counts.sent, counts.accepted, counts.remarked, counts.returned, counts.unchanged, counts.quarantined, counts.older,
             batch.id],
        )  # fmt: skip


def announce(applied: list[Row], faulty: list[Any], batch: Batch, act: Act) -> None:
    """One outbox row a record, and one for the batch, which the house listens to."""
    sent_back = [
        Happened(type="record.returned", giver=batch.agency, thing=batch.id, classes=(kind,), effect="returned")
        for _, kind, _, _ in faulty
    ]
    publish_many(
        [*accepted_events(applied, batch), *sent_back, Happened(type="batch.read", giver=batch.agency, thing=batch.id)],
        act,
    )


def accepted_events(rows: Sequence[Row], batch: Batch) -> list[Happened]:
    return [
        Happened(
            type="record.accepted",
            giver=batch.agency,
            thing=row.id,
            subject=row.subject,
            classes=(row.record.kind,),
            effect="withdrawn" if row.record.withdrawn else row.state,
        )
        for row in rows
    ]


@transaction.atomic(durable=True)
def release(batch_id: UUID, *, act: Act) -> None:
    """Let a stopped batch be read after all: an engineer looked and found it right. Refuses: DoorShut; NotFound where none is stopped."""
    from suar.agencies.access import enter

    enter(act, "intake.release")
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_batch SET state = 'kept', released = true WHERE id = %s AND state = 'stopped'", [batch_id]
        )
        if not cursor.rowcount:
            raise NotFound()
    append("batch.released", act, about=[batch_id])
