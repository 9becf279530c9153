"""Who may be the one asked for: subjects that share a rare key with him, weighed, explained and grouped by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from suar.core.canonical import packed
from suar.core.identity.person import Description
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.core.matching.score import encode, score
from suar.intake.queries.quarantine import doubted_among
from suar.persons.queries import described, subjects
from suar.persons.queries.cleared import covered, rulings_apart
from suar.persons.queries.keys import hashed, in_places
from suar.policies.queries import Bundle, once_a_request, once_a_version
from suar.vault.queries import DEFAULT, PROTECTION
from suar.vault.queries.prepared import Question, prepared


@dataclass(frozen=True, slots=True)
class Match:
    """A person who may be the one asked for: the best-fitting subject's explanation, and all his subjects that were found."""

    person: UUID
    subjects: tuple[UUID, ...]
    explanation: MatchExplanation
    description: Description


BLOCK_CAP = 300


CANDIDATE_CAP = 30


#: So many are explained at once; more are weighed by the compiled scorer first, whose start costs as much as three explanations.
FEW = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject who shares a rare key with the one asked for, and the person that holds him."""

    subject: UUID
    person: UUID
    description: Description


CANDIDATES = f"SELECT * FROM persons_candidates(%s::int[], {BLOCK_CAP}, {CANDIDATE_CAP})"


def candidates_question(asked: Description, *, wall: str = DEFAULT) -> Question:
    """What `candidates` asks, for whoever asks several things in one journey."""
    places = once_a_request(("places", wall, asked), lambda: in_places(hashed(asked, wall=wall)))
    return CANDIDATES, [places]


def candidates(asked: Description, *, wall: str = DEFAULT) -> list[Candidate]:
    """Subjects that share a rare key with the one asked for, those who share most keys first; of whom a quarantined source spoke, only
    once the derived state shows what is believed of them.
    """
    rows = prepared(*candidates_question(asked, wall=wall), wall=wall)
    doubted = doubted_among([row[0] for row in rows], wall=wall)
    return [
        Candidate(id_, person or id_, described(id_, claims, asked, wall=wall))
        for id_, claims, person in rows
        if id_ not in doubted
    ]


def same_behind(asked: Description, policy: MatchingPolicy) -> list[UUID]:
    """Subjects behind the wall who are the one described, as far as a machine may say. Only for what is told behind the wall."""
    found = candidates(asked, wall=PROTECTION)
    made = [(one.subject, explain(asked, one.description, candidate=str(one.subject), policy=policy)) for one in found]
    return [subject for subject, explanation in made if propose(explanation, policy) is Verdict.JOIN]


def matches(asked: Description, policy: MatchingPolicy, *, at_least: int | None = None) -> list[Match]:
    """The persons who may be the one asked for, best first; runs inside a door, so only readable subjects take part. At least as much evidence
    as the policy wants, unless told otherwise.
    """
    found = candidates(asked)
    at_least = policy.least if at_least is None else at_least

    def explained(n: int) -> MatchExplanation:
        return explain(asked, found[n].description, candidate=str(found[n].subject), policy=policy)

    few = [explained(n) for n in range(len(found))] if len(found) <= FEW else []
    weights = [one.weight for one in few] or weights_of(
        asked, [one.description for one in found], policy, least=at_least
    )
    best = sorted((-weight, found[n].subject, n) for n, weight in enumerate(weights) if weight >= at_least)
    grouped: dict[UUID, list[int]] = {}
    for _, _, n in best:
        grouped.setdefault(found[n].person, []).append(n)
    found_persons = [
        Match(
            person,
            tuple(found[n].subject for n in group),
            few[group[0]] if few else explained(group[0]),
            found[group[0]].description,
        )
        for person, group in grouped.items()
    ]
    return without_cleared(found_persons, asked, policy)


def without_cleared(found: list[Match], asked: Description, policy: MatchingPolicy) -> list[Match]:
    """The matches without those of whom officers have ruled that they are not the one who was asked for: where one fits so well that the
    machine would join him, he is taken to be the traveller, and whoever was ruled apart from him is not found again at any desk.

    Somebody who fits as well himself stays: then it is not known which of the two stands there.
    """
    own = {match.person for match in found if propose(match.explanation, policy) is Verdict.JOIN}
    if not own or len(own) == len(found) or not (rulings := rulings_apart(own)):
        return found
    others = {id_ for match in found if match.person not in own for id_ in match.subjects}
    now, restricted = subjects(others), pinned_among(others)

    def cleared(match: Match) -> bool:
        return match.person not in own and all(
            covered(now[id_].known, match.person, rulings, asked, policy, restricted=id_ in restricted)
            for id_ in match.subjects
        )

    return [match for match in found if not cleared(match)]


def pinned_among(ids: Iterable[UUID]) -> set[UUID]:
    """Those to whom a restriction is, or was, attached."""
    return {id_ for (id_,) in prepared("SELECT DISTINCT subject FROM persons_pin WHERE subject = ANY(%b)", [list(ids)])}


def weights_of(asked: Description, found: Sequence[Description], policy: MatchingPolicy, *, least: int) -> list[int]:
    """What each description weighs beside the one asked for; of whoever weighs less than `least` only that it is less."""
    together = encode([asked, *found], policy)
    at = np.arange(1, len(found) + 1)
    weights, _ = score(together, np.zeros(len(found), np.int64), together, at, policy, least=least)
    return [int(weight) for weight in weights]


@once_a_version
def matching_policy(bundle: Bundle) -> MatchingPolicy:
    """The matching policy in force."""
    return MatchingPolicy.read(bundle.under("matching"))


def explanation_json(explanation: MatchExplanation) -> bytes:
    """An explanation as it is kept: every value compared and what it weighed, to be shown and replayed."""
    reasons = [[r.code, r.feature, r.left, r.right, r.weight, dict(r.params)] for r in explanation.reasons]
    return packed({"policy": explanation.policy, "prior": explanation.prior, "reasons": reasons})


COUNT: Question = ("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'persons_subject'::regclass", ())


def count(at_most: int = 10_000_000) -> int:
    """About how many subjects there are; the threshold moves with the size of the register (PERFORMANCE 1)."""
    [(about,)] = prepared(*COUNT)
    return min(int(about or 0), at_most)
