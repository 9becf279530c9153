"""Hand-overs of a desk: what this officer would pass on, and what waits for him to accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, opens
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.screening.access import MOST_ROWS, open_for
from suar.screening.access.refusals import office_of
from suar.screening.access.tasks import Row, rows_of
from suar.screening.queries.deciding import work_at
from suar.screening.queries.handovers import Handover, handover, handovers_open
from suar.screening.queries.tasks import held_by, tasks_numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What is in one officer's hands at his desk."""

    tasks: list[Row]
    screenings: list[UUID]


def in_hands(act: Act) -> Open:
    """Tasks that this officer holds, and answers that he asked for and has not decided. In the caller's transaction, inside the door."""
    tasks = rows_of([one for one in held_by(act.actor) if one.agency == act.agency], act)
    asked = [row.id for row in open_for(act) if row.by == act.actor] if opens(act, "screening.list") else []
    enter(act, "desk.work")
    return Open(tasks=tasks, screenings=asked)


def fits(found: Handover, act: Act) -> bool:
    """Whether this officer may take it on: another officer of the office, at that desk or working on the queues it concerns."""
    if found.by == act.actor or found.office != office_of(act) or found.agency != act.agency:
        return False
    worked = work_at(act.at).worked_by(act.role, act.agency)
    return found.desk == act.desk or all(one.queue in worked for one in tasks_numbered(found.tasks))


def handover_at(act: Act, id_: UUID) -> Handover:
    """One that this officer gave or may accept. In the caller's transaction. Refuses: NotFound alike."""
    enter(act, "desk.work")
    found = handover(id_)
    if found is None or not (found.by == act.actor or fits(found, act)):
        raise NotFound()
    return found


@transaction.atomic
def handovers_for(act: Act) -> dict[str, Any]:
    """What is in this officer's hands, what he has offered, and what waits for him: with the note of whoever goes."""
    enter(act, "desk.work")
    opened = in_hands(act)
    waiting = [one for one in handovers_open(office_of(act), MOST_ROWS) if one.by == act.actor or fits(one, act)]
    names = officer_names([one.by for one in waiting])
    told = [
        {
            "id": one.id, "at": one.at, "desk": one.desk, "by": names.get(one.by, ""), "note": one.note,
            "tasks": rows_of(tasks_numbered(one.tasks), act), "screenings": len(one.screenings), "mine": one.by == act.actor,
        }
        for one in waiting
    ]  # fmt: skip
    append("handover.listed", act, about=[one.id for one in waiting])
    return {
        "tasks": opened.tasks, "screenings": len(opened.screenings), "offered": [one for one in told if one["mine"]],
        "waiting": [one for one in told if not one["mine"]],
    }  # fmt: skip
