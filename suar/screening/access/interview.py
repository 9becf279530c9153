"""The only way a page gets an interview: as the officer who holds it sees it, answers beside the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from suar.agencies.access import enter, mask_of, opens
from suar.agencies.queries import desk as desk_named
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.sources import SourceState
from suar.core.errors import NotFound
from suar.core.interview.contradictions import Laid, lay
from suar.core.interview.questionnaire import Asked, Questionnaire
from suar.core.interview.running import Running, running
from suar.intake.queries.health import states
from suar.persons.queries import subjects
from suar.policies.queries import in_force
from suar.screening.access import MOST_ROWS, WAITS, asked_for, body_of, screening_for
from suar.screening.models import Answer, Interview, InterviewEnd, Screening
from suar.screening.queries.facts import residence
from suar.screening.queries.interview import (
    answers_of,
    branch_facts,
    history,
    interview_of,
    kind_of,
    known_of,
    opened,
    questionnaires,
    words,
)

HOLD = "interview.hold"
SEEN = ("answers", "differences")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One interview where it stands."""

    row: Interview
    questionnaire: Questionnaire
    around: Mapping[str, Any]  # interpreter, companion, place: as they were told at the beginning
    given: tuple[Answer, ...]  # every answer ever given, in order
    answers: Mapping[str, str]
    now: Running
    laid: Laid
    end: InterviewEnd | None
    by: str  # the officer's name
    sources: Mapping[str, SourceState]  # how far each can be believed now
    shows_values: bool  # whether this role sees what another agency's record says, or only that it differs

    @property
    def open(self) -> bool:
        return self.end is None

    @property
    def rated(self) -> list[str]:
        """The answered questions of which two officers say apart what they are a sign of."""
        return [code for code in self.now.answered if self.questionnaire[code].row.rated]

    def at(self, code: str) -> Asked:
        """The question asked for, else the one that comes next, else the last of all. Refuses: NotFound for one that is not asked here."""
        code = code or self.now.following or self.now.open[-1]
        if code not in self.now.open:
            raise NotFound()
        return self.questionnaire[code]


def interview_for(act: Act, id_: UUID, *, door: str = HOLD) -> Interview:
    """The interview, if it is of this act's office and purpose. In the caller's transaction. Refuses: NotFound alike for none and not yours."""
    enter(act, door)
    place = desk_named(act.desk)
    found = Interview.objects.filter(
        id=id_, agency=act.agency, office=place.office_id if place else "", purpose__in=asked_for(act)
    ).first()
    if found is None:
        raise NotFound()
    return found


def locked(act: Act, id_: UUID) -> Interview:
    """The same, and no second answer comes in between: its screening's row is held. Refuses: NotFound."""
    found = interview_for(act, id_)
    Screening.objects.select_for_update().filter(id=found.screening).first()
    return found


def newest_of(screening: Screening) -> Screening:
    """The screening that stands for this one now: questions are asked again while an interview runs."""
    while screening.superseded_by:
        newer = Screening.objects.filter(id=screening.superseded_by).first()
        if newer is None:
            break
        screening = newer
    return screening


def sitting_of(row: Interview, act: Act) -> Sitting:
    """Where it stands at `act.at`: answers of the branch taken, the sum, and the registers as they speak now. Inside a door."""
    questionnaire = questionnaires(in_force(act.at))[row.questionnaire]
    screening = Screening.objects.get(id=row.screening)
    body, of = body_of(screening), list(subjects(screening.subjects).values())
    given = history(row.id)
    answers = answers_of(given)
    health = states(act.at, region=residence(str(body["traveller"].get("region_code", "")), of))
    known = known_of(body, screening.subjects, answers, act.at, of=row.id, health=health)
    now = running(questionnaire, answers, branch_facts(body, of, known, act.at))
    return Sitting(
        row=row,
        questionnaire=questionnaire,
        around=opened(row.id, row.sealed),
        given=tuple(given),
        answers=answers,
        now=now,
        laid=lay(now.answered, known),
        end=InterviewEnd.objects.filter(interview=row.id).first(),
        by=officer_names([row.officer]).get(row.officer, ""),
        sources=known.sources,
        shows_values=bool(mask_of(act)["evidence"]),
    )


