"""Indicators: every rule runs its own examples, and what the law forbids to weigh cannot be weighed."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.indicators.facts import FACTS, FactSheet
from suar.core.indicators.raised import raised, unknowns
from suar.core.indicators.rules import ExampleRow, Rule, Rules
from suar.core.standard.tables import BadTable
from tests.golden import adopted

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
SOURCES = ("simkim", "siskop2mi", "siapkerja", "disnaker", "peduliwni", "bp3mi", "dukcapil")

#: Never inputs of an indicator (DOMAIN E4; UU 27/2022 Ps 4), nor close stand-ins for them.
PROTECTED = (
    "sex", "gender", "age", "origin", "province", "region", "religion", "marital", "ethnic", "tribe", "income", "savings", "health",
    "disability", "education", "birth_place", "pregnan", "looks",
)  # fmt: skip


def state(name: str, health: SourceHealth = SourceHealth.FRESH, covers: bool = True) -> SourceState:
    since = None if health is SourceHealth.FRESH else SINCE
    return SourceState(source=name, state=health, as_of=SINCE, age_s=60, covers=covers, since=since)


def sheet(known: dict[str, Any], silent: tuple[str, ...] = (), health: SourceHealth = SourceHealth.STALE) -> FactSheet:
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    states = {name: state(name, health if name in silent else SourceHealth.FRESH) for name in SOURCES}
    return FactSheet(**known, sources=states)


EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.row.code}-{n}")
    for rule in adopted.rules().rules
    for n, example in enumerate(rule.row.examples, start=1)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
@pytest.mark.parametrize("health", [SourceHealth.STALE, SourceHealth.UNREACHABLE, SourceHealth.NOT_COVERING])
def test_the_examples_of_a_rule_hold(rule: Rule, example: ExampleRow, health: SourceHealth) -> None:
    facts = sheet(example.facts, example.cannot_know, health)
    only = Rules(name="one", rules=(rule.as_live(),))
    given = "raised" if raised(facts, only) else "unknown" if unknowns(facts, only) else "quiet"
    assert given == example.gives, example.why


def test_every_rule_is_shown_raised_and_quiet() -> None:
    for rule in adopted.rules().rules:
        shown = {example.gives for example in rule.row.examples}
        assert "raised" in shown, rule.row.code
        assert rule.row.protects or "quiet" in shown, rule.row.code
        assert not rule.row.needs or "unknown" in shown, rule.row.code


def protected_among(facts: frozenset[str]) -> set[str]:
    words = {word for name in facts for word in name.split("_")} | facts
    return {word for word in words for forbidden in PROTECTED if word == forbidden or word.startswith(forbidden + "_")}


def test_no_fact_is_a_protected_attribute() -> None:
    assert not protected_among(FACTS)
    assert {f.name for f in fields(FactSheet)} == FACTS | {"sources"}


@pytest.mark.parametrize(
    "name", ["sex", "home_province", "region_code", "marital_status", "age", "income_month", "religion"]
)
def test_a_protected_fact_is_found(name: str) -> None:
    assert protected_among(FACTS | {name})


def test_a_source_without_any_state_could_not_know() -> None:
    facts = FactSheet(asked_for="departure", declared_purpose="work")
    assert not raised(facts, adopted.rules())
    (open_question,) = unknowns(facts, adopted.rules())
    assert (open_question.code, open_question.source, open_question.state) == ("placement_missing", "siskop2mi", None)


def test_a_fresh_source_that_does_not_cover_the_district_could_not_know() -> None:
    states = {name: state(name, covers=name != "disnaker") for name in SOURCES}
    facts = FactSheet(asked_for="passport_application", declared_purpose="work", sources=states)
    assert not raised(facts, adopted.rules())
    assert [one.state for one in unknowns(facts, adopted.rules())] == [SourceHealth.NOT_COVERING]


def test_not_knowing_says_since_when() -> None:
    facts = sheet({"asked_for": "departure", "declared_purpose": "work"}, ("siskop2mi",))
    assert [one.since for one in unknowns(facts, adopted.rules())] == [SINCE]


def test_evidence_law_and_what_would_excuse_stand_in_the_answer() -> None:
    (one,) = raised(
        sheet({"asked_for": "departure", "declared_purpose": "work", "destination": "MYS"}), adopted.rules()
    )
    assert one.evidence == (("declared_purpose", "work"), ("placement", "none"), ("destination", "MYS"))
    assert one.law == ("UU 18/2017 Ps 13",) and one.excused_by == ("independent_contract",)


def test_shadow_rules_are_told_apart() -> None:
    (one,) = raised(sheet({"asked_for": "departure", "passport": "ended"}), adopted.rules())
    assert (one.code, one.status) == ("passport_not_in_force", "shadow")


def broken(**change: Any) -> dict[str, Any]:
    rule = next(
        rule for rule in adopted.tables("indicators")["documents"]["rules"] if rule["code"] == "placement_missing"
    )
    return {"one": {"dated": "2026-11-21", "rules": [rule | change]}}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"when": "sex == '2'"}, "sex is no fact"),
        ({"when": "placement =="}, "does not compile"),
        ({"evidence": ["religion"]}, "evidence religion is no fact"),
        ({"suggests": "hold"}, "suggests"),
        ({"suggests": "refuse"}, "suggests"),
        ({"protects": True}, "no score"),
        ({"unknown": None}, "no words for not knowing"),
        ({"weight": -1}, "weight"),
        ({"examples": []}, "examples"),
    ],
)
def test_a_rule_that_may_not_be_is_not_adopted(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadTable, match=problem):
        Rules.read(broken(**change))


def test_the_catalogue_says_what_the_rules_say() -> None:
    catalogue = {code: said for code, said in adopted.tables("sentences")["indicators"].items() if code != "dated"}
    assert catalogue == adopted.rules().said()
