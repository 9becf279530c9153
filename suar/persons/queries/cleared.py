"""Not this person: which rulings keep somebody from being found for the traveller, and what they were made on.

A ruling is about two subjects. It covers whoever it names, and the row of a list that states the same decision under another id, for as
long as nothing is known that speaks for the traveller and did not when it was made: a clearance never hides a real hit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from suar.core.canonical import packed, unpacked
from suar.core.identity.person import Description
from suar.core.linking.propose import contradictions
from suar.core.matching.explain import explain
from suar.core.matching.policy import MatchingPolicy
from suar.vault.queries import seal, unseal
from suar.vault.queries.prepared import Question, prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody as his source described him at one moment, and the decisions that it stated."""

    subject: UUID
    source: str
    description: Description
    decisions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A ruling that this subject is not the traveller."""

    subject: UUID
    person: UUID | None  # who holds him now
    two: bool  # two officers said so
    restricted: bool  # a restriction is, or was, attached to him
    known: Known | None  # what it was made on; None for nobody who may not be read


RULED = """
WITH mine AS (SELECT subject FROM persons_member WHERE person = ANY(%(persons)b)),
pairs AS (
    SELECT j.a, j.b, j.b AS other FROM persons_judgement j JOIN mine ON mine.subject = j.a
    UNION SELECT j.a, j.b, j.a AS other FROM persons_judgement j JOIN mine ON mine.subject = j.b
)
SELECT p.other, m.person, last.second IS NOT NULL, EXISTS (SELECT 1 FROM persons_pin n WHERE n.subject = p.other), last.id, r.sealed
FROM pairs p CROSS JOIN LATERAL (
    SELECT s.id, s.ruling, s.second FROM persons_judgement s WHERE s.a = p.a AND s.b = p.b ORDER BY s.id DESC LIMIT 1
) last
LEFT JOIN persons_member m ON m.subject = p.other LEFT JOIN persons_ruled r ON r.judgement = last.id AND r.subject = p.other
WHERE last.ruling = 'not_same'
"""


def rulings_apart(persons: Iterable[UUID]) -> list[Ruled]:
    """What stands ruled of others who are not these persons; of each pair the latest word."""
    return [
        Ruled(
            subject=other,
            person=person,
            two=two,
            restricted=restricted,
            known=opened(judgement, other, kept) if kept else None,
        )
        for other, person, two, restricted, judgement, kept in prepared(RULED, {"persons": list(persons)})
    ]


def ruled_apart(persons: Iterable[UUID]) -> set[UUID]:
    """The persons of whom it stands ruled that they are not these; by two officers where a restriction is attached."""
    return {one.person for one in rulings_apart(persons) if one.person and (one.two or not one.restricted)}


def covered(
    now: Known, person: UUID, rulings: Iterable[Ruled], asked: Description, policy: MatchingPolicy, *, restricted: bool
) -> bool:
    """Whether one of these rulings keeps this subject from being found for the one asked for.

    To whom a restriction is attached, only the word of two officers about himself, or about the same decision, takes it from sight: what
    one says of another record of his does not (SECURITY T08).
    """
    return any(
        (ruled.two or not restricted)
        and (names(ruled, now, policy) or (not restricted and ruled.person == person))
        and not (ruled.known and speaks_for(asked, ruled.known.description, now.description, policy))
        for ruled in rulings
    )


def names(ruled: Ruled, now: Known, policy: MatchingPolicy) -> bool:
    """Whether this subject is the one that was ruled on: under its own id, or a row of the same list with the same decision; and still
    described as one who may be the same.
    """
    before = ruled.known
    if before is None:
        return ruled.subject == now.subject
    again = now.source == before.source and bool(now.decisions) and now.decisions <= before.decisions
    if ruled.subject != now.subject and not again:
        return False
    return not contradictions(explain(before.description, now.description, candidate="", policy=policy), policy)


def speaks_for(asked: Description, before: Description, now: Description, policy: MatchingPolicy) -> bool:
    """Whether something agrees with the one asked for that did not when it was ruled; what many share tells nothing."""
    then = {reason.feature: reason.weight for reason in explain(asked, before, candidate="", policy=policy).reasons}
    return any(
        reason.weight > max(0, then.get(reason.feature, 0)) and reason.code not in policy.tells_nothing
        for reason in explain(asked, now, candidate="", policy=policy).reasons
    )


def place_of(judgement: UUID, subject: UUID) -> bytes:
    return b"ruled" + judgement.bytes + subject.bytes


def kept(judgement: UUID, known: Known) -> bytes:
    """What a ruling is made on, as it is kept beside it."""
    body: dict[str, Any] = {
        "source": known.source, "said": known.description.to_json().decode(), "decisions": sorted(known.decisions),
    }  # fmt: skip
    return seal(packed(body), about=place_of(judgement, known.subject))


def opened(judgement: UUID, subject: UUID, sealed: bytes) -> Known:
    body = unpacked(unseal(sealed, about=place_of(judgement, subject)))
    return Known(
        subject=subject,
        source=body["source"],
        description=Description.from_json(body["said"]),
        decisions=frozenset(body["decisions"]),
    )


# With whom a restriction is to be looked at besides: who is one person with him, and who was while it ran and has been parted since,
# until two officers have ruled that he is another: he whom it follows himself, or, once it followed him, any record of his person. What was ruled of
# another record before says nothing of one that came to it later.
ATTACHED = """
WITH near AS (
    SELECT DISTINCT other.subject, other.person FROM persons_member mine JOIN persons_member other USING (person)
    WHERE mine.subject = ANY(%(found)b)
),
restricted AS (
    SELECT n.person, n.subject AS pinned, NULL::uuid AS via, NULL::uuid AS since FROM near n
    UNION SELECT n.person, f.pinned, f.subject, f.since FROM near n JOIN persons_follows f ON f.subject = n.subject
)
SELECT DISTINCT r.pinned FROM restricted r
WHERE EXISTS (SELECT 1 FROM persons_pin p WHERE p.subject = r.pinned) AND r.pinned <> ALL(%(found)b)
AND NOT EXISTS (
    SELECT 1 FROM near n CROSS JOIN LATERAL (
        SELECT j.id, j.ruling, j.second FROM persons_judgement j
        WHERE j.a = least(n.subject, r.pinned) AND j.b = greatest(n.subject, r.pinned) ORDER BY j.id DESC LIMIT 1
    ) last WHERE n.person = r.person AND last.ruling = 'not_same' AND last.second IS NOT NULL
    AND (r.via IS NULL OR n.subject = r.via OR last.id > r.since)
)
"""


def attached_question(found: Iterable[UUID]) -> list[Question]:
    """What `attached` asks, for whoever asks several things in one journey."""
    those = list(found)
    return [(ATTACHED, {"found": those})] if those else []


def attached(found: Iterable[UUID]) -> set[UUID]:
    """Subjects whose restrictions concern whoever was found, though nothing that was asked for leads to them (SECURITY T08)."""
    return {pinned for question in attached_question(found) for (pinned,) in prepared(*question)}
