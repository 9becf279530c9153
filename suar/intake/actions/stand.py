"""Which record is each source's present word, decided again from the records themselves where something is believed no longer, or again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.standard.versions import Present, Statement, present
from suar.intake.actions.repeated import BELIEVED
from suar.intake.actions.rows import correction_of
from suar.intake.queries.batches import Stated
from suar.intake.queries.quarantine import Left
from suar.intake.queries.spoken import spoken
from suar.vault.queries import DEFAULT

AT_ONCE = 1_000


@dataclass(slots=True)
class Restood:
    """Whom it concerns: every subject that any statement on these records was ever about, and the records that are about nobody."""

    subjects: set[UUID] = field(default_factory=set)
    nobody: set[UUID] = field(default_factory=set)


# All statements on whatever came by that way since then, or was repeated by it. A source's batches are few beside its records, so they lead
# to these.
SAID = """
WITH way AS (
    SELECT b.id FROM intake_batch b WHERE b.source = %(source)s AND b.received_at >= %(since)s AND %(key)s IN ('', b.key)
), changed AS (
    SELECT r.kind, r.ident FROM way JOIN intake_record r ON r.batch = way.id
    UNION SELECT r.kind, r.ident FROM way JOIN intake_repeated p ON p.batch = way.id JOIN intake_record r ON r.id = p.record
), first AS (
    SELECT r.id AS record, r.kind, r.ident, r.subject, r.message, r.version, r.content, r.remarks, b.run, b.media = 'vanished' AS vanished,
        r.id, r.batch, r.position, b.received_at, b.key
    FROM intake_batch b JOIN intake_record r ON r.batch = b.id JOIN changed ON changed.kind = r.kind AND changed.ident = r.ident
    WHERE b.source = %(source)s
), said AS (
    SELECT * FROM first
    UNION ALL SELECT f.record, f.kind, f.ident, f.subject, f.message, f.version, f.content, f.remarks, b.run, false,
        p.id, p.batch, p.position, p.received_at, p.key
    FROM first f JOIN intake_repeated p ON p.record = f.record JOIN intake_batch b ON b.id = p.batch
)
"""
CONCERNED = f"""
{SAID} SELECT array_agg(DISTINCT subject) FILTER (WHERE subject IS NOT NULL), array_agg(id) FILTER (WHERE subject IS NULL) FROM first
"""
# Every statement in the order in which it was read (the first 48 bits of an id are its millisecond), whether it is believed, and what stands.
HEARD = f"""
{SAID} SELECT said.kind, said.ident, said.record, said.message, said.version, said.content, said.subject, said.run, said.vanished, c.record,
    {BELIEVED.format(at="said.received_at", key="said.key")},
    ARRAY(SELECT remark->>'field' FROM jsonb_array_elements(said.remarks) remark WHERE remark ? 'left_out')
FROM said LEFT JOIN intake_current c ON c.source = %(source)s AND c.kind = said.kind AND c.ident = said.ident
ORDER BY said.kind, said.ident, left(said.id::text, 13), said.batch, said.position
"""
FORGET = """
DELETE FROM intake_current c USING unnest(%b::text[], %b::bytea[]) AS row (kind, ident)
WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident
"""
STAND = """
INSERT INTO intake_current (source, kind, ident, record, version, content, subject, run, withdrawn)
SELECT %s, kind, ident, record, version, content, subject, run, withdrawn
FROM unnest(%b::text[], %b::bytea[], %b::uuid[], %b::text[], %b::bytea[], %b::uuid[], %b::uuid[], %b::bool[])
  AS row (kind, ident, record, version, content, subject, run, withdrawn)
ORDER BY kind, ident
ON CONFLICT (source, kind, ident) DO UPDATE SET record = excluded.record, version = excluded.version, content = excluded.content,
    subject = excluded.subject, run = excluded.run, withdrawn = excluded.withdrawn
"""


# Under which record each message is known, and its correction: as acceptance would know them had nobody else spoken.
UNKNOW = "DELETE FROM intake_inbox WHERE source = %s AND message = ANY(%b::bytea[])"
KNOW = """
INSERT INTO intake_inbox (source, message, content, record)
SELECT %s, * FROM unnest(%b::bytea[], %b::bytea[], %b::uuid[]) AS row (message, content, record) ORDER BY message
ON CONFLICT (source, message) DO UPDATE SET content = excluded.content, record = excluded.record
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """One statement as its row says, which record stands now, and whether it is believed."""

    kind: str
    ident: bytes
    record: UUID
    message: bytes
    version: str
    content: bytes
    subject: UUID | None
    run: UUID
    vanished: bool
    standing: UUID | None
    believed: bool
    left_out: list[str]


