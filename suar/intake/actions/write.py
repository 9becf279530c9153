"""What became of a batch's rows, written down: records, which of them is current, what is returned, and how far the source covers."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connections

from suar.core.act import Act
from suar.core.canonical import packed
from suar.core.errors import Fault
from suar.intake.actions.rows import Row
from suar.intake.queries.batches import Batch
from suar.vault.queries import new_id, seal, token

RECORDS = """
INSERT INTO intake_record (id, batch, position, source, agency, kind, ident, subject, message, version, stated_at, content, state, remarks,
    sealed)
SELECT id, %s, position, %s, %s, kind, ident, subject, message, version, nullif(stated_at, '')::timestamptz, content, state, remarks::jsonb,
    sealed
FROM unnest(%b::uuid[], %b::int[], %b::text[], %b::bytea[], %b::uuid[], %b::bytea[], %b::text[], %b::text[], %b::bytea[], %b::text[],
            %b::text[], %b::bytea[])
  AS row (id, position, kind, ident, subject, message, version, stated_at, content, state, remarks, sealed)
"""


def insert_records(rows: Sequence[Row], batch: Batch, wall: str) -> None:
    if not rows:
        return
    with connections[wall].cursor() as cursor:
        cursor.execute(
            RECORDS,
            [
                batch.id,
                batch.source,
                batch.agency,
                [row.id for row in rows],
                [row.place for row in rows],
                [row.record.kind for row in rows],
                [row.ident for row in rows],
                [row.subject for row in rows],
                [row.message for row in rows],
                [row.record.version for row in rows],
                [row.record.at for row in rows],
                [row.content for row in rows],
                [row.state for row in rows],
                [
                    json.dumps(
                        [
                            {"code": r.code, "field": r.field} | ({"left_out": True} if r.field in row.left_out else {})
                            for r in row.record.remarks
                        ]
                    )
                    for row in rows
                ],
                [sealed_body(row, wall) for row in rows],
            ],
        )


def sealed_body(row: Row, wall: str) -> bytes:
    record = row.record
    remarks = [{"code": r.code, "field": r.field, "params": dict(r.params)} for r in record.remarks]
    body = {
        "record_id": record.record_id,
        "subject_id": record.subject_id,
        "values": dict(record.values),
        "remarks": remarks,
        "stamped": row.stamped,
    }
    return seal(packed(body), about=row.id.bytes, wall=wall)


POINT = """
INSERT INTO intake_current (source, kind, ident, record, version, content, subject, run, withdrawn)
SELECT %s, kind, ident, record, version, content, subject, %s, withdrawn
FROM unnest(%b::text[], %b::bytea[], %b::uuid[], %b::text[], %b::bytea[], %b::uuid[], %b::bool[])
  AS row (kind, ident, record, version, content, subject, withdrawn)
ORDER BY kind, ident
ON CONFLICT (source, kind, ident) DO UPDATE SET record = excluded.record, version = excluded.version, content = excluded.content,
    subject = excluded.subject, run = excluded.run, withdrawn = excluded.withdrawn
"""


def point_current(applied: list[Row], batch: Batch, wall: str) -> None:
    if not applied:
        return
    with connections[wall].cursor() as cursor:
        cursor.execute(
            POINT,
            [
                batch.source,
                batch.run,
                [row.record.kind for row in applied],
                [row.ident for row in applied],
                [row.id for row in applied],
                [row.record.version for row in applied],
                [row.content for row in applied],
                [row.subject for row in applied],
                [row.record.withdrawn for row in applied],
            ],
        )


def note_left(applied: list[Row], batch: Batch, wall: str) -> None:
    """Whom records were about until their source named another human: placing takes the claim from them."""
    left = sorted({row.left for row in applied if row.left})
    if not left:
        return
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_left (batch, subject) SELECT %s, * FROM unnest(%b::uuid[])", [batch.id, left]
        )


RETURNED = """
INSERT INTO intake_returned (id, batch, position, source, agency, kind, message, quarantined, codes, sealed)
SELECT id, %s, position, %s, %s, kind, message, quarantined, string_to_array(codes, ' '), sealed
FROM unnest(%b::uuid[], %b::int[], %b::text[], %b::bytea[], %b::bool[], %b::text[], %b::bytea[])
  AS row (id, position, kind, message, quarantined, codes, sealed)
"""


def insert_returned(faulty: list[tuple[int, str, str, tuple[Fault, ...]]], batch: Batch, act: Act, wall: str) -> None:
    if not faulty:
        return
    ids = [new_id(act.at) for _ in faulty]
    said = [[{"code": f.code, "field": f.field, "params": dict(f.params)} for f in faults] for *_, faults in faulty]
    with connections[wall].cursor() as cursor:
        cursor.execute(
            RETURNED,
            [
                batch.id,
                batch.source,
                batch.agency,
                ids,
                [place for place, *_ in faulty],
                [kind for _, kind, _, _ in faulty],
                [token("message", f"{kind}\x1f{message}", wall=wall) for _, kind, message, _ in faulty],
                [any(fault.code == "message.changed" for fault in faults) for *_, faults in faulty],
                [" ".join(sorted({fault.code for fault in faults})) for *_, faults in faulty],
                [
                    seal(json.dumps(one).encode(), about=id_.bytes, wall=wall)
                    for id_, one in zip(ids, said, strict=True)
                ],
            ],
        )


COVERAGE = """
INSERT INTO intake_coverage (source, region, newest_at, records)
SELECT %s, region, newest_at, records FROM unnest(%b::text[], %b::timestamptz[], %b::bigint[]) AS row (region, newest_at, records)
ORDER BY region
ON CONFLICT (source, region) DO UPDATE SET newest_at = greatest(intake_coverage.newest_at, excluded.newest_at),
    records = intake_coverage.records + excluded.records
"""


def note_coverage(applied: list[Row], batch: Batch, wall: str) -> None:
    """Per kabupaten/kota: when a good record last came. This is how a district's silence is noticed."""
    seen: dict[str, int] = {}
    for row in applied:
        region = str(row.record.values.get("region_code", ""))[:4]
        if len(region) == 4:
            seen[region] = seen.get(region, 0) + 1
    if not seen:
        return
    with connections[wall].cursor() as cursor:
        cursor.execute(COVERAGE, [batch.source, list(seen), [batch.received_at] * len(seen), list(seen.values())])
