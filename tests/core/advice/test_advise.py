"""Advice: never a refusal, never a hold without an entry in force, and never worse because a feed fell silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.advice.advise import Advised, EntryInForce, advise, departs, needs_supervisor
from suar.core.advice.policy import AdvicePolicy, Expected
from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.advice.values import ADVICE_IN_ORDER, Advice, Decision
from suar.core.indicators.facts import FactSheet
from suar.core.indicators.raised import raised, unknowns
from suar.core.standard.tables import BadTable
from tests.core.matching.people import unhurried
from tests.golden import adopted

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
SOURCES = ("simkim", "siskop2mi", "disnaker", "dukcapil")
MISSING = {"indicator.recommendation_missing", "indicator.placement_missing"}
DAYS = st.none() | st.integers(0, 400)

STATES = st.fixed_dictionaries(
    {},
    optional={
        name: st.builds(
            SourceState,
            source=st.just(name),
            state=st.sampled_from(SourceHealth),
            as_of=st.just(NOON),
            age_s=st.integers(0, 10**6),
            covers=st.booleans(),
            since=st.none() | st.just(NOON),
        )
        for name in SOURCES
    },
)
SHEETS = st.builds(
    FactSheet,
    asked_for=st.sampled_from(("passport_application", "departure", "prelist")),
    declared_purpose=st.sampled_from(("", "work", "crew", "tourism", "internship", "umrah")),
    recommendation=st.sampled_from(("none", "in_force", "ended", "paper")),
    placement=st.sampled_from(("none", "in_force", "ended")),
    returning_worker=st.booleans(),
    papers_completed_since=st.booleans(),
    days_since_departure_deferral=DAYS,
    days_since_passport_deferral=DAYS,
    days_since_prevention=DAYS,
    dukcapil=st.sampled_from(("not_asked", "agrees", "not_found", "deceased", "duplicate", "inactive", "unreachable")),
    dukcapil_birth_date=st.sampled_from(("unknown", "agrees", "disagrees")),
    under_18=st.none() | st.booleans(),
    protection_marker=st.booleans(),
    asks_for_help=st.booleans(),
    sources=STATES,
)
ENTRIES = st.lists(
    st.builds(
        EntryInForce,
        entry=st.sampled_from(("e1", "e2")),
        kind=st.sampled_from(sorted(adopted.legal_basis().terms)),
        source=st.just("simkim"),
        law=st.just(("UU 6/2011 Ps 91",)),
        begins=st.just(NOON),
        ends=st.just(NOON + timedelta(days=9)),
        confirmed=st.booleans(),
        stops=st.booleans(),
    ),
    max_size=3,
)


def answer(facts: FactSheet, entries: list[EntryInForce] | None = None) -> Advised:
    rules = adopted.rules()
    return advise(raised(facts, rules), entries or [], facts.sources.values(), unknowns(facts, rules), adopted.advice())


# law: UU 6/2011 Ps 16; MK 40/PUU-IX/2011; UU 6/2011 Ps 95
@unhurried(400)
@given(SHEETS, ENTRIES)
def test_never_a_hold_without_a_confirmed_entry_that_may_stop_this_step(
    facts: FactSheet, entries: list[EntryInForce]
) -> None:
    said = answer(facts, entries)
    assert said.advice in ADVICE_IN_ORDER
    assert (said.advice is Advice.HOLD) == any(entry.confirmed and entry.stops for entry in entries)
    if said.advice is Advice.HOLD:
        assert said.reasons[0].suggests is Advice.HOLD and said.reasons[0].law


@unhurried(400)
@given(SHEETS, ENTRIES, st.sampled_from(SOURCES), st.sampled_from(SourceHealth))
def test_a_source_that_falls_silent_never_makes_a_reason_nor_a_heavier_advice(
    facts: FactSheet, entries: list[EntryInForce], name: str, health: SourceHealth
) -> None:
    silent = SourceState(source=name, state=health, as_of=None, age_s=None, covers=False, since=NOON)
    before = answer(facts, entries)
    after = answer(with_sources(facts, facts.sources | {name: silent}), entries)  # type: ignore[operator]
    assert {one.code for one in after.reasons} <= {one.code for one in before.reasons}
    assert not {one.code for one in after.reasons} & MISSING - {one.code for one in before.reasons}
    heavier = ADVICE_IN_ORDER.index(after.advice) > ADVICE_IN_ORDER.index(before.advice)
    assert not heavier


def with_sources(facts: FactSheet, sources: Any) -> FactSheet:
    return replace(facts, sources=sources)


@unhurried(200)
@given(SHEETS)
def test_missing_papers_are_said_only_where_every_needed_source_could_know(facts: FactSheet) -> None:
    codes = {one.code for one in answer(facts).reasons}
    could = {name for name, state in facts.sources.items() if state.could_know}
    assert "indicator.placement_missing" not in codes or "siskop2mi" in could
    assert "indicator.recommendation_missing" not in codes or {"siskop2mi", "disnaker"} <= could


# law: UU 21/2007 Ps 46, 51; UU 6/2011 Ps 89
@unhurried(200)
@given(SHEETS, ENTRIES)
def test_whoever_asks_for_help_is_assisted_before_anything_but_a_hold(
    facts: FactSheet, entries: list[EntryInForce]
) -> None:
    if facts.asks_for_help or facts.protection_marker:
        assert answer(facts, entries).advice in (Advice.ASSIST, Advice.HOLD)


def test_shadow_rules_change_no_answer() -> None:
    facts = FactSheet(asked_for="departure", passport="ended")
    assert answer(facts).advice is Advice.CLEAR and not answer(facts).reasons


def test_a_child_needs_no_means_and_elements_without_a_fact_are_insufficient() -> None:
    child = answer(FactSheet(asked_for="departure", under_18=True, declared_purpose="work"))
    assert [(one.element, one.state, one.required) for one in child.law] == [
        ("proses", "insufficient", True),
        ("cara", "insufficient", False),
        ("tujuan", "insufficient", True),
    ]
    dead = answer(FactSheet(asked_for="departure", dukcapil="deceased"))
    assert [(one.state, one.by) for one in dead.law if one.element == "cara"] == [("supported", ("nik_deceased",))]


def test_reasons_come_in_the_order_in_which_an_officer_reads() -> None:
    facts = FactSheet(asked_for="departure", dukcapil="deceased", asks_for_help=True, dukcapil_birth_date="disagrees")
    assert [one.code for one in answer(facts).reasons] == [
        "indicator.asks_for_help",
        "indicator.nik_deceased",
        "indicator.dukcapil_birth_date_disagrees",
    ]


def test_no_advice_and_no_word_of_it_means_refusal() -> None:
    assert [str(one) for one in Advice] == ["clear", "advise", "assist", "secondary", "hold"]
    assert "refuse" in [str(one) for one in Decision]


@pytest.mark.parametrize(
    ("advice", "decision", "departing"),
    [
        (Advice.CLEAR, Decision.ALLOW, False),
        (Advice.CLEAR, Decision.POSTPONE, True),
        (Advice.SECONDARY, Decision.ALLOW, True),
        (Advice.SECONDARY, Decision.INTERVIEW, False),
        (Advice.ASSIST, Decision.REFER, False),
        (Advice.HOLD, Decision.POSTPONE, False),
        (Advice.HOLD, Decision.ALLOW, True),
    ],
)
def test_a_decision_departs_from_the_advice(advice: Advice, decision: Decision, departing: bool) -> None:
    assert departs(decision, advice, adopted.expected()) is departing


@pytest.mark.parametrize("advice", Advice)
def test_a_refusal_always_departs_and_needs_a_supervisor(advice: Advice) -> None:
    assert departs(Decision.REFUSE, advice, adopted.expected())
    assert needs_supervisor(Decision.REFUSE, adopted.expected())


def test_a_table_that_expects_a_refusal_or_leaves_a_pair_out_is_not_adopted() -> None:
    rows = [
        {"advice": advice, "decision": decision, "expected": "no", "supervisor": "no"}
        for advice in Advice
        for decision in Decision
    ]
    with pytest.raises(BadTable, match="stands 0 times"):
        Expected.read(rows[1:])
    with pytest.raises(BadTable, match="no advice expects a refusal"):
        Expected.read([row | {"expected": "yes"} for row in rows])


def test_not_knowing_may_not_lead_to_more_than_information() -> None:
    with pytest.raises(BadTable, match="missing feed"):
        AdvicePolicy.read(adopted.tables("advice")["advice"] | {"unknown_gives": "secondary"})
