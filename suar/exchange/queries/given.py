"""What was given to whom, counted with the relay's place, and up to where each agency has acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from suar.exchange.queries import Row
from suar.exchange.queries.views import behind

COUNT = """
INSERT INTO exchange_given AS known (giver, receiver, type, events, last_at)
SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[]) ORDER BY 1, 2, 3
ON CONFLICT (giver, receiver, type)
DO UPDATE SET events = known.events + excluded.events, last_at = greatest(known.last_at, excluded.last_at)
"""


def count_given(given: Sequence[tuple[Row, str]]) -> None:
    """In the transaction that moves the relay's place, so that a batch taken up again is counted once. What stands behind the wall is in no
    count outside it.
    """
    counts = Counter((row.giver, receiver, row.type) for row, receiver in given if row.type not in behind)
    if not counts:
        return
    last = {(row.giver, receiver, row.type): row.at for row, receiver in sorted(given, key=lambda one: one[0].at)}
    keys = sorted(counts)
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [*columns, [counts[key] for key in keys], [last[key] for key in keys]])


@dataclass(frozen=True, slots=True)
class Given:
    """How much of one type went from one agency to another."""

    giver: str
    receiver: str
    type: str
    events: int
    last_at: datetime


def given_by_and_to(agency: str) -> list[Given]:
    """What the streams of the agencies took, of this agency and for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT giver, receiver, type, events, last_at FROM exchange_given WHERE %s IN (giver, receiver)"
            " ORDER BY giver, receiver, type",
            [agency],
        )
        return [Given(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Up to which row an agency says that it has taken everything over, and when it said so."""

    id: UUID
    at: datetime
    agency: str
    xid: str
    event: UUID


NEWEST = """
SELECT DISTINCT ON (agency) id, at, agency, xid::text, event FROM exchange_receipt
WHERE agency = ANY(%s) ORDER BY agency, id DESC
"""


def newest_receipts(agencies: Sequence[str]) -> dict[str, Receipt]:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(agencies)])
        return {row[2]: Receipt(*row) for row in cursor.fetchall()}
