"""What the owners' signed lists came to: the newest proven one, and which records stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.intake.queries.quarantine import Left, left_out
from suar.vault.queries import DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One list and what came of it. `why` is "" where it is its owner's proven word."""

    id: UUID
    source: str
    stream: str
    stated_on: date
    run: UUID | None
    rows: int
    root: str
    agrees: bool
    why: str
    checked_at: datetime


JUDGED = """
SELECT id, source, stream, stated_on, run, rows, root, agrees, why, checked_at FROM registers_list
WHERE source = %s AND stream = %s {where} ORDER BY id DESC LIMIT 1
"""
NAMES = ("id", "source", "stream", "stated_on", "run", "rows", "root", "agrees", "why", "checked_at")


def newest_judged(source: str, stream: str) -> Judged | None:
    return judged(JUDGED.format(where=""), source, stream)


def newest_with_run(source: str, stream: str) -> Judged | None:
    """The newest list that was taken; one whose signature does not verify is not."""
    return judged(JUDGED.format(where="AND run IS NOT NULL"), source, stream)


def newest_proven(source: str, stream: str) -> Judged | None:
    return judged(JUDGED.format(where="AND agrees"), source, stream)


def judged(words: str, source: str, stream: str) -> Judged | None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(words, [source, stream])
        row = cursor.fetchone()
    return Judged(**dict(zip(NAMES, row, strict=True))) if row else None


STANDING = """
SELECT DISTINCT ON (s.record) s.record, s.stands FROM registers_stands s JOIN registers_list l ON l.id = s.list
WHERE {which} AND NOT EXISTS (
    SELECT 1 FROM unnest(%b::text[], %b::timestamptz[]) AS q (source, since) WHERE l.source = q.source AND l.checked_at >= q.since
)
ORDER BY s.record, l.id DESC
"""


def standing_among(records: Sequence[UUID], left: Sequence[Left]) -> set[UUID]:
    """Which of these records stand in their owner's newest proven list that is believed; a list comes by no key of its sender's."""
    if not records:
        return set()
    return standing("s.record = ANY(%s)", [list(records)], left)


def standing_of(source: str, stream: str) -> set[UUID]:
    """All records that stand in the newest proven list of this stream."""
    return standing("(l.source, l.stream) = (%s, %s)", [source, stream], left_out())


def standing(which: str, params: list[Any], left: Sequence[Left]) -> set[UUID]:
    lists = [one for one in left if not one.key]
    told = [*params, [one.source for one in lists], [one.since for one in lists]]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(STANDING.format(which=which), told)
        return {record for record, stands in cursor.fetchall() if stands}


def changed_since(source: str, since: datetime) -> set[UUID]:
    """Records of which lists of this source have said something new since an instant."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT s.record FROM registers_stands s JOIN registers_list l ON l.id = s.list"
            " WHERE l.source = %s AND l.checked_at >= %s",
            [source, since],
        )
        return {row[0] for row in cursor.fetchall()}
