"""Batches as kept, and their reports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.canonical import unpacked
from suar.core.values import value
from suar.intake.actions.keep import piece_place
from suar.intake.connectors.sending import Cut
from suar.vault.queries import DEFAULT, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch as its row says. Counts hold once it is read: sent = accepted + remarked + returned + unchanged."""

    id: UUID
    run: UUID
    source: str
    agency: str
    stream: str
    media: str
    received_at: datetime
    sha256: bytes
    size: int
    cursor_after: str
    state: str
    sent: int
    accepted: int
    remarked: int
    returned: int
    unchanged: int
    quarantined: int
    older: int
    key: str  # by which key its sender signed it; "" for what was pulled
    released: bool  # a person looked at it and let it be read
    doubt: str | None  # of a signed list: why it is not its owner's proven word; None for all else


#: Records that one transaction places or projects at most (DESIGN 5).
TOGETHER = 1_000

COLUMNS = (
    "id, run, source, agency, stream, media, received_at, sha256, size, cursor_after, state,"
    " sent, accepted, remarked, returned, unchanged, quarantined, older, key, released, doubt"
)


def batch(id_: UUID, *, wall: str = DEFAULT, lock: bool = False) -> Batch | None:
    with connections[wall].cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM intake_batch WHERE id = %s" + (" FOR UPDATE" if lock else ""), [id_])
        row = cursor.fetchone()
    return as_batch(row) if row else None


def received_at(id_: UUID, *, wall: str = DEFAULT) -> datetime | None:
    """When a batch came in; None for one that is not there."""
    found = batch(id_, wall=wall)
    return found.received_at if found else None


def as_batch(row: tuple[Any, ...]) -> Batch:
    return Batch(**dict(zip((name.strip() for name in COLUMNS.split(",")), row, strict=True)))


def waits_in(state: str) -> str:
    """A state as a literal, so that the small index of open batches serves; a parameter might be any state, and all batches would be read."""
    assert state in {"kept", "read", "placed", "projected", "stopped", "quarantined"}
    return f"state = '{state}'"


def open_batches(state: str, before: datetime, *, wall: str = DEFAULT, limit: int = 200) -> list[UUID]:
    """Batches received before `before` and still in `state`, oldest first: what a worker that died left behind."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM intake_batch WHERE {waits_in(state)} AND received_at < %s ORDER BY id LIMIT %s",
            [before, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def waiting_with(first: UUID, *, state: str, at_most: int, wall: str = DEFAULT) -> list[Batch]:
    """This batch and others that wait in the same state, locked, oldest first, with at most so many records in all.

    Empty where this one waits no longer: many small batches of a history are then taken in one go, and their own jobs find nothing.
    """
    mine = batch(first, wall=wall, lock=True)
    if mine is None or mine.state != state:
        return []
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM intake_batch WHERE {waits_in(state)} AND id <> %s ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED",
            [first],
        )
        others = [as_batch(row) for row in cursor.fetchall()]
    chosen, records = [mine], mine.accepted + mine.remarked
    for other in others:
        records += other.accepted + other.remarked
        if records > at_most:
            break
        chosen.append(other)
    return chosen


def oldest_in(state: str, *, wall: str = DEFAULT) -> UUID | None:
    """The batch that has waited longest in a state."""
    with connections[wall].cursor() as cursor:
        cursor.execute(f"SELECT id FROM intake_batch WHERE {waits_in(state)} ORDER BY id LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else None


def newest_batches(source: str, *, wall: str = DEFAULT, limit: int = 50) -> list[Batch]:
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM intake_batch WHERE source = %s ORDER BY received_at DESC, id DESC LIMIT %s",
            [source, limit],
        )
        return [as_batch(row) for row in cursor.fetchall()]


def parts_of(batch: Batch, *, wall: str = DEFAULT) -> tuple[Cut, dict[str, str]]:
    """The pieces of a batch as received, opened, and what the connector said of the sending."""
    around = around_of(batch.id, wall=wall)
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT position, sealed FROM intake_piece WHERE batch = %s ORDER BY position", [batch.id])
        pieces = [
            unseal(sealed, about=piece_place(batch.id, position), wall=wall) for position, sealed in cursor.fetchall()
        ]
    return Cut(bytes.fromhex(around["head"]), pieces, bytes.fromhex(around["tail"])), around["meta"]


def around_of(batch_id: UUID, *, wall: str = DEFAULT) -> dict[str, Any]:
    """What stood around the pieces of a batch (head, tail), and what the connector said of the sending (meta)."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT head FROM intake_batch WHERE id = %s", [batch_id])
        around: dict[str, Any] = json.loads(unseal(cursor.fetchone()[0], about=batch_id.bytes, wall=wall))
    return around


