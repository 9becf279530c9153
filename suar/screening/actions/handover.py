"""Hand-over between shifts: what is open in one officer's hands passes to the next by an act of both, with a note."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import Conflict, NotFound, Refusal
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.screening.access import MOST_ROWS
from suar.screening.access.handovers import fits, handover_at, in_hands
from suar.screening.access.refusals import office_of
from suar.screening.actions.work import step
from suar.screening.queries.handovers import Handover, handovers_open, place_of
from suar.screening.queries.tasks import tasks_numbered
from suar.vault.queries import new_id, seal

LEAST_NOTE = 10  # characters: "nothing special" is a note, a blank is none


class NothingOpen(Conflict):
    """Nothing is open in this officer's hands."""

    code = "handover.nothing_open"


class OfferedAlready(Conflict):
    """What was offered waits for the next officer; it is withdrawn before another is made."""

    code = "handover.offered"


class NoteMissing(Refusal):
    """The next officer needs a note."""

    code = "handover.note"
    status = 422


class Over(Conflict):
    """It was accepted or withdrawn."""

    code = "handover.over"


INSERT = """
INSERT INTO screening_handover (id, at, agency, office, desk, by, tasks, screenings, sealed) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def hand_over(note: str, *, act: Act) -> UUID:
    """Offer all that is open in one's hands to the next officer. Nothing moves yet.

    Refuses: NoteMissing; NothingOpen; OfferedAlready.
    """
    enter(act, "desk.work")
    opened = in_hands(act)
    if len(note.strip()) < LEAST_NOTE:
        raise NoteMissing()
    if not (opened.tasks or opened.screenings):
        raise NothingOpen()
    if any(one.by == act.actor for one in handovers_open(office_of(act), MOST_ROWS)):
        raise OfferedAlready()
    id_ = new_id(act.at)
    tasks = [row.task.id for row in opened.tasks]
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, act.at, act.agency, office_of(act), act.desk, act.actor, tasks, opened.screenings,
                seal(canonical({"note": note.strip()}), about=place_of(id_)),
            ],
        )  # fmt: skip
    append("handover.offered", act, about=[id_, *tasks, *opened.screenings])
    publish(Happened(type="handover.offered", giver=act.agency, thing=id_, classes=("referral",)), act)
    return id_


@transaction.atomic(durable=True)
def accept(id_: UUID, *, act: Act) -> int:
    """Take on what a colleague handed over; returns how many tasks passed. What he finished meanwhile, or no longer holds, stays as it is.

    Refuses: NotFound, also for one's own; Over.
    """
    found = handover_at(act, id_)
    if not fits(found, act):
        raise NotFound()
    end(found, "accepted", act)
    moved = [one for one in tasks_numbered(found.tasks) if one.holder == found.by and not one.done]
    for one in moved:
        step(one, "passed", act, holder=act.actor, handover=id_)
    return len(moved)


@transaction.atomic(durable=True)
def withdraw(id_: UUID, *, act: Act) -> None:
    """Take back what nobody has accepted. Refuses: NotFound for another's; Over."""
    found = handover_at(act, id_)
    if found.by != act.actor:
        raise NotFound()
    end(found, "withdrawn", act)


END = """
INSERT INTO screening_handover_end (handover, at, agency, office, given_by, by, ended) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def end(found: Handover, how: str, act: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(END, [found.id, act.at, found.agency, found.office, found.by, act.actor, how])
        if not cursor.rowcount:
            raise Over()
    append(f"handover.{how}", act, about=[found.id, *found.tasks, *found.screenings])
    publish(Happened(type=f"handover.{how}", giver=found.agency, thing=found.id, classes=("referral",)), act)
