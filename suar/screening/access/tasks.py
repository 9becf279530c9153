"""The queues of a desk: what waits there, what this officer holds, one task with what he may do with it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.screening.access import MOST_ROWS
from suar.screening.access.refusals import office_of
from suar.screening.queries.deciding import work_at
from suar.screening.queries.tasks import Task, open_tasks, task, tasks_of

MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A task in a list: when, whence, until when, in whose hands; nothing of the traveller but the number on the slip."""

    task: Task
    taken_by: str
    mine: bool
    minutes_left: int  # of its clock; below zero it is overdue

    @property
    def overdue(self) -> bool:
        return self.minutes_left < 0


def rows_of(tasks: list[Task], act: Act) -> list[Row]:
    names = officer_names([one.holder for one in tasks if one.holder])
    return [
        Row(
            task=one,
            taken_by=names.get(one.holder, "") if one.holder else "",
            mine=one.holder == act.actor,
            minutes_left=int((one.due - act.at).total_seconds() // MINUTE),
        )
        for one in tasks
    ]


@transaction.atomic
def tasks_for(act: Act) -> list[Row]:
    """What is not done in this desk's queues, the nearest clock first. Nobody is opened by this."""
    enter(act, "desk.work")
    queues = work_at(act.at).worked_by(act.role, act.agency)
    return rows_of(open_tasks(queues, act.agency, office_of(act), MOST_ROWS), act)


def task_at(act: Act, id_: UUID) -> Task:
    """One task of this desk's queues. In the caller's transaction. Refuses: NotFound alike for none and for another desk's."""
    enter(act, "desk.work")
    found = task(id_)
    queues = work_at(act.at).worked_by(act.role, act.agency)
    if (
        found is None
        or found.queue not in queues
        or found.agency != act.agency
        or found.office not in {"", office_of(act)}
    ):
        raise NotFound()
    return found


@transaction.atomic
def task_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One task, with what this officer may do with it now."""
    act = replace(act, reference=str(id_))
    found = task_at(act, id_)
    work = work_at(act.at)
    append("task.seen", act, about=[found.id])
    free = found.holder is None and not found.done
    return {
        "row": rows_of([found], act)[0], "task": found, "free": free, "mine": found.holder == act.actor and not found.done,
        "results": list(work.queue(found.queue).results),
        "returned": [{"code": code, "text": {"id": row.id, "en": row.en}} for code, row in work.file.returned.items()],
    }  # fmt: skip


def open_referral(reference: str, act: Act) -> bool:
    """Whether this reference is a task that this act's officer has in hand: a case for which he may look at its person. Inside a door."""
    found = None
    with suppress(ValueError):
        found = task(UUID(reference))
    return found is not None and found.agency == act.agency and found.holder == act.actor and not found.done


def led_to(screening: UUID, act: Act) -> list[Row]:
    """To which desks a screening led and how far they are, for the page of whoever decided. Inside a door."""
    return rows_of(tasks_of(screening), act)
