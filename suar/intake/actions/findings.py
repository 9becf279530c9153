"""Findings of a source: a renamed column, an unknown code, a run that looks wrong. One clear finding, not ten thousand faults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connections

from suar.core.act import Act
from suar.vault.queries import DEFAULT, new_id

OPEN = """
INSERT INTO intake_finding (id, source, stream, kind, code, field, params, batch, opened_at, seen_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source, stream, kind, code, field) WHERE closed_at IS NULL
DO UPDATE SET seen_at = excluded.seen_at, params = excluded.params, times = intake_finding.times + 1, batch = excluded.batch
"""


def open_finding(
    source: str,
    stream: str,
    code: str,
    *,
    act: Act,
    kind: str = "",
    field: str = "",
    params: Mapping[str, str | int | bool | None] | None = None,
    batch: UUID | None = None,
    wall: str = DEFAULT,
) -> None:
    """Open a finding, or note that the open one was seen again."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            OPEN,
            [new_id(act.at), source, stream, kind, code, field, json.dumps(dict(params or {})), batch, act.at, act.at],
        )


def close_findings(source: str, stream: str, *, still: set[tuple[str, str, str]], act: Act, wall: str = DEFAULT) -> int:
    """Close the open findings of a stream that a good reading no longer shows; `still` holds (kind, code, field). Returns how many."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, code, field FROM intake_finding WHERE source = %s AND stream = %s AND closed_at IS NULL FOR UPDATE",
            [source, stream],
        )
        mended = [id_ for id_, kind, code, field in cursor.fetchall() if (kind, code, field) not in still]
        cursor.execute("UPDATE intake_finding SET closed_at = %s WHERE id = ANY(%s)", [act.at, mended])
        return int(cursor.rowcount)