def stand_again(changed: Iterable[Left], left: Sequence[Left], *, wall: str = DEFAULT) -> Restood:
    """Point at the present word of everything that came by these ways since then, believing nothing that is `left`. Set-based, and the
    same the second time. Runs in the caller's transaction, as the hub.
    """
    assert connections[wall].in_atomic_block
    found = Restood()
    for one in changed:
        told: dict[str, Any] = {"source": one.source, "since": one.since, "key": one.key}
        not_believed = [other for other in left if other.source == one.source]
        told |= {"keys": [other.key for other in not_believed], "sinces": [other.since for other in not_believed]}
        with connections[wall].cursor() as cursor:
            cursor.execute(CONCERNED, told)
            subjects, nobody = cursor.fetchone()
            cursor.execute(HEARD, told)
            heard = [
                Heard(kind, bytes(ident), record, bytes(message), version, bytes(content), *rest)
                for kind, ident, record, message, version, content, *rest in cursor.fetchall()
            ]
        for rows in together(heard):
            point_at(one.source, rows, wall)
        found.subjects.update(subjects or ())
        found.nobody.update(nobody or ())
    return found


def together(heard: Sequence[Heard]) -> Iterator[list[list[Heard]]]:
    """What was said of each record, some thousand statements at once."""
    some: list[list[Heard]] = []
    for _, rows in groupby(heard, key=lambda one: (one.kind, one.ident)):
        some.append(list(rows))
        if sum(map(len, some)) >= AT_ONCE:
            yield some
            some = []
    if some:
        yield some


@dataclass(slots=True)
class Pointed:
    """What is to be written: rows of intake_current and of the inbox, and what neither is to know any more."""

    stand: list[tuple[Any, ...]] = field(default_factory=list)
    gone: list[tuple[str, bytes]] = field(default_factory=list)
    known: list[tuple[bytes, bytes, UUID]] = field(default_factory=list)
    unknown: set[bytes] = field(default_factory=set)


def point_at(source: str, records: Sequence[list[Heard]], wall: str) -> None:
    """Let each record's present word stand, and know its messages by it."""
    opened = {
        one.id: one
        for one in spoken(sorted({one.record for rows in records for one in rows if one.believed}), wall=wall)
    }
    found = Pointed()
    for rows in records:
        believed = [one for one in rows if one.believed]
        statements = [statement(one, opened[one.record]) for one in believed]
        stands = present(statements)
        note_messages(found, rows, believed, stands, wall)
        if stands.place < 0:
            found.gone.append((rows[0].kind, rows[0].ident))
        else:
            note_standing(found, believed[stands.place], statements[stands.place], stands)
    with connections[wall].cursor() as cursor:
        cursor.execute(FORGET, [[kind for kind, _ in found.gone], [ident for _, ident in found.gone], source])
        cursor.execute(UNKNOW, [source, sorted(found.unknown)])
        for words, columns in ((STAND, found.stand), (KNOW, found.known)):
            if columns:
                cursor.execute(words, [source, *(list(column) for column in zip(*columns, strict=True))])


def statement(one: Heard, opened: Stated) -> Statement:
    return Statement(
        message=one.message,
        version=one.version,
        content=one.content,
        left_out=frozenset(one.left_out),
        stamped=not opened.version,
        withdrawn=opened.withdrawn,
        vanished=one.vanished,
    )


def note_standing(found: Pointed, one: Heard, said: Statement, stands: Present) -> None:
    """Of a source without versions of its own, what stands already stands on: only the date up to which it held would be another."""
    if not (said.stamped and one.record == one.standing):
        found.stand.append(
            (one.kind, one.ident, one.record, stands.until, one.content, one.subject, one.run, said.withdrawn)
        )


def note_messages(found: Pointed, rows: list[Heard], believed: list[Heard], stands: Present, wall: str) -> None:
    known = {message: believed[place] for message, place in stands.known.items()}
    known |= {correction_of(message, wall=wall): believed[place] for message, place in stands.corrected.items()}
    found.known += [(message, one.content, one.record) for message, one in known.items()]
    said = {one.message for one in rows if not one.vanished}
    found.unknown |= (said | {correction_of(message, wall=wall) for message in said}) - known.keys()
