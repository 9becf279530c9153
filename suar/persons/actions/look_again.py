"""Ask that a pair be looked at again, whatever was ruled on it: the way to undo a join or a split."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.matching.explain import explain
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.persons.actions import evidence_of, sealed_link
from suar.persons.actions.rule import ReasonUnknown
from suar.persons.queries import matching_policy, subjects
from suar.policies.queries import in_force


@transaction.atomic(durable=True)
def look_again(a: UUID, b: UUID, reason: str, *, act: Act) -> None:
    """Put a pair before the reviewers, whatever was ruled on it before: the way to undo a join or a split. Asking twice asks once.

    Refuses: DoorShut, ReferenceMissing; NotFound, alike for nobody and for somebody this act may not read; ReasonUnknown.
    """
    enter(act, "review.ask")
    if len(subjects([a, b])) < 2:
        raise NotFound()
    if reason not in in_force(act.at).tables["sharing/reasons"]["look_again"]:
        raise ReasonUnknown()
    as_hub()
    put(min(a, b), max(a, b), because="look_again", act=act)
    append("review.asked", act, about=[a, b], reason=reason)
    publish(Happened(type="review.asked", giver="suar", thing=min(a, b), subject=min(a, b), classes=("person",)), act)


PUT = """
INSERT INTO persons_review (a, b, asked_at, asked_by, because, explanation, evidence)
SELECT %(a)s, %(b)s, %(at)s, %(by)s, %(because)s, %(explanation)s, %(evidence)s
ON CONFLICT (a, b) DO UPDATE SET asked_at = excluded.asked_at, asked_by = excluded.asked_by, because = excluded.because,
    explanation = excluded.explanation, evidence = excluded.evidence
WHERE persons_review.round IS NULL AND persons_review.asked_at IS NULL
"""


def put(a: UUID, b: UUID, *, because: str, act: Act) -> UUID:
    """Ask about a pair, with the comparison as it is now where the machine keeps none of its own. As the hub. Returns its evidence."""
    both = subjects([a, b])
    policy = matching_policy(in_force(act.at))
    explanation = explain(both[a].description, both[b].description, candidate=str(b), policy=policy)
    told: dict[str, Any] = {
        "a": a, "b": b, "at": act.at, "by": act.actor, "because": because, "evidence": evidence_of(explanation),
        "explanation": sealed_link((a, b), explanation, policy),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PUT, told)
    return evidence_of(explanation)