@transaction.atomic
def sitting_for(act: Act, id_: UUID) -> Sitting:
    """An interview for whoever holds it or goes on with it at the same office. Refuses: NotFound."""
    row = interview_for(act, id_)
    sitting = sitting_of(row, act)
    append("interview.seen", act, about=[row.id, row.screening], fields=SEEN)
    return sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the page before the first question needs: the questionnaire in force, languages, and whether one was begun already."""

    screening: UUID
    questionnaire: Questionnaire
    languages: Mapping[str, Mapping[str, str]]
    begun: UUID | None
    open: bool


@transaction.atomic
def start_for(act: Act, screening: UUID) -> Start:
    """Refuses: NotFound."""
    found = screening_for(act, screening, door=HOLD)
    bundle, begun = in_force(act.at), interview_of(screening)
    return Start(
        screening=screening,
        questionnaire=questionnaires(bundle)[kind_of(found.purpose)],
        languages={code: one.name for code, one in words(bundle).items()},
        begun=begun.id if begun else None,
        open=interviewable(found),
    )


def interviewable(screening: Screening) -> bool:
    """Not asked again since, and not decided but for an interview."""
    return screening.superseded_by is None and screening.decision in {None, "interview"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """One line of the queue: ids, times and codes, nobody opened."""

    screening: UUID
    interview: UUID | None
    since: datetime
    desk: str
    answers: int  # given so far


@transaction.atomic
def queue_for(act: Act) -> list[Waits]:
    """Interviews that were begun at this office and not ended, then screenings for which one was decided or advised; oldest first."""
    enter(act, "interview.list")
    place = desk_named(act.desk)
    office, purposes = place.office_id if place else "", asked_for(act)
    asked = Screening.objects.filter(
        Q(decision="interview") | Q(decision=None, advice="secondary"),
        agency=act.agency, office=office, purpose__in=purposes, superseded_by=None, at__gt=act.at - WAITS,
    )  # fmt: skip
    rows = {one.id: one for one in asked.order_by("id")[:MOST_ROWS]}
    begun = Interview.objects.filter(agency=act.agency, office=office, purpose__in=purposes, at__gt=act.at - WAITS)
    begun_rows = list(begun.order_by("id")[:MOST_ROWS])
    ended = set(
        InterviewEnd.objects.filter(interview__in=[one.id for one in begun_rows]).values_list("interview", flat=True)
    )
    running_ = [one for one in begun_rows if one.id not in ended]
    counts = {one.id: len(answers_of(history(one.id))) for one in running_}
    waits = [
        Waits(screening=one.screening, interview=one.id, since=one.at, desk=one.desk, answers=counts[one.id])
        for one in running_
    ]
    known = {one.screening for one in begun_rows}
    return waits + [
        Waits(screening=id_, interview=None, since=one.at, desk=one.desk, answers=0)
        for id_, one in rows.items()
        if id_ not in known
    ]


@transaction.atomic
def link_for(act: Act, screening: UUID) -> dict[str, Any] | None:
    """Whether an interview belongs to this screening, or may begin: for the page of the answer. None where this role holds none."""
    if not opens(act, HOLD):
        return None
    found = screening_for(act, screening, door=HOLD)
    begun = interview_of(screening)
    end = InterviewEnd.objects.filter(interview=begun.id).first() if begun else None
    held = InterviewEnd.objects.filter(newer=screening).first()
    return {
        "screening": screening,
        "interview": begun.id if begun else None,
        "ended": end is not None,
        "may_begin": begun is None and held is None and interviewable(found),
        "held": held.interview if held else None,
    }
