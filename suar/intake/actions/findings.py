"""Findings of a source: a renamed column, an unknown code, a run that looks wrong. One clear finding, not ten thousand faults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
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


#: Opened and closed by a whole run over a snapshot, not by one batch of it.
OF_A_RUN = frozenset({"guard.withdrawn", "guard.older"})


def close_findings(source: str, stream: str, *, since: datetime, rows: int, act: Act, wall: str = DEFAULT) -> int:
    """Close the open findings of a stream that a good reading from `since` on has not shown again. Returns how many.

    A reading of no rows shows only that sendings can be read again, and nothing of columns and codes.
    """
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_finding SET closed_at = %s WHERE source = %s AND stream = %s AND closed_at IS NULL AND seen_at < %s"
            " AND code <> ALL(%s) AND (%s > 0 OR code LIKE 'sending.%%' OR code LIKE 'list.%%')",
            [act.at, source, stream, since, sorted(OF_A_RUN), rows],
        )
        return int(cursor.rowcount)


def close_guards(source: str, stream: str, *, act: Act, wall: str = DEFAULT) -> None:
    """A whole snapshot was taken: what stopped an earlier one is over."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "UPDATE intake_finding SET closed_at = %s WHERE source = %s AND stream = %s AND code = ANY(%s) AND closed_at IS NULL",
            [act.at, source, stream, sorted(OF_A_RUN)],
        )
