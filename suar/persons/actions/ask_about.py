"""Put a pair before the reviewers: because somebody asks, or because it came apart while a restriction ran."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.act import Act
from suar.core.matching.explain import explain
from suar.persons.actions import evidence_of, sealed_link
from suar.persons.queries import subjects
from suar.persons.queries.found import matching_policy
from suar.policies.queries import in_force

PARTED = """
SELECT f.subject, f.pinned FROM persons_follows f
WHERE NOT EXISTS (SELECT 1 FROM persons_review r WHERE r.a = least(f.subject, f.pinned) AND r.b = greatest(f.subject, f.pinned))
ORDER BY 1, 2
"""


def ask_about_parted(act: Act) -> None:
    """Ask the reviewers, once, about each pair that came apart without two persons while a restriction ran: until they have ruled it
    follows both sides. In the transaction that parted them, as the hub.
    """
    with connection.cursor() as cursor:
        cursor.execute(PARTED)
        pairs = cursor.fetchall()
    known = subjects({id_ for pair in pairs for id_ in pair})
    for one, other in pairs:
        if one in known and other in known:
            put(min(one, other), max(one, other), because="parted", act=act)


def ask_about_leaning(pairs: Sequence[tuple[UUID, UUID]], act: Act) -> int:
    """Ask the reviewers again about pairs whose ruling may lean on what is believed no longer, as far as both are still known. Returns how
    many. In the caller's transaction, as the hub.
    """
    known = subjects({id_ for pair in pairs for id_ in pair})
    there = [(a, b) for a, b in pairs if a in known and b in known]
    for a, b in there:
        put(a, b, because="quarantined", act=act)
    return len(there)


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
