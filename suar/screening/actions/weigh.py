"""What one question is weighed by, DESIGN 6, steps 6 to 9: nothing is written here.

What can be asked together is: a question makes three journeys to the database here, and more only where somebody was cleared, a thing is shared or a
permit stands behind a placement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from suar.core.act import Act
from suar.core.advice.advise import Advised
from suar.core.advice.grounds import Grounds, advised_on
from suar.core.identity.person import Description
from suar.core.identity.traveller import Traveller
from suar.core.matching.policy import MatchingPolicy
from suar.intake.queries.civil import CivilAnswer, state_of_answer
from suar.intake.queries.health import states, states_question
from suar.intake.queries.quarantine import STAND
from suar.journeys.queries import Step, lines, steps, steps_question
from suar.journeys.queries.civil import is_news, kept_question
from suar.journeys.queries.shared import things_question
from suar.persons.queries import Subject, subjects, subjects_question
from suar.persons.queries.cleared import attached, attached_question
from suar.persons.queries.found import COUNT, candidates_question, count, matches
from suar.registers.queries import in_force_for, in_force_question, marked_question, protection_desk
from suar.screening.actions.question import Asked
from suar.screening.queries import Found, Tables, entries_in_force, judged
from suar.screening.queries.facts import Known, fact_sheet, residence
from suar.screening.queries.things import Things, named
from suar.vault.queries.prepared import at_once


@dataclass(slots=True)
class Weighed:
    """All that went into one answer, before it is written."""

    civil: CivilAnswer
    civil_news: bool  # whether the civil register says more of the number than journeys know already
    found: Found
    advised: Advised
    timeline: list[dict[str, Any]]
    subjects: list[UUID]
    following: set[UUID]  # whose restrictions concern him though nothing that was asked for leads to them
    grounds: Grounds
    region: str  # kabupaten of residence, "" for unknown
    child: bool  # under 18 by any source: the standard's terms for children run


@dataclass(frozen=True, slots=True)
class Met:
    """What is known of whoever was found. `following`: whose restrictions concern him besides, since they are or were one person with somebody
    who was found; that these are his is never certain.
    """

    following: set[UUID]
    subjects: Mapping[UUID, Subject]
    steps: Sequence[Step]
    things: Things
    protection: bool


def weigh(
    asked: Asked,
    traveller: Traveller,
    asked_of_civil: Callable[[], CivilAnswer],
    policy: Tables,
    act: Act,
    without: frozenset[UUID] = frozenset(),
) -> Weighed:
    """Who this may be, what is in force, what the journey says, what it raises, and the advice. `without`: who was set apart from him. Nothing
    is written, so that waiting for the civil register holds nobody up.
    """
    described, at = traveller.described, act.at
    with at_once(COUNT, STAND, candidates_question(described), *kept_question(described.nik)):
        found = sought(described, policy.matching.for_register(count()), without)
        met = meet(found, traveller, policy, without, at)
        concerned = [*found.same, *found.likely, *met.following, *met.things.signalled]
        region = residence(described.region_code, met.subjects.values())
        with at_once(*in_force_question(concerned, at), states_question(at, region=region)):
            held, health = in_force_for(concerned, at), states(at, region=region)
        entries = entries_in_force(held, found.certain.union(met.things.signalled), asked.purpose, policy.legal)
        civil = asked_of_civil()
        news = is_news(described.nik, civil.outcome)
    health.append(state_of_answer(civil, at))
    facts = fact_sheet(
        Known(
            purpose=asked.purpose, traveller=traveller, subjects=met.subjects, steps=met.steps, things=met.things, held=held,
            registers=[entry.kind for entry in entries if entry.confirmed], civil=civil, sources=health,
            region=region, protection=met.protection, second_nik=found.second_nik, answers=asked.answers,
        ),
        policy.facts, at,
    )  # fmt: skip
    grounds = Grounds(facts=facts, entries=tuple(entries), health=tuple(health))
    advised = advised_on(grounds, policy.rules, policy.advice)
    return Weighed(
        civil, news, found, advised, lines(met.steps), found.same, met.following, grounds, region, facts.under_18 is True
    )  # fmt: skip


def sought(described: Description, policy: MatchingPolicy, without: frozenset[UUID]) -> Found:
    """Who this may be, without those who were set apart."""
    alike = [m for m in matches(described, policy) if not without & {m.person, *m.subjects}]
    return judged(alike, policy)


def meet(found: Found, traveller: Traveller, policy: Tables, without: frozenset[UUID], at: datetime) -> Met:
    """What the rooms below know of whoever was found."""
    same, near = found.same, [*found.same, *found.likely]
    with at_once(
        *attached_question(near), *subjects_question(same), *steps_question(same), *things_question(same), *marked_question(same, at)
    ):  # fmt: skip
        known = subjects(same)
        return Met(
            following=attached(near) - without,
            subjects=known,
            steps=steps(same),
            things=named(traveller, known, policy.facts.windows, at),
            protection=protection_desk(same, at),
        )
