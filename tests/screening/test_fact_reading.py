"""Facts as they are read from steps and numbers, without a database; and every fact that a rule may show has its words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from suar.core.identity.person import Description
from suar.core.indicators.policy import FactsPolicy
from suar.core.indicators.raised import raised
from suar.core.indicators.rules import Rule, Rules
from suar.core.matching.explain import explain
from suar.journeys.queries import Step
from suar.persons.queries.found import Match
from suar.screening.queries import twice
from suar.screening.queries.earlier import in_distress
from suar.screening.queries.facts import (
    agreeing,
    all_one,
    days_since,
    letter_number,
    nik_birth,
    of_earlier,
    standing,
    visa_runs,
)
from suar.site.sentences import LANGUAGES, known, say
from tests.core.indicators.test_rules import sheet
from tests.golden import adopted

NOON = datetime(2026, 11, 28, 5, tzinfo=UTC)
WINDOWS = FactsPolicy.read(adopted.tables("facts")).windows


def step(kind: str, days_ago: int, state: str = "", **more: Any) -> Step:
    told: dict[str, Any] = {
        "id": UUID(int=days_ago + 10), "subject": UUID(int=7), "source": "simkim", "agency": "imigrasi", "until_at": None, "country": "MYS", "region": "",
        "place": "", "token": None, "facts": {},
    }  # fmt: skip
    return Step(kind=kind, at=NOON - timedelta(days=days_ago), state=state, **(told | more))


def crossings(*legs: tuple[int, str, str]) -> list[Step]:
    return [step("crossing", days, state, country=country) for days, state, country in legs]


RUN = ((100, "exit", "MYS"), (71, "entry", "MYS"), (69, "exit", "MYS"), (40, "entry", "MYS"), (38, "exit", "MYS"))


@pytest.mark.parametrize(
    ("legs", "runs", "why"),
    [
        (RUN, 2, "a month there, two days at home, twice"),
        (RUN[:3], 1, "once"),
        (tuple((days, state, "SGP" if n == 2 else country) for n, (days, state, country) in enumerate(RUN)), 0, "another country between"),
        (((100, "exit", "MYS"), (97, "entry", "MYS"), (95, "exit", "MYS")), 0, "a weekend"),
        (((300, "exit", "MYS"), (271, "entry", "MYS"), (200, "exit", "MYS")), 0, "two months at home"),
        (((500, "exit", "MYS"), (471, "entry", "MYS"), (469, "exit", "MYS")), 0, "more than a year ago"),
        (((100, "exit", ""), (71, "entry", ""), (69, "exit", "")), 0, "nobody knows where to"),
        ((), 0, "never left"),
    ],
)  # fmt: skip
def test_visa_runs_are_counted(legs: tuple[tuple[int, str, str], ...], runs: int, why: str) -> None:
    assert visa_runs(crossings(*legs), WINDOWS, NOON) == visa_runs(crossings(*reversed(legs)), WINDOWS, NOON) == runs, (
        why
    )


@pytest.mark.parametrize(
    ("kind", "state", "facts", "distress"),
    [
        ("worker_return", "deported", {}, True), ("worker_return", "scam_hub", {}, True), ("worker_return", "contract_end", {}, False),
        ("worker_return", "ill", {}, False), ("repatriation", "arrived", {"cause": "violence"}, True), ("crossing", "deported", {}, False),
    ],
)  # fmt: skip
def test_who_came_home_in_need_is_known_by_the_cause(
    kind: str, state: str, facts: dict[str, Any], distress: bool
) -> None:
    assert in_distress(step(kind, 9, state, facts=facts)) is distress


def test_the_best_that_any_record_says_stands() -> None:
    ended, live = step("placement", 9, "completed"), step("placement", 30, "contracted")
    over = step("placement", 30, "contracted", until_at=NOON - timedelta(days=1))
    states = {"contracted"}
    assert [standing(found, states, NOON) for found in ([], [ended], [over], [ended, live])] == [
        "none",
        "ended",
        "ended",
        "in_force",
    ]


def test_dates_and_words_are_laid_beside_each_other() -> None:
    assert [all_one(dates) for dates in ([], ["1990-05-12"], ["1990-05-12", "1990"], ["1990-05-12"] * 2, ["1990-05-12", "1990-05-21"])] == [
        "unknown", "unknown", "unknown", "agrees", "disagrees",
    ]  # fmt: skip
    assert [agreeing("MYS", others) for others in ([], [""], ["SGP", "MYS"], ["SGP"])] == [
        "unknown",
        "unknown",
        "agrees",
        "disagrees",
    ]
    assert days_since([step("crossing", 3), step("crossing", -2)], NOON) == 3, "what lies ahead was not yet"


@pytest.mark.parametrize(
    ("nik", "said"), [("9901015205900001", "agrees"), ("9901011205900001", "agrees"), ("9901011305900001", "disagrees")]
)
def test_a_nik_agrees_with_a_birth_date_whatever_sex_it_tells(nik: str, said: str) -> None:
    assert nik_birth(nik, "1990-05-12") == said


# Words --------------------------------------------------------------------------------------------------------------------------------

SHOWN = [
    pytest.param(rule, example.facts, id=f"{rule.row.code}-{n}")
    for rule in adopted.rules().rules
    for n, example in enumerate(rule.row.examples)
    if example.gives == "raised"
]


@pytest.mark.parametrize(("rule", "facts"), SHOWN)
def test_whatever_a_rule_shows_is_said_in_words(rule: Rule, facts: dict[str, Any]) -> None:
    (one,) = raised(sheet(facts), Rules(name="one", rules=(rule.as_live(),)))
    for language in LANGUAGES:
        for name, value in one.evidence:
            said = say(f"fact.{name}", {"value": value}, language)
            assert "[" not in said and "{" not in said and not raw(value, said), said


def raw(value: object, said: str) -> bool:
    """Whether a code stands in a sentence as it is: `office_chat`, and not a word that is spelled like its code."""
    return isinstance(value, str) and "_" in value and value in said


def test_every_fact_that_may_be_shown_has_its_words_and_every_code_of_the_interview() -> None:
    from suar.core.indicators.answers import ANSWERS
    from suar.core.indicators.rules import SHOWN as MAY_BE_SHOWN

    assert not {name for name in MAY_BE_SHOWN if not known(f"fact.{name}")}
    assert not {code for codes in ANSWERS.values() for code in codes if not known(f"told.{code}")}


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([], "unknown"),
        ([step("passport_application", 9, "approved")], "none"),
        ([step("passport_application", 9, "approved", token=b"1")], "not_found"),
        ([step("passport_application", 9, "approved", token=b"1"), step("recommendation_letter", 12, "issued", token=b"1")], "found"),
        ([step("passport_application", 9, "approved", token=b"1"), step("recommendation_letter", 12, "issued", token=b"2")], "not_found"),
        ([step("passport_application", 5, "deferred"), step("passport_application", 9, "approved", token=b"1")], "not_found"),
        ([step("passport_application", 9, "approved", token=b"1"), step("recommendation_letter", 12, "cancelled", token=b"1")], "cancelled"),
        ([step("passport_application", 9, "approved", token=b"1"), step("recommendation_letter", 8, "issued", token=b"1"),
          step("recommendation_letter", 12, "cancelled", token=b"1")], "found"),
    ],
)  # fmt: skip
def test_a_letter_s_number_is_one_of_his_or_not(steps: list[Step], told: str) -> None:
    assert letter_number(steps) == told


DEFERRED, STOPPED = step("departure_deferral", 30, "suspected_non_procedural"), step("prevention_record", 30)


@pytest.mark.parametrize(
    ("before", "paper", "completed", "why"),
    [
        (DEFERRED, step("recommendation_letter", 10, "issued"), True, "a letter since"),
        (DEFERRED, step("placement", 10, "contracted"), True, "a placement since"),
        (DEFERRED, step("recommendation_letter", 40, "issued"), False, "a letter that he had before"),
        (DEFERRED, step("recommendation_letter", 10, "cancelled"), False, "a letter that was withdrawn completes nothing"),
        (DEFERRED, step("placement", 10, "cancelled"), False, "nor does a placement that was called off"),
        (STOPPED, step("placement", 10, "contracted"), True, "stopped by BP3MI, and went the official way since"),
        (STOPPED, step("crossing", 10, "exit"), False, "left, and nothing more is known"),
    ],
)  # fmt: skip
def test_papers_are_completed_by_what_holds_and_came_later(
    before: Step, paper: Step, completed: bool, why: str
) -> None:
    assert of_earlier([paper, before], WINDOWS, NOON)["papers_completed_since"] is completed, why


SELF = {
    "full_name": "Rizky Sekar Ayu",
    "nik": "9901015203900001",
    "birth_date": "1990-03-12",
    "mother_name": "Kenanga Senja",
}


@pytest.mark.parametrize(
    ("other", "alike", "why"),
    [
        ({"nik": "9902015203900002"}, True, "the same in all but the number"),
        ({"nik": "9902015203900002", "full_name": "Rizki Sekar Ayu"}, True, "spelt otherwise"),
        ({}, False, "the same number is no other"),
        ({"nik": "9902011107940002", "birth_date": "1994-07-11"}, False, "a sister"),
        ({"nik": "9902015203900002", "mother_name": "Ratmi Tirtonegoro"}, False, "another mother"),
        ({"nik": "9902015203900002", "full_name": "Guntur Rimba"}, False, "another name"),
    ],
)
def test_somebody_very_much_alike_under_another_number(other: dict[str, str], alike: bool, why: str) -> None:
    left, right = Description.of(SELF), Description.of(SELF | other)
    explained = explain(left, right, candidate="found", policy=adopted.matching())
    assert twice(Match(person=UUID(int=1), subjects=(), explanation=explained, description=right)) is alike, (
        why,
        explained.reasons,
    )
