"""What the second and the third officer see of an interview: the answers, and neither who gave them, nor the first rating, nor any advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import desk as desk_named
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.interview.questionnaire import Questionnaire
from suar.policies.queries import in_force
from suar.screening.access import MOST_ROWS, asked_for
from suar.screening.models import Interview, Rating, RatingDue
from suar.screening.queries.interview import answers_of, history, questionnaires

RATE = "interview.rate"
RATERS = ("secondary_officer", "supervisor")
NAMES = frozenset(
    {"text", "phone"}
)  # kinds of answers that could tell who it is: that one was given is all a rater learns


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """One interview as a rater who did not hold it sees it."""

    row: Interview
    turn: int
    questionnaire: Questionnaire
    answers: Mapping[str, str]  # "" for one that was given and is not shown
    rated: tuple[str, ...]


def due_now(act: Act) -> list[RatingDue]:
    """The ratings that wait for this officer, the oldest first. Runs inside a door."""
    place = desk_named(act.desk)
    office = place.office_id if place else ""
    rows = [
        one
        for one in RatingDue.objects.filter(agency=act.agency).exclude(office=office).order_by("at")[:MOST_ROWS]
        if one.officer in {None, act.actor}
    ]
    given = Rating.objects.filter(interview__in=[one.interview for one in rows])
    done, mine = (
        {(one.interview, one.turn) for one in given},
        {one.interview for one in given if one.officer == act.actor},
    )
    held = set(Interview.objects.filter(officer=act.actor).values_list("id", flat=True))
    return [one for one in rows if (one.interview, one.turn) not in done and one.interview not in mine | held]


@transaction.atomic
def ratings_for(act: Act) -> list[tuple[UUID, datetime]]:
    """Interviews whose answers this officer was drawn to rate, with since when; none is opened."""
    enter(act, "interview.list")
    of_mine = set(Interview.objects.filter(purpose__in=asked_for(act)).values_list("id", flat=True))
    return [(one.interview, one.at) for one in due_now(act) if one.interview in of_mine]


def blind_for(act: Act, id_: UUID) -> Blind:
    """The answers for whoever was drawn. In the caller's transaction. Refuses: NotFound alike for none and for not drawn."""
    enter(act, RATE)
    due = next((one for one in due_now(act) if one.interview == id_), None)
    row = Interview.objects.filter(id=id_, purpose__in=asked_for(act)).first()
    if due is None or row is None:
        raise NotFound()
    questionnaire = questionnaires(in_force(act.at))[row.questionnaire]
    first = Rating.objects.get(interview=id_, turn=1)
    answers = {
        code: "" if questionnaire[code].row.kind in NAMES else value
        for code, value in answers_of(history(id_)).items()
        if code in questionnaire
    }
    return Blind(
        row=row, turn=due.turn, questionnaire=questionnaire, answers=answers,
        rated=tuple(one.code for one in questionnaire.questions if one.code in first.marks),
    )  # fmt: skip


@transaction.atomic
def shown_blind(act: Act, id_: UUID) -> Blind:
    """The same for the page, with its trace. Refuses: NotFound."""
    blind = blind_for(act, id_)
    append("interview.seen_blind", act, about=[id_], fields=["answers"], turn=blind.turn)
    return blind
