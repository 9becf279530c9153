"""Hand-overs between shifts as they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suar.vault.queries import unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What one officer passes to the next: tasks in his hands, answers that he has not decided, and his note."""

    id: UUID
    at: datetime
    agency: str
    office: str
    desk: str
    by: UUID
    tasks: tuple[UUID, ...]
    screenings: tuple[UUID, ...]
    note: str
    ended: str  # accepted, withdrawn, or "" while it waits
    ended_by: UUID | None


SELECT = """
SELECT h.id, h.at, h.agency, h.office, h.desk, h.by, h.tasks, h.screenings, h.sealed, coalesce(e.ended, ''), e.by
FROM screening_handover h LEFT JOIN screening_handover_end e ON e.handover = h.id
"""


def place_of(row: UUID) -> bytes:
    """To which row the sealed note is bound."""
    return b"handover" + row.bytes


def read(where: str, params: Sequence[Any]) -> list[Handover]:
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT} WHERE {where}", list(params))  # the condition is written in this module alone
        return [
            Handover(
                id=row[0], at=row[1], agency=row[2], office=row[3], desk=row[4], by=row[5], tasks=tuple(row[6]), screenings=tuple(row[7]),
                note=str(json.loads(unseal(bytes(row[8]), about=place_of(row[0])))["note"]), ended=row[9], ended_by=row[10],
            )
            for row in cursor.fetchall()
        ]  # fmt: skip


def handover(id_: UUID) -> Handover | None:
    return next(iter(read("h.id = %s", [id_])), None)


def handovers_open(office: str, most: int) -> list[Handover]:
    """What waits at this office for the next officer. Runs inside a door."""
    return read("h.office = %s AND e.handover IS NULL ORDER BY h.id DESC LIMIT %s", [office, most])
