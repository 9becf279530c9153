"""One screening, from question to answer: DESIGN 6, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import check, enter, may_read
from suar.agencies.queries import office_of, office_question
from suar.agencies.queries.agreements import VERSION
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.advise import Advised
from suar.core.canonical import canonical
from suar.core.identity.traveller import Journey, Traveller
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.queries.addresses import addresses
from suar.intake.queries.civil import asking_dukcapil
from suar.persons.queries.found import explanation_json
from suar.policies.queries import Bundle, in_force
from suar.screening.access import made_now, sealed_body
from suar.screening.actions.again import Again, supersede
from suar.screening.actions.grounds import kept_grounds
from suar.screening.actions.keys import Keys
from suar.screening.actions.question import Asked, read_question
from suar.screening.actions.weigh import Weighed, weigh
from suar.screening.events import screening_made
from suar.screening.models import Screening
from suar.screening.queries import tables
from suar.vault.queries import new_id, token
from suar.vault.queries.prepared import at_once, one_journey, put

DECLARED = tuple(one.name for one in fields(Journey))
KEYS = Keys("screening_key", "screening")


def screen(
    asked: Asked, *, act: Act, client: str, key: str, elapsed_ms: Callable[[], int], again: Again | None = None
) -> UUID:
    """Answer one question and keep it. The same key with the same body gives the same screening; with another, Conflict.

    `again` says which screening this one takes the place of, and who was set apart from it.
    Refuses: what the doors refuse; BadQuestion; Conflict.
    """
    body = token("body", canonical(asked.told).decode())
    with at_once(*KEYS.question(client, key), office_question(asked.desk), VERSION):
        if known := KEYS.earlier(client, key, body):
            return known
        office, bundle = office_of(asked.desk), in_force(act.at)
        may_read(act)  # `enter` asks again, and is told what this request knows by now
    traveller = read_question(asked, act)
    check(act, "screening.make")  # before anything is asked of anybody
    civil = asking_dukcapil(traveller.described, addresses(), act=act)
    with transaction.atomic():
        enter(act, "screening.make", by_keys=True)
        weighed = weigh(asked, traveller, civil, tables(bundle), act, again.without if again else frozenset())
        with one_journey():
            screening = keep(asked, traveller, weighed, bundle, act, office, elapsed_ms(), again)
            KEYS.remember(client, key, body, screening, act.at)
        if again:
            supersede(again, screening, act=act)
    return screening


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
    put(INSERT, [*(getattr(made, column) for column in WRITTEN), passport_of(traveller), weighed.child])
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
    publish_many([*heard(weighed, screening), event], act)
    return screening


def heard(weighed: Weighed, screening: UUID) -> list[Happened]:
    """What is told of the civil register's answer: that it came, or that it has not come yet; and whether it says more of the number than
    journeys know already.
    """
    if weighed.civil.outcome == "not_asked":
        return []
    if weighed.civil.outcome == "unreachable":
        return [Happened(type="screening.unanswered", giver="suar", thing=screening)]
    told = ["civil.answered"]
    if weighed.civil_news:
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
