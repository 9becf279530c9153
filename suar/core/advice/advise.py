"""From indicators, register entries and sources to one advice with its reasons. Nothing here can refuse anybody."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from suar.core.advice.policy import AdvicePolicy, Expected
from suar.core.advice.sources import SourceState
from suar.core.advice.values import ADVICE_IN_ORDER, Advice, Decision
from suar.core.indicators.raised import Raised, Unknown, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInForce:
    """A register entry that was in force for this person when the desk asked.

    `confirmed`: that it is of this person is certain (an exact identifier, or an officer's judgement), not a likeness
    of names. `stops`: the law lets it stop the very step asked for (`registers.LegalTerm.stops`).
    """

    entry: str  # id of the row
    kind: str
    source: str
    law: tuple[str, ...]
    begins: datetime
    ends: datetime
    confirmed: bool
    stops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceReason:
    """One line of the answer. `code` is that of an indicator ("indicator.…") or of an entry ("register.…")."""

    code: str
    suggests: Advice
    weight: int
    source: str
    evidence: tuple[tuple[str, Value], ...]
    law: tuple[str, ...]
    excused_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawElement:
    """Whether any fact supports one element of UU 21/2007 Ps 1(1). "insufficient" is the usual answer before
    departure.
    """

    element: str  # proses | cara | tujuan
    state: str  # supported | insufficient
    by: tuple[str, ...]
    required: bool  # the means (cara) is not required for a child


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """The answer of the machine; the officer decides beside it."""

    advice: Advice
    reasons: tuple[AdviceReason, ...]
    unknown: tuple[Unknown, ...]
    law: tuple[LawElement, ...]
    sources: tuple[SourceState, ...]
    score: int  # millibits: orders attention, never restricts
    policy: str


# law: UU 6/2011 Ps 16, 95; MK 40/PUU-IX/2011; UU 21/2007 Ps 46, 51; Permen PPPA 8/2021
def advise(
    raised: Iterable[Raised],
    registers_in_force: Iterable[EntryInForce],
    sources: Iterable[SourceState],
    unknowns: Iterable[Unknown],
    policy: AdvicePolicy,
) -> Advised:
    """One advice with its reasons in the order in which an officer should read them.

    HOLD only where a confirmed entry in force lets the law stop this step. A likeness to such an entry is a reason
    for a second officer, never for a hold: 200 entries named Muhammad once stopped everybody of that name. Whoever is
    on the way to protection is assisted first, whatever else is raised. What a source could not know is listed, and
    gives information at most.
    """
    live = [one for one in raised if one.status == "live"]
    entries = sorted(registers_in_force, key=lambda entry: (not entry.confirmed, entry.kind, entry.entry))
    reasons = [*(_of_entry(entry) for entry in entries), *(_of_indicator(one) for one in live)]
    open_questions = tuple(sorted(unknowns, key=lambda one: (one.code, one.source)))
    score = sum(one.weight for one in live)
    protects = {f"indicator.{one.code}" for one in live if one.protects}
    reasons.sort(key=lambda one: _reading_order(one, protects))
    return Advised(
        advice=_advice(reasons, live, bool(open_questions), score, policy),
        reasons=tuple(reasons),
        unknown=open_questions,
        law=_elements(live),
        sources=tuple(sorted(sources, key=lambda state: state.source)),
        score=score,
        policy=policy.name,
    )


def _reading_order(reason: AdviceReason, protects: Container[str]) -> tuple[bool, bool, int, int, str]:
    """A hold first, then protection, then what asks for most, then by weight."""
    step = -_rank(reason.suggests)
    return reason.suggests is not Advice.HOLD, reason.code not in protects, step, -reason.weight, reason.code


def departs(decision: Decision, from_advice: Advice, expected: Expected) -> bool:
    """Whether a decision departs from what the advice expects, and so needs a reason (policy/advice/expected.csv)."""
    return (from_advice, decision) not in expected.pairs


def needs_supervisor(decision: Decision, expected: Expected) -> bool:
    """Whether a second, supervising officer has to sign: a refusal always."""
    return decision in expected.with_supervisor


def _advice(
    reasons: Sequence[AdviceReason], live: Sequence[Raised], unknown: bool, score: int, policy: AdvicePolicy
) -> Advice:
    heaviest = max((reason.suggests for reason in reasons), key=_rank, default=Advice.CLEAR)
    if heaviest is Advice.HOLD:
        return Advice.HOLD
    if any(one.protects for one in live):
        return Advice.ASSIST
    if score >= policy.secondary_from:
        return max(heaviest, Advice.SECONDARY, key=_rank)
    return max(heaviest, policy.unknown_gives, key=_rank) if unknown else heaviest


def _rank(advice: Advice) -> int:
    return ADVICE_IN_ORDER.index(advice)


def _of_entry(entry: EntryInForce) -> AdviceReason:
    """In force and certain: hold where the law lets it stop this step, else information. In force and uncertain: ask."""
    if entry.confirmed:
        code = f"register.{entry.kind}"
        suggests = Advice.HOLD if entry.stops else Advice.ADVISE
    else:
        code = f"register.{entry.kind}.possible"
        suggests = Advice.SECONDARY if entry.stops else Advice.ADVISE
    evidence: tuple[tuple[str, Value], ...] = (
        ("entry", entry.entry),
        ("begins", entry.begins.isoformat()),
        ("ends", entry.ends.isoformat()),
    )
    return AdviceReason(
        code=code, suggests=suggests, weight=0, source=entry.source, evidence=evidence, law=entry.law, excused_by=()
    )


def _of_indicator(one: Raised) -> AdviceReason:
    return AdviceReason(
        code=f"indicator.{one.code}",
        suggests=Advice(one.suggests),
        weight=one.weight,
        source=one.source,
        evidence=one.evidence,
        law=one.law,
        excused_by=one.excused_by,
    )


def _elements(live: Sequence[Raised]) -> tuple[LawElement, ...]:
    """UU 21/2007 Ps 1(1): process, means and purpose; for a child the means is not required (Palermo art. 3(c))."""
    child = any(one.element == "anak" for one in live)
    found = []
    for element in ("proses", "cara", "tujuan"):
        by = tuple(one.code for one in live if one.element == element)
        state = "supported" if by else "insufficient"
        found.append(LawElement(element=element, state=state, by=by, required=not (child and element == "cara")))
    return tuple(found)
