"""Rows below the desk turned into the facts that may be weighed, and the tables of policy that weigh them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.advice.advise import EntryInForce
from suar.core.advice.policy import AdvicePolicy, Expected
from suar.core.advice.sources import SourceState
from suar.core.identity.dates import ages_on, bounds_or_none
from suar.core.identity.traveller import Traveller
from suar.core.identity.zones import WIB
from suar.core.indicators.facts import FactSheet
from suar.core.indicators.rules import Rules
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.policy import MatchingPolicy
from suar.core.registers.clock import stops
from suar.core.registers.law import LegalBasis
from suar.intake.queries.civil import CivilAnswer
from suar.intake.queries.mappings import sources
from suar.journeys.queries import LETTERS, LIVE_PLACEMENT, Step
from suar.persons.queries import Match, matching_policy
from suar.policies.queries import Bundle, in_force, once_a_version
from suar.registers.queries import Entry
from suar.registers.queries.law import legal_of
from suar.vault.queries import DEFAULT

ADULT = 18  # UU 18/2017 Ps 5a; UU 21/2007 Ps 1(5)
CERTAIN = frozenset({"nik.same", "passport_no.same"})
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


def fact_sheet(
    purpose: str,
    traveller: Traveller,
    steps: Sequence[Step],
    earlier: Sequence[Entry],
    civil: CivilAnswer,
    births: Sequence[tuple[str, str]],
    sources: Sequence[SourceState],
    at: datetime,
    *,
    protection: bool,
    asks_for_help: bool,
) -> FactSheet:
    """All that may be weighed. `births` are (source, partial birth date) of the traveller's subjects and of what he states himself."""
    latest = max(
        (s.at for s in steps if s.kind in {"departure_deferral", "passport_application"} and deferred(s)), default=None
    )
    minors = tuple(sorted({source for source, born in births if child(born, at)}))
    known = any(bounds_or_none(born) for _, born in births)
    return FactSheet(
        asked_for=purpose,
        declared_purpose=traveller.journey.declared_purpose,
        destination=traveller.journey.destination,
        recommendation=standing([s for s in steps if s.kind == LETTERS], {"issued", "used"}, at),
        placement=standing([s for s in steps if s.kind == "placement"], LIVE_PLACEMENT, at),
        registration=standing([s for s in steps if s.kind == "worker_registration"], None, at),
        returning_worker=any(
            s.kind in {"placement", "e_pmi"} and s.state in {"departed", "extended", "valid", "active"} for s in steps
        ),
        papers_completed_since=latest is not None
        and any(s.kind in {LETTERS, "placement"} and s.at > latest for s in steps),
        days_since_departure_deferral=days_since([s for s in steps if s.kind == "departure_deferral"], at),
        days_since_passport_deferral=days_since(
            [
                s
                for s in steps
                if s.kind == "passport_application"
                and deferred(s)
                and s.facts.get("reason") == "suspected_non_procedural"
            ],
            at,
        ),
        days_since_prevention=days_since([s for s in steps if s.kind == "prevention_record"], at),
        dukcapil={"verdicts": "agrees", "double": "duplicate"}.get(civil.outcome, civil.outcome),
        dukcapil_birth_date={"agrees": "agrees", "differs": "disagrees"}.get(
            civil.fields.get("birth_date", ""), "unknown"
        ),
        nik_birth_date=nik_birth(traveller.described.nik, traveller.described.birth_date),
        under_18=True if minors else (False if known else None),
        under_18_by=minors,
        protection_marker=protection,
        asks_for_help=asks_for_help,
        sources={state.source: state for state in sources},
    )


def deferred(step: Step) -> bool:
    return step.kind == "departure_deferral" or step.state in {"deferred", "refused"}


def standing(steps: Sequence[Step], live: set[str] | None, at: datetime) -> str:
    """none, in_force or ended: the best that any record of the kind says."""
    if not steps:
        return "none"
    good = [s for s in steps if (live is None or s.state in live) and (s.until_at is None or s.until_at > at)]
    return "in_force" if good else "ended"


def days_since(steps: Sequence[Step], at: datetime) -> int | None:
    latest = max((step.at for step in steps if step.at <= at), default=None)
    return (at - latest) // timedelta(days=1) if latest else None


def child(born: str, at: datetime) -> bool:
    """Whether somebody born on this partial date could be below 18: a child until disproved (SECURITY 8)."""
    return bounds_or_none(born) is not None and ages_on(born, at.date())[0] < ADULT


def nik_birth(nik: str, birth_date: str) -> str:
    """Digits 7-12 of a NIK beside the stated birth date (DOMAIN B1); evidence, never a reason to reject."""
    if len(nik) != 16 or len(birth_date) != 10:
        return "unknown"
    day = int(nik[6:8]) - (40 if int(nik[6:8]) > 40 else 0)
    same = f"{day:02}{nik[8:12]}" == birth_date[8:10] + birth_date[5:7] + birth_date[2:4]
    return "agrees" if same else "disagrees"


def purposes_said(at: datetime, language: str) -> list[tuple[str, str]]:
    """The standard's purposes of travel, in the officer's language."""
    rows = sources(at).codes["travel_purposes"].rows
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
