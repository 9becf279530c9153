"""One screening, from question to answer: DESIGN 6, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import check, enter
from suar.agencies.queries import office_of
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.advise import Advised
from suar.core.advice.grounds import Grounds, advised_on
from suar.core.canonical import canonical
from suar.core.errors import Fault, Refusal
from suar.core.identity.person import Description
from suar.core.identity.traveller import Journey, Traveller, read_traveller
from suar.core.matching.policy import MatchingPolicy
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.queries.addresses import addresses
from suar.intake.queries.civil import CivilAnswer, asking_dukcapil, state_of_answer
from suar.intake.queries.health import states
from suar.intake.queries.mappings import region_codes, sources
from suar.journeys.queries import lines, steps
from suar.journeys.queries.civil import is_news
from suar.persons.queries import count, explanation_json, matches, subjects
from suar.persons.queries.cleared import attached
from suar.policies.queries import Bundle, in_force
from suar.registers.queries import in_force_for, protection_desk
from suar.screening.access import made_now, sealed_body
from suar.screening.actions.again import Again, supersede
from suar.screening.actions.grounds import kept_grounds
from suar.screening.actions.keys import Keys
from suar.screening.events import screening_made
from suar.screening.models import Screening
from suar.screening.queries import Found, Tables, entries_in_force, judged, tables
from suar.screening.queries.facts import Known, fact_sheet, residence
from suar.screening.queries.things import named
from suar.vault.queries import new_id, token
from suar.vault.queries.prepared import written


class BadQuestion(Refusal):
    """What was asked cannot be read; every fault at once, by field."""

    code = "screening.unreadable"
    status = 422

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`POST /api/v1/screenings` (DESIGN 8), or the desk's form."""

    purpose: str
    desk: str
    lane: str
    officer: str
    reference: str
    traveller: Mapping[str, str]
    journey: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """As it is kept, and hashed under an idempotency key."""
        return {name: getattr(self, name) for name in QUESTION}


QUESTION = tuple(one.name for one in fields(Asked))
DECLARED = tuple(one.name for one in fields(Journey))
KEYS = Keys("screening_key", "screening")


@dataclass(slots=True)
class Weighed:
    """All that went into one answer, before it is written."""

    civil: CivilAnswer
    found: Found
    advised: Advised
    timeline: list[dict[str, Any]]
    subjects: list[UUID]
    following: set[UUID]  # whose restrictions concern him though nothing that was asked for leads to them
    grounds: Grounds
    region: str  # kabupaten of residence, "" for unknown
    child: bool  # under 18 by any source: the standard's terms for children run


def screen(
    asked: Asked, *, act: Act, client: str, key: str, elapsed_ms: Callable[[], int], again: Again | None = None
) -> UUID:
    """Answer one question and keep it. The same key with the same body gives the same screening; with another, Conflict.

    `again` says which screening this one takes the place of, and who was set apart from it.
    Refuses: what the doors refuse; BadQuestion; Conflict.
    """
    body = token("body", canonical(asked.told).decode())
    if known := KEYS.earlier(client, key, body):
        return known
    office = office_of(asked.desk)
    bundle = in_force(act.at)
    traveller = read_question(asked, act)
    check(act, "screening.make")  # before anything is asked of anybody
    civil = asking_dukcapil(traveller.described, addresses(), act=act)
    with transaction.atomic():
        enter(act, "screening.make", by_keys=True)
        weighed = weigh(asked, traveller, civil, bundle, tables(bundle), act, again)
        screening = keep(asked, traveller, weighed, bundle, act, office, elapsed_ms(), again)
        KEYS.remember(client, key, body, screening, act.at)
        if again:
            supersede(again, screening, act=act)
    return screening


def read_question(asked: Asked, act: Act) -> Traveller:
    """Step 3. Raises BadQuestion with every fault."""
    codes = sources(act.at).codes
    read = read_traveller(
        asked.traveller,
        asked.journey,
        today=act.at.date(),
        regions=region_codes(),
        country_of=codes["countries"].code_of,
        purpose_of=codes["travel_purposes"].code_of,
        coded=lambda name, text: codes[name].code_of(text),
    )
    if not read.ok:
        raise BadQuestion(read.faults)
    return read.get()


def weigh(
    asked: Asked,
    traveller: Traveller,
    asked_of_civil: Callable[[], CivilAnswer],
    bundle: Bundle,
    policy: Tables,
    act: Act,
    again: Again | None = None,
) -> Weighed:
    """Steps 6 to 9: who this may be, what is in force, what the journey says, what it raises, and the advice. Nothing is written, so that
    waiting for the civil register holds nobody up.
    """
    matching = policy.matching.for_register(count())
    found, following = sought(traveller.described, matching, again.without if again else frozenset())
    same, known, journey = found.same, subjects(found.same), steps(found.same)
    things = named(traveller, known, policy.facts.windows, act.at)
    held = in_force_for([*same, *found.likely, *following, *things.signalled], act.at)
    entries = entries_in_force(held, found.certain.union(things.signalled), asked.purpose, policy.legal)
    region, civil = residence(traveller.described.region_code, known.values()), asked_of_civil()
    health = [*states(act.at, region=region), state_of_answer(civil, act.at)]
    facts = fact_sheet(
        Known(
            purpose=asked.purpose, traveller=traveller, subjects=known, steps=journey, things=things, held=held,
            registers=[entry.kind for entry in entries if entry.confirmed], civil=civil, sources=health,
            region=region, protection=protection_desk(same, act.at), second_nik=found.second_nik, answers=asked.answers,
        ),
        policy.facts, act.at,
    )  # fmt: skip
    grounds = Grounds(facts=facts, entries=tuple(entries), health=tuple(health))
    advised = advised_on(grounds, policy.rules, policy.advice)
    return Weighed(civil, found, advised, lines(journey), same, following, grounds, region, facts.under_18 is True)


