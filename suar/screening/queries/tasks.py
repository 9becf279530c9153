"""The tasks of the desks as they stand: who holds each, since when, until when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task with its newest step. What was advised or why is not in it, for no desk."""

    id: UUID
    at: datetime
    due: datetime
    queue: str
    agency: str
    office: str
    giver: str
    giver_office: str
    giver_desk: str
    screening: UUID
    person: UUID | None
    place: str
    seq: int
    step: str
    holder: UUID | None
    code: str
    step_at: datetime | None
    step_office: str

    @property
    def number(self) -> str:
        """The number on the traveller's slip."""
        return str(self.screening)[-12:].upper()

    @property
    def done(self) -> bool:
        return self.step == "done"


SELECT = """
SELECT t.id, t.at, t.due, t.queue, t.agency, t.office, t.giver, t.giver_office, t.giver_desk, t.screening, t.person, t.place,
    coalesce(s.seq, 0), coalesce(s.step, ''), s.holder, coalesce(s.code, ''), s.at, coalesce(s.office, '')
FROM screening_task t LEFT JOIN LATERAL (
    SELECT seq, step, holder, code, at, office FROM screening_step WHERE task = t.id ORDER BY seq DESC LIMIT 1
) s ON true
"""


def read(where: str, params: Sequence[Any]) -> list[Task]:
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT} WHERE {where}", list(params))  # the condition is written in this module alone
        return [
            Task(
                id=row[0], at=row[1], due=row[2], queue=row[3], agency=row[4], office=row[5], giver=row[6], giver_office=row[7],
                giver_desk=row[8], screening=row[9], person=row[10], place=row[11], seq=row[12], step=row[13], holder=row[14], code=row[15],
                step_at=row[16], step_office=row[17],
            )
            for row in cursor.fetchall()
        ]  # fmt: skip


def task(id_: UUID) -> Task | None:
    return next(iter(read("t.id = %s", [id_])), None)


OPEN = """t.queue = ANY(%s) AND t.agency = %s AND t.office IN ('', %s) AND coalesce(s.step, '') <> 'done'
ORDER BY t.due, t.id LIMIT %s"""


def open_tasks(queues: Sequence[str], agency: str, office: str, most: int) -> list[Task]:
    """What is not done in these queues, the nearest clock first. Runs inside a door."""
    return read(OPEN, [list(queues), agency, office, most])


def held_by(officer: UUID) -> list[Task]:
    """What this officer has in hand."""
    return read("s.holder = %s AND s.step <> 'done' ORDER BY t.due, t.id", [officer])


def tasks_of(screening: UUID) -> list[Task]:
    """To which desks a screening led, and how far they are."""
    return read("t.screening = %s ORDER BY t.id", [screening])


def tasks_numbered(ids: Sequence[UUID]) -> list[Task]:
    return read("t.id = ANY(%s) ORDER BY t.due, t.id", [list(ids)])
