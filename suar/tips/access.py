"""The doors of the room: which village an officer serves, and what of its reports and questions he is shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from suar.agencies.access import NotPosted, enter
from suar.agencies.queries import desk
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.tips.models import Report
from suar.tips.queries import Question, body_of, questions_of, sent_from, ungraded


@dataclass(frozen=True, slots=True)
class Village:
    """The villages of one office: its name, and its kabupaten's digits."""

    name: str
    region: str
    zone: str


def village_of(act: Act) -> Village:
    """Where this desk serves. Refuses: NotPosted when the desk is gone."""
    seat = desk(act.desk)
    if seat is None:
        raise NotPosted(desk=act.desk)
    return Village(seat.office.name, seat.office.region, seat.office.zone)


@transaction.atomic
def sent_for(act: Act) -> list[Report]:
    """What this office sent, as kind, day and state: no word of what was said is opened."""
    enter(act, "tip.see")
    return sent_from(village_of(act).region, act.at)


@transaction.atomic
def questions_for(act: Act) -> list[Question]:
    """The questions of this office's villagers; one entry names all that are shown."""
    enter(act, "tip.see")
    found = questions_of(village_of(act).region, act.at)
    if found:
        append("question.shown", act, about=[one.id for one in found], fields=["question"])
    return found


@transaction.atomic
def ungraded_for(act: Act) -> list[Report]:
    """The tips that this officer may grade, none opened."""
    enter(act, "tip.grade")
    return ungraded(act.at, apart_from=act.actor)


@transaction.atomic
def tip_for(act: Act, report: UUID) -> tuple[Report, dict[str, str]]:
    """One tip, opened to be graded, with the trace of it. Refuses: NotFound, also to whoever sent it."""
    found = report_for(act, report, door="tip.grade")
    if found.kind != "tip" or found.by == act.actor:
        raise NotFound()
    said = body_of(found)
    append("tip.shown", act, about=[found.id], fields=sorted(said))
    return found, said


def question_for(act: Act, question: UUID) -> Question:
    """One question, to be answered, in the caller's transaction. Refuses: NotFound, alike for none and for another office's."""
    enter(act, "tip.see")
    for one in questions_of(village_of(act).region, act.at):
        if one.id == question:
            return one
    raise NotFound()


def report_for(act: Act, report: UUID, *, door: str) -> Report:
    """One report that has not expired, locked, in the caller's transaction. Refuses: NotFound."""
    enter(act, door)
    found = Report.objects.select_for_update().filter(id=report, expires_at__gt=act.at).first()
    if found is None:
        raise NotFound()
    return found
