"""Rows below the desk turned into the facts that may be weighed, and the tables of policy that weigh them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.advice.advise import EntryInForce
from suar.core.advice.policy import AdvicePolicy, Expected
from suar.core.identity.zones import WIB
from suar.core.indicators.policy import FactsPolicy
from suar.core.indicators.rules import Rules
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.policy import MatchingPolicy
from suar.core.registers.clock import stops
from suar.core.registers.law import LegalBasis
from suar.intake.queries.mappings import sources
from suar.persons.queries.found import Match, matching_policy
from suar.policies.queries import Bundle, in_force, once_a_version
from suar.registers.queries import Entry
from suar.registers.queries.law import legal_of
from suar.vault.queries import DEFAULT

CERTAIN = frozenset({"nik.same", "passport_no.same"})
SAME_NAME = frozenset({"name.same", "name.alike"})
OTHER_BIRTH = frozenset({"birth_date.different", "birth_date.far", "mother_name.different"})
STEPS = {"passport_application": "passport_application", "departure": "departure", "prelist": "prelist"}
PURPOSES = {
    "passport_application": "passport_application",
    "departure": "departure_screening",
    "prelist": "departure_screening",
}


@dataclass(frozen=True, slots=True)
class Tables:
    """What weighs: the adopted tables of one bundle, read once."""

    rules: Rules
    advice: AdvicePolicy
    expected: Expected
    legal: LegalBasis
    matching: MatchingPolicy
    facts: FactsPolicy


@once_a_version
def tables(bundle: Bundle) -> Tables:
    """The tables in force, compiled."""
    advice = bundle.under("advice")
    return Tables(
        Rules.read(bundle.under("indicators")),
        AdvicePolicy.read(advice["advice"]),
        Expected.read(advice["expected"]),
        legal_of(bundle),
        matching_policy(bundle),
        FactsPolicy.read(bundle.under("facts")),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of one screening, by what they came to."""

    matches: tuple[tuple[Match, Verdict], ...]

    @property
    def same(self) -> list[UUID]:
        """All subjects of the persons who are the traveller, as far as a machine may say."""
        return sorted({s for match, verdict in self.matches if verdict is Verdict.JOIN for s in match.subjects})

    @property
    def likely(self) -> list[UUID]:
        return sorted({s for match, verdict in self.matches if verdict is Verdict.ASK for s in match.subjects})

    @property
    def certain(self) -> frozenset[UUID]:
        """Subjects tied to the traveller by an exact identifier and contradicted by nothing."""
        return frozenset(
            s
            for match, verdict in self.matches
            if verdict is Verdict.JOIN and any(reason.code in CERTAIN for reason in match.explanation.reasons)
            for s in match.subjects
        )

    @property
    def second_nik(self) -> bool:
        """Whether somebody under another NIK is so like the traveller that a human has to say whether they are two. Brothers and sisters are not:
        they were born on other days, or of another mother.
        """
        return any(verdict is Verdict.ASK and twice(match) for match, verdict in self.matches)


def twice(match: Match) -> bool:
    codes = {reason.code for reason in match.explanation.reasons}
    alike = bool(codes & SAME_NAME) or {"name.shorter", "birth_date.same"} <= codes
    return "nik.different" in codes and alike and not codes & OTHER_BIRTH


def judged(matches: Sequence[Match], policy: MatchingPolicy) -> Found:
    return Found(tuple((match, propose(match.explanation, policy)) for match in matches))


def entries_in_force(
    entries: Sequence[Entry], certain: Container[UUID], purpose: str, legal: LegalBasis
) -> list[EntryInForce]:
    """Register rows as the advice weighs them: certain only by identifier (`certain`: subjects, and the phones that the traveller gives) and
    by a confirmed mirror.
    """
    return [
        EntryInForce(
            entry=str(entry.id),
            kind=entry.kind,
            source=entry.source,
            law=legal.of_day(entry.kind, entry.from_at.astimezone(WIB).date()).law,
            begins=entry.from_at,
            ends=entry.until_at,
            confirmed=entry.subject in certain and entry.state == "confirmed",
            stops=stops(legal[entry.kind], STEPS[purpose]),
        )
        for entry in entries
        if entry.kind in legal.terms
    ]


def purposes_said(at: datetime, language: str) -> list[tuple[str, str]]:
    """The standard's purposes of travel, in the officer's language."""
    return listed("travel_purposes", at, language)


def listed(name: str, at: datetime, language: str) -> list[tuple[str, str]]:
    """A code list of the standard, in the officer's language."""
    rows = sources(at).codes[name].rows
    return [(code, row.en if language == "en" else row.id) for code, row in rows.items()]


def namesake_reasons(at: datetime) -> Mapping[str, Any]:
    """What may show that somebody who was found is a namesake: the list in force, by code, in both languages."""
    listed: Mapping[str, Any] = in_force(at).tables.get("sharing/reasons", {}).get("namesake", {})
    return listed


def marked_again(screenings: Sequence[UUID]) -> dict[UUID, datetime]:
    """Which of these screenings are to be asked again, since when: a register changed after they were answered."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT screening, min(asked_at) FROM screening_again WHERE screening = ANY(%s) AND done_at IS NULL GROUP BY screening",
            [list(screenings)],
        )
        return dict(cursor.fetchall())


def asked_again(screening: UUID, at: datetime) -> None:
    """What was marked is done: the question has a newer answer. In the caller's transaction."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "UPDATE screening_again SET done_at = %s WHERE screening = %s AND done_at IS NULL", [at, screening]
        )