@dataclass(frozen=True, slots=True)
class Returned:
    """One returned record, for the agency's report: where it stood and every fault."""

    batch: UUID
    position: int
    kind: str
    quarantined: bool
    faults: list[dict[str, Any]]


def returned(source: str, *, of: UUID | None = None, wall: str = DEFAULT, limit: int = 1000) -> Iterator[Returned]:
    """The returned records of a source, newest first, or of one batch. Runs inside a door (row-level security)."""
    where, params = ("batch = %s", [of]) if of else ("source = %s", [source])
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT id, batch, position, kind, quarantined, sealed FROM intake_returned"
            f" WHERE {where} ORDER BY id DESC LIMIT %s",
            [*params, limit],
        )
        for id_, batch_id, position, kind, quarantined, sealed in cursor.fetchall():
            faults = json.loads(unseal(sealed, about=id_.bytes, wall=wall))
            yield Returned(batch_id, position, kind, quarantined, faults)


@value()
class Stated:
    """One accepted record, opened: what persons, registers and journeys project from."""

    id: UUID
    batch: UUID
    source: str
    agency: str
    kind: str
    subject: UUID | None
    version: str
    stated_at: datetime | None
    record_id: str
    values: dict[str, Any]
    withdrawn: bool


STATED = """
SELECT r.id, r.batch, r.source, r.agency, r.kind, r.subject, r.version, r.stated_at, r.sealed, c.withdrawn
FROM intake_record r JOIN intake_current c ON c.source = r.source AND c.kind = r.kind AND c.ident = r.ident AND c.record = r.id
WHERE {where} ORDER BY r.id
"""


STILL = """
SELECT r.id FROM intake_record r
JOIN intake_current c ON c.source = r.source AND c.kind = r.kind AND c.ident = r.ident AND c.record = r.id AND NOT c.withdrawn
WHERE r.id = ANY(%b)
"""


def subjects_in(batch_id: UUID, *, wall: str = DEFAULT) -> list[UUID]:
    """Whom the records of a batch are about, in order."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT subject FROM intake_record WHERE batch = %s AND subject IS NOT NULL ORDER BY subject",
            [batch_id],
        )
        return [row[0] for row in cursor.fetchall()]


def still_stated(records: list[UUID], *, wall: str = DEFAULT) -> set[UUID]:
    """Which of these records are their source's present word: neither overtaken nor withdrawn."""
    if not records:
        return set()
    with connections[wall].cursor() as cursor:
        cursor.execute(STILL, [records])
        return {row[0] for row in cursor.fetchall()}


def stated_in(batches: Sequence[UUID], *, wall: str = DEFAULT) -> list[Stated]:
    """The records of these batches that are current: an older or overtaken statement projects nothing."""
    return stated("r.batch = ANY(%b)", [list(batches)], wall)


def left_in(batches: Sequence[UUID], *, wall: str = DEFAULT) -> list[UUID]:
    """Subjects that records of these batches were about, before these batches named another human."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT DISTINCT subject FROM intake_left WHERE batch = ANY(%b) ORDER BY 1", [list(batches)])
        return [row[0] for row in cursor.fetchall()]


def stated_by(records: Sequence[UUID], *, wall: str = DEFAULT) -> list[Stated]:
    """Those of these records that are current, opened."""
    return stated("r.id = ANY(%b)", [list(records)], wall)


def stated_of(subjects: list[UUID], *, wall: str = DEFAULT) -> list[Stated]:
    """All current records of these subjects."""
    return stated("r.subject = ANY(%s)", [subjects], wall)


def stated_by_id(records: Sequence[UUID], *, wall: str = DEFAULT) -> list[Stated]:
    """These records, opened, as far as each is its source's present word."""
    return stated("r.id = ANY(%b)", [list(records)], wall)


def stated(where: str, params: list[Any], wall: str) -> list[Stated]:
    with connections[wall].cursor() as cursor:
        cursor.execute(STATED.format(where=where), params)
        rows = cursor.fetchall()
    opened = []
    for id_, batch_id, source, agency, kind, subject, version, stated_at, sealed, withdrawn in rows:
        body = unpacked(unseal(sealed, about=id_.bytes, wall=wall))
        own = "" if body["stamped"] else version  # a date of ours orders files, it is not the source's word
        opened.append(
            Stated(
                id_,
                batch_id,
                source,
                agency,
                kind,
                subject,
                own,
                stated_at,
                body["record_id"],
                body["values"],
                withdrawn,
            )
        )
    return opened
