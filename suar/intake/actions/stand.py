"""Which record is each source's present word, decided again from the records themselves where something is believed no longer, or again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections

from suar.intake.queries.quarantine import Left
from suar.intake.queries.spoken import spoken
from suar.vault.queries import DEFAULT

AT_ONCE = 1_000


@dataclass(slots=True)
class Restood:
    """Whom it concerns: every subject that any statement on these records was ever about, and the records that are about nobody."""

    subjects: set[UUID] = field(default_factory=set)
    nobody: set[UUID] = field(default_factory=set)


# All statements on whatever came by that way since then. A source's batches are few beside its records, so they lead to these.
SAID = """
WITH changed AS (
    SELECT DISTINCT r.kind, r.ident FROM intake_batch b JOIN intake_record r ON r.batch = b.id
    WHERE b.source = %(source)s AND b.received_at >= %(since)s AND %(key)s IN ('', b.key)
)
SELECT r.id, r.kind, r.ident, r.subject, r.version, r.content, r.state, b.run, b.received_at, b.key
FROM intake_batch b JOIN intake_record r ON r.batch = b.id JOIN changed ON changed.kind = r.kind AND changed.ident = r.ident
WHERE b.source = %(source)s
"""
CONCERNED = f"""
SELECT array_agg(DISTINCT subject) FILTER (WHERE subject IS NOT NULL), array_agg(id) FILTER (WHERE subject IS NULL) FROM ({SAID}) said
"""
# As acceptance decides it: the source's own version first; of one version the last that was taken, and what was older then comes last.
BELIEVED = f"""
SELECT DISTINCT ON (kind, ident) kind, ident, id, version, content, subject, run FROM ({SAID}) said
WHERE NOT EXISTS (
    SELECT 1 FROM unnest(%(keys)s::text[], %(sinces)s::timestamptz[]) AS l (key, since)
    WHERE said.received_at >= l.since AND l.key IN ('', said.key)
) ORDER BY kind, ident, version COLLATE "C" DESC, state = 'older', id DESC
"""
KNOWN = f"SELECT DISTINCT kind, ident FROM ({SAID}) said"
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
WHERE intake_current.record <> excluded.record
"""


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
            cursor.execute(BELIEVED, told)
            believed = cursor.fetchall()
            cursor.execute(KNOWN, told)
            standing = {(kind, bytes(ident)) for kind, ident, *_ in believed}
            gone = sorted({(kind, bytes(ident)) for kind, ident in cursor.fetchall()} - standing)
            cursor.execute(FORGET, [[kind for kind, _ in gone], [ident for _, ident in gone], one.source])
        for start in range(0, len(believed), AT_ONCE):
            point_at(one.source, believed[start : start + AT_ONCE], wall)
        found.subjects.update(subjects or ())
        found.nobody.update(nobody or ())
    return found


def point_at(source: str, rows: Sequence[tuple[Any, ...]], wall: str) -> None:
    taken_back = {one.id for one in spoken([row[2] for row in rows], wall=wall) if one.withdrawn}
    kinds, idents, ids, versions, contents, subjects, runs = (list(column) for column in zip(*rows, strict=True))
    with connections[wall].cursor() as cursor:
        cursor.execute(
            STAND,
            [source, kinds, idents, ids, versions, contents, subjects, runs, [id_ in taken_back for id_ in ids]],
        )
