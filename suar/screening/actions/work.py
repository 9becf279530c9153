"""What an officer does with a task of his desk: take it, give it back, finish it. Every step is a row; the key lets only one take it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, Refusal
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.screening.access.refusals import office_of
from suar.screening.access.tasks import task_at
from suar.screening.queries.deciding import work_at
from suar.screening.queries.tasks import Task


class TakenAlready(Conflict):
    """A colleague has it in hand."""

    code = "task.taken"


class NotYours(Conflict):
    """Whoever has it in hand gives it back or finishes it."""

    code = "task.not_yours"


class TaskDone(Conflict):
    """It is finished."""

    code = "task.done"


class CodeUnknown(Refusal):
    """Choose one of the list."""

    code = "task.code_unknown"
    status = 422


@transaction.atomic(durable=True)
def take(id_: UUID, *, act: Act) -> None:
    """Take a task in hand. Refuses: NotFound; TaskDone; TakenAlready, also where two try at once."""
    found = task_at(replace(act, reference=str(id_)), id_)
    if found.done:
        raise TaskDone()
    if found.holder:
        raise TakenAlready()
    step(found, "taken", act, holder=act.actor)


@transaction.atomic(durable=True)
def give_back(id_: UUID, why: str, *, act: Act) -> None:
    """Put it back into the queue, with a reason of the list. Refuses: NotFound; NotYours; CodeUnknown."""
    found = in_hand(id_, act)
    if why not in work_at(act.at).file.returned:
        raise CodeUnknown()
    step(found, "returned", act, code=why)


@transaction.atomic(durable=True)
def finish(id_: UUID, result: str, *, act: Act) -> None:
    """Say what came of it, by a result of its queue. Refuses: NotFound; NotYours; CodeUnknown."""
    found = in_hand(id_, act)
    if result not in work_at(act.at).queue(found.queue).results:
        raise CodeUnknown()
    step(found, "done", act, code=result)


def in_hand(id_: UUID, act: Act) -> Task:
    found = task_at(replace(act, reference=str(id_)), id_)
    if found.done:
        raise TaskDone()
    if found.holder != act.actor:
        raise NotYours()
    return found


INSERT = """
INSERT INTO screening_step (task, seq, at, step, by, holder, agency, office, desk, code, handover)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (task, seq) DO NOTHING
"""


def step(
    found: Task, what: str, act: Act, *, holder: UUID | None = None, code: str = "", handover: UUID | None = None
) -> None:
    """The next step of a task, in the caller's transaction. Refuses: TakenAlready where another came first."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                found.id,
                found.seq + 1,
                act.at,
                what,
                act.actor,
                holder,
                act.agency,
                office_of(act),
                act.desk,
                code,
                handover,
            ],
        )
        if not cursor.rowcount:
            raise TakenAlready()
    append(f"task.{what}", act, about=[found.id], queue=found.queue, code=code)
    publish(Happened(type=f"task.{what}", giver=found.giver, thing=found.id, classes=("referral",), effect=code), act)
