"""Requests that wait for somebody's word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.registers.acts import Hand
from suar.core.registers.law import ActKind
from suar.registers.queries.native import place_of
from suar.vault.queries import unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One request, and what was said of it so far."""

    id: UUID
    entry: UUID
    of_seq: int
    kind: str
    act: ActKind
    subject: UUID
    at: datetime
    until: datetime
    first: Hand
    drawn: UUID | None
    first_day: date
    last_day: date
    reason: str
    sealed: bytes
    agreed: Hand | None  # the second person, once he agreed
    settled: bool
    held: bool  # asked for far above what is usual, and not let go yet: put before nobody

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(unseal(self.sealed, about=place_of(self.id))))


COLUMNS = """
SELECT q.id, q.entry, q.of_seq, q.kind, q.act, q.subject, q.at, q.until, q.by, q.role, q.agency, q.office, q.drawn, q.first_day, q.last_day,
    q.reason, q.sealed, r.by, r.role, r.agency, r.office,
    coalesce(r.ruling <> 'approved', false) OR EXISTS (SELECT 1 FROM registers_ruling w WHERE w.request = q.id AND w.turn = 2)
        OR EXISTS (SELECT 1 FROM registers_act a WHERE a.request = q.id),
    EXISTS (SELECT 1 FROM registers_pace p WHERE p.request = q.id AND p.held
        AND NOT EXISTS (SELECT 1 FROM registers_let_go g WHERE g.request = q.id))
FROM registers_request q LEFT JOIN registers_ruling r ON r.request = q.id AND r.turn = 1
"""


def pending(where: str, told: Mapping[str, Any]) -> list[Pending]:
    """Requests that fit, oldest first. Runs as the hub."""
    with connection.cursor() as cursor:
        cursor.execute(f"{COLUMNS} WHERE {where} ORDER BY q.until, q.id", told)
        return [pending_of(row) for row in cursor.fetchall()]


def pending_of(row: Any) -> Pending:
    agreed = Hand(officer=row[17], role=row[18], agency=row[19], office=row[20]) if row[17] and not row[21] else None
    return Pending(
        id=row[0], entry=row[1], of_seq=row[2], kind=row[3], act=ActKind(row[4]), subject=row[5], at=row[6], until=row[7],
        first=Hand(officer=row[8], role=row[9], agency=row[10], office=row[11]), drawn=row[12], first_day=row[13], last_day=row[14],
        reason=row[15], sealed=bytes(row[16]), agreed=agreed, settled=row[21], held=row[22],
    )  # fmt: skip


def one_pending(id_: UUID) -> Pending | None:
    return next(iter(pending("q.id = %(id)s", {"id": id_})), None)


def open_at(at: datetime) -> list[Pending]:
    """All that wait at `at`."""
    return [one for one in pending("q.until > %(at)s", {"at": at}) if not one.settled]


# Said once more what `settled` says, so that the hundred thousands that were settled are not read to be left out.
UNANSWERED = """
q.until <= %(at)s AND q.until > %(since)s AND (r.ruling IS NULL OR r.ruling = 'approved')
AND NOT EXISTS (SELECT 1 FROM registers_ruling w WHERE w.request = q.id AND w.turn = 2)
AND NOT EXISTS (SELECT 1 FROM registers_act a WHERE a.request = q.id)
"""


def unanswered_at(at: datetime, since: datetime) -> list[Pending]:
    """Those whose hour has passed since then and that nobody has settled, with no word yet that they lapsed."""
    return pending(UNANSWERED, {"at": at, "since": since})


def seen_by(request: UUID, officer: UUID) -> bool:
    """Whether this officer has looked at the evidence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_seen WHERE request = %s AND by = %s", [request, officer])
        return cursor.fetchone() is not None


def lacks_word(entry: UUID, subject: UUID, at: datetime) -> bool:
    """Whether the protection side has to agree too. Known to the hub and to that side, and to nobody who asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registers_lacks_word(%s, %s, %s)", [entry, subject, at])
        return bool(cursor.fetchone()[0])
