"""Whom changes touched, and the screenings about them: those still open, and those of travellers who were let pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import prepared

TOUCH = """
INSERT INTO screening_touched (subject, event) SELECT DISTINCT ON (s) s, e FROM unnest(%b::uuid[], %b::uuid[]) AS row (s, e) ORDER BY s, e DESC
ON CONFLICT (subject) DO UPDATE SET event = greatest(screening_touched.event, excluded.event)
"""
TAKE = """
WITH first AS MATERIALIZED (SELECT subject FROM screening_touched ORDER BY event LIMIT %s FOR UPDATE SKIP LOCKED)
DELETE FROM screening_touched t USING first WHERE t.subject = first.subject RETURNING t.subject, t.event
"""
PERSONS = """
INSERT INTO screening_again (screening, because, asked_at)
SELECT DISTINCT s.id, 'person', %s::timestamptz FROM unnest(%b::uuid[], %b::uuid[]) AS row (subject, event)
JOIN screening_screening s ON s.subjects @> ARRAY[row.subject] AND s.id < row.event
WHERE s.decision IS NULL AND s.superseded_by IS NULL AND s.at > %s::timestamptz ON CONFLICT DO NOTHING
"""
POLICY = """
INSERT INTO screening_again (screening, because, asked_at)
SELECT s.id, %s, %s::timestamptz FROM screening_screening s
WHERE s.decision IS NULL AND s.superseded_by IS NULL AND s.at > %s::timestamptz AND s.policy <> %s
  AND NOT EXISTS (SELECT FROM screening_again a WHERE a.screening = s.id AND a.because = %s)
ORDER BY s.id DESC LIMIT %s ON CONFLICT DO NOTHING
"""
DEPARTED = """
SELECT DISTINCT s.id FROM unnest(%b::uuid[], %b::uuid[]) AS row (subject, event)
JOIN screening_screening s ON s.subjects @> ARRAY[row.subject] AND s.id < row.event
WHERE s.purpose = 'departure' AND coalesce(s.decision, '') NOT IN ('postpone', 'refuse') AND s.superseded_by IS NULL
  AND s.at > %s::timestamptz AND NOT EXISTS (SELECT FROM screening_task t WHERE t.screening = s.id AND t.queue = 'mission')
ORDER BY s.id LIMIT %s
"""


LEANING = """
SELECT decided_at, agency FROM screening_screening
WHERE decided_at >= %b AND decision IN ('postpone', 'refuse') AND subjects && %b::uuid[]
"""


def decisions_leaning(subjects: Collection[UUID], since: datetime) -> list[Mapping[str, Any]]:
    """Since then decided against somebody who may be one of these: when, and by whose officers. As the hub."""
    rows = prepared(LEANING, [since, list(subjects)])
    return [{"kind": "decision", "at": at, "agency": agency} for at, agency in rows]


def touch(subjects: Sequence[UUID], events: Sequence[UUID]) -> None:
    """Note whom something touched, in the caller's transaction: each once, with the newest event."""
    assert connections[DEFAULT].in_atomic_block
    if subjects:
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute(TOUCH, [list(subjects), list(events)])


def take_touched(most: int) -> dict[UUID, UUID]:
    """Some of those who were touched, taken off the list, with the event that touched them last."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(TAKE, [most])
        return dict(cursor.fetchall())


def mark_for_persons(touched: dict[UUID, UUID], at: datetime, open_for: timedelta) -> int:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(PERSONS, [at, list(touched), list(touched.values()), at - open_for])
        return int(cursor.rowcount)


def mark_for_policy(sha256: str, at: datetime, open_for: timedelta, most: int) -> int:
    """Open screenings answered under other tables than those in force, newest first; each once a version."""
    because = f"policy:{sha256[:16]}"
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(POLICY, [because, at, at - open_for, sha256, because, most])
        return int(cursor.rowcount)


def let_pass(touched: dict[UUID, UUID], since: datetime, most: int) -> list[UUID]:
    """Departures since then that were not held up, of whom something changed after the answer, and for whom no mission was asked yet."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(DEPARTED, [list(touched), list(touched.values()), since, most])
        return [id_ for (id_,) in cursor.fetchall()]


def keep_later(screening: UUID, at: datetime) -> None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("INSERT INTO screening_later (screening, at) VALUES (%s, %s) ON CONFLICT DO NOTHING", [screening, at])  # fmt: skip


def drop_later(screening: UUID) -> None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("DELETE FROM screening_later WHERE screening = %s", [screening])


def later(since: datetime, most: int) -> list[UUID]:
    """Who would be advised more now and was not known to have left; what is older than `since` is forgotten."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("DELETE FROM screening_later WHERE at <= %s", [since])
        cursor.execute("SELECT screening FROM screening_later ORDER BY screening LIMIT %s", [most])
        return [id_ for (id_,) in cursor.fetchall()]
