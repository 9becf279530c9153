"""Batch reports as people read them: faults grouped, each with its places; never a value of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.standard.mapping import SourceMapping
from suar.intake.queries.batches import COLUMNS, Batch, Returned, as_batch
from suar.vault.queries import DEFAULT

#: Parameters of a fault that say how it is wrong, never what stood there: a count, a place, a name of a list or column.
HARMLESS = frozenset(
    {
        "digits",
        "characters",
        "places",
        "numbers",
        "list",
        "native",
        "check",
        "begins",
        "values",
        "rows",
        "count",
        "gone",
        "known",
    }
)
HIDDEN = "…"
MOST = 20_000  # a batch has at most 1,000 pieces; a piece seldom makes more than a handful of records
MILLISECONDS_AT = 80  # a UUIDv7 begins with 48 bits of milliseconds


def harmless(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in HARMLESS else HIDDEN for name, value in params.items()}


@dataclass(slots=True)
class Group:
    """One kind of fault in one field: how many records have it, and where."""

    code: str
    field: str
    params: dict[str, Any]
    count: int = 0
    lines: list[int] = made_by(default_factory=list)


def grouped(rows: Iterable[Returned]) -> list[Group]:
    """The faults of returned records, the commonest first. Lines count from 1, as a sender counts."""
    found: dict[tuple[str, str, str], Group] = {}
    for row in rows:
        for fault in row.faults:
            params = harmless(fault["params"])
            key = (fault["code"], fault["field"], repr(sorted(params.items(), key=lambda item: item[0])))
            group = found.setdefault(key, Group(fault["code"], fault["field"], params))
            group.count += 1
            group.lines.append(row.position + 1)
    for group in found.values():
        group.lines.sort()
    return sorted(found.values(), key=lambda group: (-group.count, group.code, group.field))


REMARKS = """
SELECT remark->>'code', remark->>'field', count(*) FROM intake_record, jsonb_array_elements(remarks) AS remark
WHERE batch = %s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


def remarks_of(batch: UUID, *, wall: str = DEFAULT) -> list[Group]:
    """The remarks on a batch's records. Runs inside a door (row-level security)."""
    with connections[wall].cursor() as cursor:
        cursor.execute(REMARKS, [batch])
        return [Group(code, name or "", {}, int(count)) for code, name, count in cursor.fetchall()]


READ_AT = """
SELECT max(id::text) FROM (
    SELECT id FROM intake_record WHERE batch = %s UNION ALL SELECT id FROM intake_returned WHERE batch = %s) AS written
"""


def read_at(batch: Batch, *, wall: str = DEFAULT) -> datetime | None:
    """When the batch was read: the time in the ids that reading gave, else the end of its run; None while it waits."""
    if batch.state in {"kept", "stopped"}:
        return None
    with connections[wall].cursor() as cursor:
        cursor.execute(READ_AT, [batch.id, batch.id])
        written = cursor.fetchone()[0]
        cursor.execute("SELECT ended_at FROM intake_run WHERE id = %s", [batch.run])
        run = cursor.fetchone()
    if written:
        return datetime.fromtimestamp((UUID(written).int >> MILLISECONDS_AT) / 1000, tz=UTC)
    return run[0] if run else None


def batches_with_returns(*, source: str = "", wall: str = DEFAULT, limit: int = 20) -> list[Batch]:
    """The newest batches that returned something or stopped themselves: what somebody must act on."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM intake_batch WHERE (returned > 0 OR state = 'stopped') AND (%s::text = '' OR source = %s::text)"
            " ORDER BY received_at DESC, id DESC LIMIT %s",
            [source, source, limit],
        )
        return [as_batch(row) for row in cursor.fetchall()]


def newest_by_source(*, wall: str = DEFAULT) -> dict[str, UUID]:
    """Per source the newest batch with something returned: where the number of a page leads."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (source) source, id FROM intake_batch WHERE returned > 0 ORDER BY source, received_at DESC, id DESC"
        )
        return dict(cursor.fetchall())


def protected_streams(mapping: SourceMapping) -> list[str]:
    """The streams of a source that are kept behind the wall."""
    streams = mapping.reach.get("streams", {})
    whole = mapping.reach.get("wall") == "protection"
    return [name for name, words in streams.items() if whole or words.get("wall") == "protection"]
