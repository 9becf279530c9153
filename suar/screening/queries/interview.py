"""Interviews as rows, and the registers as the core lays answers beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.advice.sources import SourceState
from suar.core.identity.zones import WIB
from suar.core.interview.answers import Codes
from suar.core.interview.known import Known, Placed, Stated
from suar.core.interview.questionnaire import QUESTIONNAIRES, Questionnaire
from suar.core.interview.words import Words, read_words
from suar.intake.queries.batches import Stated as Record
from suar.intake.queries.batches import stated_of
from suar.intake.queries.mappings import sources
from suar.journeys.queries import LETTERS, LIVE_PLACEMENT, Step, steps
from suar.persons.queries import Subject
from suar.policies.queries import Bundle, once_a_version
from suar.registers.queries import earlier_for, in_force_for
from suar.registers.queries.things import SIGNAL, phones
from suar.screening.models import Answer, Interview
from suar.screening.queries.facts import child
from suar.vault.queries import DEFAULT, token, unseal

KIND_OF = {"passport_application": "passport"}  # every other purpose is a departure: the counter's
HOLDS = frozenset({"issued", "used"})
DEFERRALS = frozenset({"departure_deferral", "passport_postponement"})
BEEN_ABROAD = frozenset({"departed", "extended", "completed", "terminated"})
OVER = frozenset({"withdrawn", "cancelled", "refused"})


@once_a_version
def questionnaires(bundle: Bundle) -> dict[str, Questionnaire]:
    """Both questionnaires of one adopted version, compiled."""
    tables = bundle.under("interview")
    return {kind: Questionnaire.read(tables, kind) for kind in QUESTIONNAIRES}


@once_a_version
def words(bundle: Bundle) -> dict[str, Words]:
    """The catalogues of regional languages."""
    return read_words(bundle.under("interview/words"))


def kind_of(purpose: str) -> str:
    return KIND_OF.get(purpose, "counter")


def codes(at: datetime) -> Codes:
    lists = sources(at).codes
    return Codes(country_of=lists["countries"].code_of, purpose_of=lists["travel_purposes"].code_of)


def place_of(row: UUID) -> bytes:
    """Where a sealed part of an interview stands: it opens nowhere else."""
    return b"interview" + row.bytes


def opened(row: UUID, sealed: bytes | memoryview) -> Any:
    return json.loads(unseal(bytes(sealed), about=place_of(row)))


def history(interview: UUID) -> list[Answer]:
    """Every answer that was ever given in it, in order."""
    return list(Answer.objects.filter(interview=interview).order_by("seq"))


def answers_of(given: Iterable[Answer]) -> dict[str, str]:
    """What stands: the newest of each question; one that was taken back is not there."""
    newest = {one.question: one.code or (opened(one.id, one.sealed) if one.sealed else "") for one in given}
    return {question: value for question, value in newest.items() if value}


def phone_token(number: str) -> bytes:
    return token("interview.phone", number)


def known_of(
    body: Mapping[str, Any], subjects: Sequence[UUID], answers: Mapping[str, str], at: datetime, *, of: UUID, health: Sequence[SourceState]
) -> Known:  # fmt: skip
    """All that this act may read of the traveller, as answers are laid beside it. Runs inside a door."""
    journey = body["journey"]
    records = [one for one in stated_of(list(subjects)) if not one.withdrawn]
    walked = steps(subjects)
    phone = answers.get("sponsor_phone", "")
    return Known(
        destination=journey["destination"],
        purpose=journey["declared_purpose"],
        departure_day=journey["departure_date"],
        placements=placed(records, at),
        letters=tuple(
            said(one.country, one) for one in walked if one.kind == LETTERS and one.state in HOLDS and runs(one, at)
        ),
        p3mis=tuple(
            Stated(value=str(one.values["p3mi_name"]), source=one.source, as_of=one.stated_at)
            for one in records
            if one.kind in {LETTERS, "worker_registration"} and one.values.get("p3mi_name")
        ),
        applied_for=applied_for(walked),
        deferred=deferred(walked, subjects, at),
        worked_abroad=tuple(said(one.country, one) for one in walked if been_abroad(one, at)),
        signals=tuple(
            Stated(value=one.reason, source=one.source, as_of=one.from_at)
            for one in in_force_for(phones([phone]), at)
            if one.kind == SIGNAL
        ),
        payer_shared=shared_by([phone, journey["payer_phone"]], subjects, of),
        payer_source="suar",
        paid_for=int(body.get("grounds", {}).get("facts", {}).get("shared_payer", 0)),
        sources={state.source: state for state in health},
    )


def said(value: str, step: Step) -> Stated:
    return Stated(value=value, source=step.source, as_of=step.at)


def runs(step: Step, at: datetime) -> bool:
    return step.until_at is None or step.until_at > at


def placed(records: Sequence[Record], at: datetime) -> tuple[Placed, ...]:
    """Placements that stand, the newest first."""
    today = at.astimezone(WIB).date().isoformat()
    live = [
        one
        for one in records
        if one.kind == "placement"
        and one.values.get("status") in LIVE_PLACEMENT
        and (not one.values.get("contract_to") or str(one.values["contract_to"]) >= today)
    ]
    live.sort(key=lambda one: (str(one.values.get("contract_from", "")), str(one.id)), reverse=True)
    return tuple(
        Placed(
            source=one.source,
            as_of=one.stated_at,
            signed=bool(one.values.get("contract_from")),
            p3mi=str(one.values.get("p3mi_name", "")),
            **{name: str(one.values.get(name, "")) for name in ("country", "employer", "job", "scheme")},
        )
        for one in live
    )


def applied_for(walked: Sequence[Step]) -> tuple[Stated, ...]:
    """What his passport applications that were not given up said the journey was for, the latest first."""
    return tuple(
        said(str(one.facts["purpose"]), one)
        for one in walked
        if one.kind == "passport_application" and one.facts.get("purpose") and one.state not in OVER
    )


def deferred(walked: Sequence[Step], subjects: Sequence[UUID], at: datetime) -> tuple[Stated, ...]:
    """Earlier deferrals, those in force first; of passport applications only those for suspected non-procedural work: nobody remembers a
    duplicate, and most are (DOMAIN 0.15).
    """
    entries = [*in_force_for(subjects, at), *earlier_for(subjects, at)]
    measures = tuple(
        Stated(value=one.kind, source=one.source, as_of=one.from_at) for one in entries if one.kind in DEFERRALS
    )
    return measures + tuple(
        said(one.kind, one)
        for one in walked
        if one.kind == "departure_deferral"
        or (
            one.kind == "passport_application"
            and one.state in {"deferred", "refused"}
            and one.facts.get("reason") == "suspected_non_procedural"
        )
    )


def been_abroad(step: Step, at: datetime) -> bool:
    return (step.kind == "placement" and step.state in BEEN_ABROAD and step.at < at) or step.kind == "worker_return"


def branch_facts(body: Mapping[str, Any], of: Sequence[Subject], known: Known, at: datetime) -> dict[str, object]:
    """What a branch of the questionnaire may ask beside the answers (BRANCH_FACTS)."""
    births = [str(one.values.get("birth_date", "")) for one in of] + [str(body["traveller"].get("birth_date", ""))]
    return {
        "asked_for": body["asked"]["purpose"],
        "declared_purpose": known.purpose,
        "destination": known.destination,
        "placement": "in_force" if known.placements else "none",
        "under_18": any(child(born, at) for born in births),
    }


SHARED = """
SELECT count(DISTINCT coalesce(s.person, s.id)) FROM screening_answer a JOIN screening_interview i ON i.id = a.interview
JOIN screening_screening s ON s.id = i.screening WHERE a.token = ANY(%b) AND a.interview <> %b AND NOT s.subjects && %b::uuid[]
"""


def shared_by(numbers: Sequence[str], subjects: Sequence[UUID], interview: UUID) -> int | None:
    """In how many interviews of other people the phone was named that arranged, or paid for, this journey; None where none is known."""
    tokens = [phone_token(number) for number in numbers if number]
    if not tokens:
        return None
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(SHARED, [tokens, interview, list(subjects)])
        return int(cursor.fetchone()[0])


def interview_of(screening: UUID) -> Interview | None:
    """The interview that belongs to a screening, where one was begun."""
    return Interview.objects.filter(screening=screening).first()