def sought(described: Description, policy: MatchingPolicy, without: frozenset[UUID]) -> tuple[Found, set[UUID]]:
    """Who this may be, without those who were set apart; and whose restrictions concern him besides, since they are or were one person
    with somebody who was found. That these are his is never certain.
    """
    alike = [m for m in matches(described, policy) if not without & {m.person, *m.subjects}]
    found = judged(alike, policy)
    return found, attached([*found.same, *found.likely]) - without


WRITTEN = ("id", "at", "agency", "office", "desk", "lane", "officer", "purpose", "reference", "person", "subjects", "advice", "policy", "sealed",
           "took_ms")  # fmt: skip
INSERT = """
INSERT INTO screening_screening (id, at, agency, office, desk, lane, officer, purpose, reference, person, subjects, advice, policy, sealed,
    took_ms, passport, child) VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b::uuid[], %b, %b, %b, %b::int4, %b::bytea, %b)
"""


def keep(
    asked: Asked,
    traveller: Traveller,
    weighed: Weighed,
    bundle: Bundle,
    act: Act,
    office: str,
    took_ms: int,
    again: Again | None = None,
) -> UUID:
    """Step 10: screening, matches, policy hash and source health in one row, with its audit entry and its event."""
    screening, civil = new_id(act.at), weighed.civil
    matches_ = weighed.found.matches
    person = matches_[0][0].person if matches_ and weighed.subjects else None
    body = {
        "asked": asked.told,
        "traveller": json.loads(traveller.described.to_json()),
        "journey": {name: getattr(traveller.journey, name) for name in DECLARED},
        "remarks": [{"code": r.code, "field": r.field, "params": dict(r.params)} for r in traveller.remarks],
        "civil": {
            "outcome": civil.outcome,
            "fields": dict(civil.fields),
            "scores": dict(civil.scores),
            "fault": civil.fault,
        },
        "advised": advised_as_json(weighed.advised),
        "matches": [match_as_json(match, verdict.value) for match, verdict in matches_],
        "timeline": weighed.timeline,
        "policy": {"name": "suar", "version": bundle.since, "sha256": bundle.sha256},
        "grounds": kept_grounds(weighed.grounds, weighed.region, bundle),
    } | (again.told if again else {})
    said = canonical(body)
    made = Screening(
        id=screening, at=act.at, agency=act.agency, office=office, desk=asked.desk, lane=asked.lane, officer=act.actor, purpose=asked.purpose,
        reference=token("reference", asked.reference), person=person, subjects=weighed.subjects, advice=weighed.advised.advice.value,
        policy=bundle.sha256, sealed=sealed_body(said, screening), took_ms=took_ms,
    )  # fmt: skip
    written(INSERT, [*(getattr(made, column) for column in WRITTEN), passport_of(traveller), weighed.child])
    made_now(made, said)
    append(
        "screening.made",
        act,
        about=[screening, *weighed.subjects, *weighed.found.likely, *sorted(weighed.following)],
        fields=["advice", "reasons", "matches", "timeline"],
        personal=asked.reference,
        advice=weighed.advised.advice.value,
        policy=bundle.sha256,
    )
    event = screening_made(screening, weighed.subjects[0] if weighed.subjects else None, weighed.advised.advice.value)
    publish_many([*heard(civil, traveller, screening), event], act)
    return screening


def heard(civil: CivilAnswer, traveller: Traveller, screening: UUID) -> list[Happened]:
    """What is told of the civil register's answer: that it came, or that it has not come yet; and whether it says more of the number than
    journeys know already.
    """
    if civil.outcome == "not_asked":
        return []
    if civil.outcome == "unreachable":
        return [Happened(type="screening.unanswered", giver="suar", thing=screening)]
    told = ["civil.answered"]
    if is_news(traveller.described.nik, civil.outcome):
        told.append("civil.differs")
    return [Happened(type=kind, giver="suar", thing=screening) for kind in told]


def passport_of(traveller: Traveller) -> bytes | None:
    """By which a crossing under the same passport finds this screening."""
    number = traveller.described.passport_no
    return token("passport_no", number) if number else None


def advised_as_json(advised: Advised) -> dict[str, Any]:
    return {
        "advice": advised.advice.value,
        "reasons": [
            {
                "code": r.code, "suggests": r.suggests.value, "weight": r.weight, "source": r.source,
                "evidence": [list(pair) for pair in r.evidence], "law": list(r.law), "excused_by": list(r.excused_by),
            }
            for r in advised.reasons
        ],
        "unknown": [
            {
                "code": u.code, "source": u.source, "state": u.state.value if u.state else "",
                "since": u.since.isoformat() if u.since else "",
            }
            for u in advised.unknown
        ],
        "law": [{"element": e.element, "state": e.state, "by": list(e.by), "required": e.required} for e in advised.law],
        "sources": [
            {
                "source": s.source, "state": s.state.value, "as_of": s.as_of.isoformat() if s.as_of else "", "age_s": s.age_s, "covers": s.covers,
                "since": s.since.isoformat() if s.since else "", "quarantined": s.quarantined,
            }
            for s in advised.sources
        ],
        "score": advised.score,
        "policy": advised.policy,
    }  # fmt: skip


def match_as_json(match: Any, verdict: str) -> dict[str, Any]:
    return {
        "person": str(match.person),
        "verdict": verdict,
        "name": match.description.full_name,
        "birth_year": match.description.birth_date[:4] if match.description.birth_date[:1].isdigit() else "",
        "weight": match.explanation.weight,
        "probability": match.explanation.probability_permille,
        "explanation": json.loads(explanation_json(match.explanation)),
    }
