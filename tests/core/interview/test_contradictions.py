"""Answers beside registers: a table of cases for every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.interview.alike import can_be_same
from suar.core.interview.contradictions import CHECKS, lay
from suar.core.interview.known import Known, Placed, Stated

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
SOURCES = ("siskop2mi", "simkim", "disnaker")


def state(source: str, health: SourceHealth = SourceHealth.FRESH, covers: bool = True) -> SourceState:
    return SourceState(source=source, state=health, as_of=AT, age_s=60, covers=covers, since=AT)


def stated(value: str, source: str = "simkim") -> Stated:
    return Stated(value=value, source=source, as_of=AT)


PLACED = Placed(
    source="siskop2mi", as_of=AT, country="TWN", employer="Formosa Precision Co Ltd", p3mi="PT Cahaya Rinjani", job="factory_operator",
    scheme="p2p", signed=True,
)  # fmt: skip
KNOWN = Known(
    destination="TWN", purpose="work", departure_day="2026-11-21", placements=(PLACED,), letters=(stated("TWN", "disnaker"),),
    applied_for=(stated("work"),), payer_shared=0, payer_source="suar", sources={name: state(name) for name in SOURCES},
)  # fmt: skip

CASES: list[tuple[dict[str, str], dict[str, Any], set[str]]] = [
    ({"destination_named": "TWN"}, {}, set()),
    ({"destination_named": "MYS"}, {}, {"destination_placement", "destination_declared"}),
    ({"destination_named": "MYS"}, {"destination": "MYS"}, {"destination_placement"}),
    ({"destination_named": "MYS"}, {"placements": (), "destination": "MYS"}, set()),
    ({"destination_named": "MYS"}, {"placements": (PLACED, replace(PLACED, country="MYS")), "destination": ""}, set()),
    ({"employer_named": "formosa presision"}, {}, set()),
    ({"employer_named": "Lau Siu Ming"}, {}, {"employer"}),
    ({"p3mi_named": "Cahaya Rinjani"}, {}, set()),
    ({"p3mi_named": "PT Bahtera Nusa"}, {}, {"p3mi"}),
    ({"p3mi_named": "PT Bahtera Nusa"}, {"placements": (), "p3mis": (stated("PT Bahtera Nusa Jaya"),)}, set()),
    ({"p3mi_named": "Gemilang"}, {"placements": (), "p3mis": (stated("PT Bahtera Nusa Jaya"),)}, {"p3mi"}),
    ({"job_promised": "factory"}, {}, set()),
    ({"job_promised": "office_chat"}, {}, {"job"}),
    ({"job_promised": "other"}, {}, set()),
    ({"job_promised": "household"}, {"placements": (replace(PLACED, job="teacher"),)}, set()),
    ({"deferred_before": "no"}, {}, set()),
    ({"deferred_before": "no"}, {"deferred": (stated("departure_deferral"),)}, {"never_deferred"}),
    ({"deferred_before": "unsure"}, {"deferred": (stated("departure_deferral"),)}, set()),
    ({"worked_abroad": "no"}, {"worked_abroad": (stated("SAU", "siskop2mi"),)}, {"never_abroad"}),
    ({"has_letter": "yes"}, {}, set()),
    ({"has_letter": "yes"}, {"letters": ()}, {"letter"}),
    ({"has_letter": "no"}, {"letters": ()}, set()),
    ({"sponsor_phone": "+6281290000099"}, {}, set()),
    ({"sponsor_phone": "+6281290000099"}, {"signals": (stated("shared_number", "suar"),)}, {"sponsor_signal"}),
    ({"purpose_said": "tourism"}, {}, {"purpose_declared", "purpose_applied"}),
    ({"purpose_said": "tourism"}, {"purpose": "", "applied_for": (stated("umrah"), stated("tourism"))}, {"purpose_applied"}),
    ({"purpose_said": "tourism"}, {"purpose": "", "applied_for": (stated("tourism"), stated("work"))}, set()),
    ({"departs_on": "2026-11-22"}, {}, set()),
    ({"departs_on": "2026-11-23"}, {}, {"departure_day"}),
    ({"departs_on": "2026-11"}, {}, set()),
    ({"who_paid": "self"}, {"payer_shared": 2}, set()),
    ({"who_paid": "self"}, {"payer_shared": 3}, {"paid_self"}),
    ({"who_paid": "agent"}, {"payer_shared": 9}, set()),
    ({"who_paid": "self"}, {"payer_shared": None}, set()),
    ({"who_paid": "self"}, {"paid_for": 4}, {"paid_account"}),
    ({"who_paid": "self"}, {"paid_for": 3}, set()),
    ({"who_paid": "family"}, {"paid_for": 9}, set()),
    ({"who_arranged": "self"}, {}, {"arranged_self"}),
    ({"who_arranged": "p3mi"}, {}, set()),
    ({"who_arranged": "self"}, {"placements": (replace(PLACED, scheme="independent"),)}, set()),
    ({"contract_seen": "none"}, {}, {"no_contract"}),
    ({"contract_seen": "not_read"}, {}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "more", "kinds"), CASES)
def test_what_differs_is_found_and_what_does_not_is_left_alone(
    answers: dict[str, str], more: dict[str, Any], kinds: set[str]
) -> None:
    assert {one.kind for one in lay(answers, replace(KNOWN, **more)).contradictions} == kinds


def test_every_kind_is_shown_by_a_case() -> None:
    assert set().union(*(kinds for _, _, kinds in CASES)) == set(CHECKS)


@pytest.mark.parametrize(("answers", "more", "kinds"), [case for case in CASES if case[2]])
@pytest.mark.parametrize(
    ("health", "covers"),
    [
        (SourceHealth.STALE, True),
        (SourceHealth.UNREACHABLE, True),
        (SourceHealth.FRESH, False),
        (SourceHealth.NOT_COVERING, False),
    ],
)
def test_where_a_source_could_not_know_nothing_contradicts_but_what_happened_once(
    answers: dict[str, str], more: dict[str, Any], kinds: set[str], health: SourceHealth, covers: bool
) -> None:
    silent = {name: state(name, health, covers) for name in SOURCES}
    laid = lay(answers, replace(KNOWN, **more, sources=silent))
    of_a_source = {kind for kind in kinds if CHECKS[kind].source in SOURCES}
    lasting = {kind for kind in of_a_source if CHECKS[kind].lasting}
    assert {one.kind for one in laid.contradictions} == kinds - (of_a_source - lasting)
    assert {one.kind for one in laid.unknowable} >= of_a_source - lasting


def test_a_source_of_which_nothing_was_heard_could_not_know() -> None:
    laid = lay({"has_letter": "yes"}, replace(KNOWN, letters=(), sources={}))
    assert not laid.contradictions and [one.kind for one in laid.unknowable] == ["letter"]


def test_both_sides_are_said_with_their_source_and_their_day() -> None:
    (one,) = lay({"employer_named": "Lau Siu Ming"}, KNOWN).contradictions
    assert (one.answer, one.stated.value, one.stated.source, one.stated.as_of) == (
        "Lau Siu Ming",
        "Formosa Precision Co Ltd",
        "siskop2mi",
        AT,
    )


ALIKE = [
    ("Chen Wei Ling", "chen wei", True), ("PT. MITRA SAMUDRA", "PT Mitra Samudra Abadi", True), ("MSA", "PT Mitra Samudra Abadi", True),
    ("Chenweiling", "Chen Wei Ling", True), ("Ling Chen Wei", "Chen Wei Ling", True), ("Bahtera Nusa Jya", "PT Bahtera Nusa Jaya", True),
    ("", "Chen Wei", True), ("PT", "PT Gemilang", False), ("Sinar Jaya", "Sanur Jaya", False), ("Karya Mandiri", "Bina Mandiri", False),
    ("Chen Wei Ling", "Lau Siu Ming", False), ("Golden Harvest", "Golden Dragon", False),
]  # fmt: skip


@pytest.mark.parametrize(("said", "written", "same"), ALIKE)
def test_a_name_as_it_is_said_is_the_name_as_it_is_written(said: str, written: str, same: bool) -> None:
    assert can_be_same(said, written) is same and can_be_same(written, said) is same
