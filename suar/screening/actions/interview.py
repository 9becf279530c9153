"""An interview: begun with the rights read, answered, taken up again, ended; then the question is asked again with what was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, Fault, Refusal
from suar.core.interview.answers import read_answer
from suar.core.interview.questionnaire import Questionnaire
from suar.core.interview.running import chosen
from suar.policies.queries import in_force
from suar.screening import access
from suar.screening.access.interview import HOLD, Sitting, interviewable, locked, newest_of, sitting_of
from suar.screening.actions.again import INTERVIEW, Again
from suar.screening.actions.ask import screen
from suar.screening.actions.call import call_for_help
from suar.screening.actions.question import Asked
from suar.screening.actions.rate import Marks, MarksMissing, draw_another, write_rating
from suar.screening.models import Interview, InterviewEnd, Screening
from suar.screening.queries import PURPOSES
from suar.screening.queries.interview import (
    answers_of,
    codes,
    history,
    interview_of,
    kind_of,
    phone_token,
    place_of,
    questionnaires,
    words,
)
from suar.vault.queries import DEFAULT, new_id, seal

TOLD = ("interpreter_name", "interpreter_language", "interpreter_relation", "companion", "place")
LONGEST = 400


class RightsFirst(Refusal):
    """Before the first question the traveller's rights are read out."""

    code = "interview.rights_first"
    status = 422


class PlaceMissing(Refusal):
    """Say where the interview is held."""

    code = "interview.place_missing"
    status = 422


class NotNow(Conflict):
    """No interview can begin here: the question was asked again, or decided otherwise."""

    code = "interview.not_now"


class Ended(Conflict):
    """This interview has ended: what it says stands."""

    code = "interview.ended"


class OtherVersion(Conflict):
    """Another version of the questionnaire was adopted since: end this interview with what was answered."""

    code = "interview.other_version"


