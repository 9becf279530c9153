"""The catalogue as a whole: complete, each weight with its reason, and none that decides by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from suar.core.advice.advise import advise
from suar.core.advice.values import ADVICE_IN_ORDER, Advice
from suar.core.indicators.answers import ANSWERS, answered
from suar.core.indicators.facts import FactSheet, as_cel
from suar.core.indicators.raised import Raised, raised
from suar.core.indicators.rules import Rule, Rules
from suar.core.standard.tables import BadTable
from tests.core.indicators.test_rules import broken, sheet
from tests.golden import adopted

RULES = adopted.rules().rules
#: These alone call a second officer: a dead person's number, a child who is to work (DOMAIN E2 I15), and a graded signal on the very number given
#: or on his company (docs/decisions/0032, 0041).
SECOND_OFFICER = {"nik_deceased", "child_for_work", "signal_on_recruiter"}


def test_every_indicator_of_the_catalogue_stands_in_a_rule() -> None:
    assert {f"I{number:02}" for number in range(1, 28)} <= {rule.row.catalogue for rule in RULES}


def test_every_weight_has_its_reason_and_help_and_past_harm_have_none() -> None:
    for rule in RULES:
        assert bool(rule.row.rationale) == bool(rule.row.weight), rule.row.code
    assert {rule.row.code for rule in RULES if not rule.row.weight} == {
        "asks_for_help",
        "protection_marker",
        "came_home_in_need",
    }


def alone(rule: Rule) -> list[Advice]:
    """The advice of each example that raises a rule, with no other rule beside it."""
    live = Rules(name="one", rules=(rule.as_live(),))
    shown = [sheet(one.facts) for one in rule.row.examples if one.gives == "raised"]
    return [advise(raised(facts, live), [], (), (), adopted.advice()).advice for facts in shown]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.row.code)
def test_no_rule_decides_alone(rule: Rule) -> None:
    most = Advice.SECONDARY if rule.row.code in SECOND_OFFICER else Advice.ASSIST
    assert all(ADVICE_IN_ORDER.index(advice) <= ADVICE_IN_ORDER.index(most) for advice in alone(rule))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.row.status == "draft"], ids=lambda rule: rule.row.code)
def test_a_draft_is_asked_nowhere(rule: Rule) -> None:
    (shown, *_) = [one for one in rule.row.examples if one.gives == "raised"]
    assert not raised(sheet(shown.facts), Rules(name="one", rules=(rule,)))


def test_a_draft_says_what_is_missing() -> None:
    """Above each stands a comment that names the feed it waits for."""
    text = "".join(
        (adopted.POLICY / "indicators" / f"{name}.yaml").read_text("utf-8") for name in ("journey", "interview")
    )
    drafts = re.findall(r"  # Missing: [^\n]+\n(?:  # [^\n]+\n)*  - code: (\w+)", text)
    assert set(drafts) == {rule.row.code for rule in RULES if rule.row.status == "draft"}


@pytest.mark.parametrize("asked_for", ["passport_application", "departure", "prelist"])
def test_a_rule_is_raised_at_its_stages_only(asked_for: str) -> None:
    facts = FactSheet(asked_for=asked_for, declared_purpose="tourism", ticket="one_way")
    codes = {one.code for one in raised(facts, adopted.rules())}
    assert ("one_way_visit" in codes) is (asked_for != "passport_application")


# The answers of the interview ---------------------------------------------------------------------------------------------------------


def test_what_was_not_asked_reads_as_nothing_and_raises_nothing() -> None:
    told = as_cel(FactSheet(asked_for="departure"))["answered"]
    assert isinstance(told, dict) and set(told) == set(ANSWERS) and set(told.values()) == {""}
    assert not raised(FactSheet(asked_for="departure", declared_purpose="tourism"), adopted.rules())


def test_a_word_that_is_no_answer_reads_as_not_asked() -> None:
    assert answered({"debt": "agent", "threatened": "perhaps", "shoe_size": "42"}) == answered({"debt": "agent"})


def test_a_refused_answer_is_no_sign_by_itself() -> None:
    silent = {question: "refuses" for question, codes in ANSWERS.items() if "refuses" in codes}
    assert len(silent) == 3 and not raised(FactSheet(asked_for="departure", answered=silent), adopted.rules())


def found_by_interview(**answers: str) -> list[Raised]:
    return list(raised(FactSheet(asked_for="departure", answered=answers), adopted.rules()))


def test_an_answer_is_shown_as_evidence_and_nothing_that_says_nothing() -> None:
    (one,) = found_by_interview(recruiter_met="never")
    assert one.evidence == (("answered.recruiter_met", "never"),), "who arranged it was not asked"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"when": "answered.shoe_size == '42'"}, "answered.shoe_size is no question"),
        ({"when": "answered.debt == 'bnak'"}, "bnak is no answer to debt"),
        ({"when": "answered.debt in ['agent', 'kiosk']"}, "kiosk is no answer to debt"),
        ({"evidence": ["answered"]}, "evidence answered is no fact"),
        ({"evidence": ["answered.shoe_size"]}, "evidence answered.shoe_size is no fact"),
        ({"stages": ["supermarket"]}, "stages"),
        ({"excused_by": [{"code": "same", "name": {"id": "a", "en": "a"}}, {"code": "same", "name": {"id": "b", "en": "b"}}]}, "has two texts"),
    ],
)  # fmt: skip
def test_a_rule_that_could_never_be_raised_or_said_is_not_adopted(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadTable, match=problem):
        Rules.read(broken(**change))


# Protected attributes -----------------------------------------------------------------------------------------------------------------

WORDS = re.compile(
    r"\b(sex|gender|age\b|ages\b|origin|province|religion|ethnic|marital|widow|divorc|disab|income|savings|pregnan)\w*"
)


def test_no_rule_names_a_protected_attribute_and_none_is_raised_by_the_country_alone() -> None:
    for rule in RULES:
        assert not WORDS.search(rule.row.when), rule.row.code
    for country in ("KHM", "MMR", "SAU", "MYS"):
        assert not raised(
            FactSheet(asked_for="departure", declared_purpose="tourism", destination=country), adopted.rules()
        )


def test_a_marriage_is_weighed_by_its_papers_alone() -> None:
    known = {
        "passport_first": True,
        "marriage_days": 5,
        "asked_for": "passport_application",
        "declared_purpose": "marriage",
    }
    assert not raised(sheet(known), adopted.rules()), "a wedding is no sign"
    assert not raised(sheet(known | {"marriage_certificate": "regular"}), adopted.rules())
