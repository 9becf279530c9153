"""Which indicators the facts raise, and which they cannot decide because a source could not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from suar.core.advice.sources import SourceHealth, could_all_know
from suar.core.cells import cel
from suar.core.indicators.facts import FactSheet, as_cel
from suar.core.indicators.rules import Rule, Rules

Value = str | int | bool | None
#: What says nothing is no evidence: not declared, not asked, no signal.
NOTHING = ("", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One indicator that the facts raise. It orders attention and offers help; it never restricts anybody by itself."""

    code: str
    status: str  # live, or shadow: counted and compared, and shown to no desk
    source: str
    evidence: tuple[tuple[str, Value], ...]  # fact, value
    law: tuple[str, ...]
    element: str  # proses | cara | tujuan | anak | "": what it supports of UU 21/2007 Ps 1(1)
    ilo: str
    excused_by: tuple[str, ...]  # what would excuse it, and is for the officer to ask
    weight: int  # millibits
    suggests: str
    protects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What cannot be known now, because of which source, and since when. Never a reason against anybody."""

    code: str  # of the rule that had to stay open
    source: str
    state: SourceHealth | None  # None: the source gave no state at all
    since: datetime | None


def raised(facts: FactSheet, rules: Rules) -> tuple[Raised, ...]:
    """Live and shadow indicators that hold, are not excused by another fact, and whose sources could know. Heaviest
    first.
    """
    return weighed(facts, rules)[0]


def unknowns(facts: FactSheet, rules: Rules) -> tuple[Unknown, ...]:
    """What would be raised if silence could be believed, and cannot be: one entry a rule and source that could not
    know.
    """
    return weighed(facts, rules)[1]


def weighed(facts: FactSheet, rules: Rules) -> tuple[tuple[Raised, ...], tuple[Unknown, ...]]:
    """Both of them, from one reading of the facts: to make seventy facts ready for CEL takes longer than all rules."""
    told = as_cel(facts)
    context = cel.Context(told)
    holding = [rule for rule in rules.rules if _holds(rule, facts.asked_for, context)]
    found = [_raised(rule, told) for rule in holding if could_all_know(rule.row.needs, facts.sources)]
    found.sort(key=lambda one: (not one.protects, -one.weight, one.code))
    live = [rule for rule in holding if rule.row.status == "live"]
    return tuple(found), tuple(one for rule in live for one in _unknown(rule, facts))


def _unknown(rule: Rule, facts: FactSheet) -> Iterator[Unknown]:
    for name in rule.row.needs:
        state = facts.sources.get(name)
        if state is None:
            yield Unknown(code=rule.row.code, source=name, state=None, since=None)
        elif not state.could_know:
            yield Unknown(code=rule.row.code, source=name, state=_why(state.state), since=state.since)


def _why(state: SourceHealth) -> SourceHealth:
    """A fresh source that does not cover the district is, for this person, not covering."""
    return SourceHealth.NOT_COVERING if state is SourceHealth.FRESH else state


def _holds(rule: Rule, asked_for: str, context: cel.Context) -> bool:
    if rule.row.status == "draft" or (rule.row.stages and asked_for not in rule.row.stages):
        return False
    if rule.when.execute(context) is not True:
        return False
    return not any(excuse.execute(context) is True for _, excuse in rule.excuses)


def _raised(rule: Rule, facts: Mapping[str, object]) -> Raised:
    row = rule.row
    seen = {code for code, _ in rule.excuses}
    return Raised(
        code=row.code,
        status=row.status,
        source=row.source,
        evidence=tuple((name, told) for name in row.evidence if (told := _value(_told(facts, name))) not in NOTHING),
        law=row.law,
        element=row.element or "",
        ilo=row.ilo or "",
        excused_by=tuple(excuse.code for excuse in row.excused_by if excuse.code not in seen),
        weight=row.weight,
        suggests=row.suggests,
        protects=row.protects,
    )


def _told(facts: Mapping[str, object], name: str) -> object:
    """A fact by its name, or one answer of the interview: `answered.debt`."""
    fact, _, question = name.partition(".")
    told = facts[fact]
    return told[question] if question and isinstance(told, dict) else told


def _value(fact: object) -> Value:
    if isinstance(fact, list):
        return ", ".join(str(part) for part in fact)
    assert fact is None or isinstance(fact, str | int | bool)
    return fact