class Unreadable(Refusal):
    """What was answered cannot be read; every fault at once, by question."""

    code = "interview.unreadable"
    status = 422

    def __init__(self, faults: Mapping[str, tuple[Fault, ...]]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is told before the first question."""

    language: str = "id"  # in which it is held: id, en, or a catalogue of policy/interview/words
    rights_read: bool = False
    told: Mapping[str, str]  # of TOLD


@transaction.atomic(durable=True)
def begin(screening_id: UUID, beginning: Beginning, *, act: Act) -> UUID:
    """Begin the interview of a screening under the questionnaire in force; the one already begun where there is one.

    Refuses: NotFound; NotNow; RightsFirst; PlaceMissing.
    """
    screening = access.screening_for(act, screening_id, door=HOLD, lock=True)
    if begun := interview_of(screening_id):
        return begun.id
    if not interviewable(screening):
        raise NotNow()
    told = {name: beginning.told.get(name, "").strip()[:LONGEST] for name in TOLD}
    if not beginning.rights_read:
        raise RightsFirst()
    if not told["place"]:
        raise PlaceMissing()
    bundle = in_force(act.at)
    questionnaire = questionnaires(bundle)[kind_of(screening.purpose)]
    language = beginning.language if beginning.language in {"id", "en", *words(bundle)} else "id"
    id_ = new_id(act.at)
    Interview.objects.create(
        id=id_, screening=screening_id, at=act.at, agency=act.agency, office=screening.office, desk=act.desk, officer=act.actor,
        purpose=screening.purpose, questionnaire=questionnaire.kind, version=questionnaire.version, sha256=questionnaire.sha256,
        language=language, rights_read_at=act.at, sealed=seal(json.dumps(told).encode(), about=place_of(id_)),
    )  # fmt: skip
    append(
        "interview.begun", act, about=[id_, screening_id, *screening.subjects], office=screening.office,
        questionnaire=questionnaire.kind, version=questionnaire.version, sha256=questionnaire.sha256,
    )  # fmt: skip
    return id_


@transaction.atomic(durable=True)
def answer(interview_id: UUID, given: Mapping[str, str], *, act: Act) -> Sitting:
    """Keep what was answered, each changed answer as a row of its own; "" takes one back. Whoever asks for help is called for at once.

    Refuses: NotFound; Ended; OtherVersion; Unreadable, and then nothing is kept.
    """
    row = locked(act, interview_id)
    questionnaire = still_held(row, act)
    known = codes(act.at)
    before = answers_of(history(interview_id))
    read = {one.code: read_answer(one, given[one.code], known) for one in questionnaire.questions if one.code in given}
    if faults := {code: one.faults for code, one in read.items() if not one.ok}:
        raise Unreadable(faults)
    changed = {code: one.get() for code, one in read.items() if one.get() != before.get(code, "")}
    for code, value in changed.items():
        keep_answer(row, questionnaire, code, value, act)
    if changed:
        append("interview.answered", act, about=[row.id, row.screening], questions=" ".join(sorted(changed)))
    if any((found := questionnaire[code].answer(value)) and found.protects for code, value in changed.items()):
        call_for_help(row, act=act)
    return sitting_of(row, act)


KEEP = """
INSERT INTO screening_answer (id, interview, at, agency, officer, question, code, sealed, token) VALUES (%s, %s, %s, %s, %s, %s, %s, %b, %b)
"""


def keep_answer(row: Interview, questionnaire: Questionnaire, code: str, value: str, act: Act) -> None:
    """A code in the clear; a word sealed, and a phone also as its keyed token."""
    id_, choice = new_id(act.at), questionnaire[code].answer(value) is not None
    worded = seal(json.dumps(value).encode(), about=place_of(id_)) if value and not choice else None
    phone = phone_token(value) if value and questionnaire[code].row.kind == "phone" else None
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(KEEP, [id_, row.id, act.at, row.agency, act.actor, code, value if choice else "", worded, phone])


def still_held(row: Interview, act: Act) -> Questionnaire:
    """The questionnaire under which it was begun. Refuses: Ended; OtherVersion."""
    if InterviewEnd.objects.filter(interview=row.id).exists():
        raise Ended()
    questionnaire = questionnaires(in_force(act.at))[row.questionnaire]
    if questionnaire.sha256 != row.sha256:
        raise OtherVersion()
    return questionnaire


def finish(interview_id: UUID, marks: Marks, note: str, *, act: Act, elapsed_ms: Callable[[], int]) -> UUID:
    """End it: the officer rates, the question is asked again with the answers, and somebody else is drawn to rate them unseen. Returns the
    newer screening, where the decision is made. Doing it again after a crash goes on where it stood.

    Refuses: NotFound; Ended; MarksMissing.
    """
    with transaction.atomic():
        row = locked(act, interview_id)
        if InterviewEnd.objects.filter(interview=row.id).exists():
            raise Ended()
        sitting = sitting_of(row, act)
        if not sitting.now.protects and not marks.whole(sitting.rated):
            raise MarksMissing()
        newest = newest_of(Screening.objects.get(id=row.screening))
        body = access.body_of(newest)
    if (body.get("again") or {}).get("because") == INTERVIEW:
        newer = newest.id
    else:
        newer = weigh_again(newest, body, sitting, act, elapsed_ms)
    with transaction.atomic(durable=True):
        end(locked(act, interview_id), sitting, newer, marks, note, act)
    return newer


def weigh_again(
    newest: Screening, body: Mapping[str, Any], sitting: Sitting, act: Act, elapsed_ms: Callable[[], int]
) -> UUID:
    """The same question with what was answered in codes; who was set apart stays apart."""
    answers = {**body["asked"]["answers"], **chosen(sitting.questionnaire, sitting.now.answered)}
    asked = Asked(**{**body["asked"], "answers": answers})
    again = Again(of=newest.id, door="screening.make", because=INTERVIEW, apart=tuple(body.get("apart", ())))
    act = replace(act, reference=asked.reference, purpose=PURPOSES[asked.purpose])
    return screen(asked, act=act, client=str(act.actor), key="", elapsed_ms=elapsed_ms, again=again)


def end(row: Interview, sitting: Sitting, newer: UUID, marks: Marks, note: str, act: Act) -> None:
    """The last row of an interview, the first rating, and the draw of the second. Refuses: Ended."""
    if InterviewEnd.objects.filter(interview=row.id).exists():
        raise Ended()
    InterviewEnd.objects.create(
        interview=row.id, at=act.at, agency=row.agency, officer=act.actor, newer=newer, sum=sitting.now.total,
        differences=len(sitting.laid.contradictions), protects=sitting.now.protects,
        sealed=seal(json.dumps(note.strip()[:2000]).encode(), about=place_of(row.id)),
    )  # fmt: skip
    append(
        "interview.ended", act, about=[row.id, row.screening, newer], questionnaire=row.questionnaire, version=row.version, sha256=row.sha256,
        differences=len(sitting.laid.contradictions), protects=sitting.now.protects,
    )  # fmt: skip
    if not sitting.now.protects:
        write_rating(row, 1, marks, sitting.rated, act=act)
        draw_another(row, 2, act=act)
