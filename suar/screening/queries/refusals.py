"""Proposed refusals as they stand: open, signed, declined or lapsed."""

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
class Proposal:
    """One proposed refusal; `ruling` is what a supervisor said, "" where nobody did."""

    id: UUID
    at: datetime
    until: datetime
    agency: str
    office: str
    desk: str
    screening: UUID
    by: UUID
    ground: str
    coded: str
    words: str
    ruling: str
    ruled_by: UUID | None
    ruled_at: datetime | None
    ruled_words: str

    def open_at(self, at: datetime) -> bool:
        return not self.ruling and at < self.until


SELECT = """
SELECT p.id, p.at, p.until, p.agency, p.office, p.desk, p.screening, p.by, p.ground, p.coded, p.sealed, s.ruling, s.by, s.at, s.id, s.sealed
FROM screening_proposal p LEFT JOIN screening_signature s ON s.proposal = p.id
"""


def place_of(row: UUID) -> bytes:
    """To which row sealed words are bound."""
    return b"refusal" + row.bytes


def read(where: str, params: Sequence[Any]) -> list[Proposal]:
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT} WHERE {where}", list(params))  # the condition is written in this module alone
        return [shaped(row) for row in cursor.fetchall()]


def shaped(row: Sequence[Any]) -> Proposal:
    ruled = str(json.loads(unseal(bytes(row[15]), about=place_of(row[14])))["words"]) if row[14] else ""
    return Proposal(
        id=row[0], at=row[1], until=row[2], agency=row[3], office=row[4], desk=row[5], screening=row[6], by=row[7], ground=row[8], coded=row[9],
        words=str(json.loads(unseal(bytes(row[10]), about=place_of(row[0])))["words"]), ruling=row[11] or "", ruled_by=row[12],
        ruled_at=row[13], ruled_words=ruled,
    )  # fmt: skip


def proposal(id_: UUID) -> Proposal | None:
    return next(iter(read("p.id = %s", [id_])), None)


def newest_proposal(screening: UUID) -> Proposal | None:
    """The newest proposal on a screening, whatever came of it."""
    return next(iter(read("p.screening = %s ORDER BY p.id DESC LIMIT 1", [screening])), None)


def open_proposal(screening: UUID, at: datetime) -> Proposal | None:
    newest = newest_proposal(screening)
    return newest if newest and newest.open_at(at) else None


WAITING = """p.office = %s AND p.until > %s AND s.id IS NULL AND EXISTS (
    SELECT FROM screening_screening q WHERE q.id = p.screening AND q.decision IS NULL AND q.superseded_by IS NULL)
ORDER BY p.until LIMIT %s"""


def proposals_waiting(office: str, at: datetime, most: int) -> list[Proposal]:
    """What waits for a signature at this office, the nearest end first. Runs inside a door."""
    return read(WAITING, [office, at, most])


def looked(proposal_id: UUID, by: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM screening_looked WHERE proposal = %s AND by = %s", [proposal_id, by])
        return cursor.fetchone() is not None
