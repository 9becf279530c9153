"""The questionnaires as adopted, and what a mistake in one comes to."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from suar.core.interview.answers import Codes, read_answer
from suar.core.interview.contradictions import CHECKS
from suar.core.interview.questionnaire import QUESTIONNAIRES, Questionnaire
from suar.core.interview.running import chosen, running
from suar.core.interview.words import read_words
from suar.core.standard.tables import BadTable
from tests.golden.adopted import tables

FACTS = {"asked_for": "departure", "declared_purpose": "", "destination": "", "under_18": False, "placement": "none"}
#: The codes agreed with the facts that indicators weigh; others may be added, none of these may change.
AGREED = {
    "who_arranged": "self family p3mi agent employer friend online",
    "who_paid": "self family employer p3mi agent stranger",
    "holds_passport": "self family companion agent employer",
    "debt": "none bank family employer agent",
    "employer_known": "yes partly no",
    "destination_known": "yes partly no",
    "recruiter_met": "in_person online_only never",
    "job_promised": "household fishing factory care office_chat other none",
    "travels_with": "alone family friends group just_met",
    "told_what_to_say": "no yes refuses",
    "may_call_home": "yes no refuses",
    "threatened": "no yes refuses",
    "contract_seen": "yes not_read none",
    "asks_for_help": "no yes",
    "observed_fear": "none some strong",
    "observed_answers_for": "no yes",
    "observed_injury": "no yes",
}


def adopted(kind: str = "counter") -> Questionnaire:
    return Questionnaire.read(tables("interview"), kind)


@pytest.mark.parametrize("kind", QUESTIONNAIRES)
def test_both_questionnaires_ask_what_indicators_weigh_under_the_agreed_codes(kind: str) -> None:
    questionnaire = adopted(kind)
    for code, answers in AGREED.items():
        if code == "travels_with" and kind == "passport":
            continue  # nobody travels yet
        assert [row.code for row in questionnaire[code].row.answers] == answers.split(), code


@pytest.mark.parametrize("kind", QUESTIONNAIRES)
def test_every_check_that_a_question_names_is_one_and_asks_that_question(kind: str) -> None:
    for asked in adopted(kind).questions:
        for check in asked.row.checked_against:
            assert CHECKS[check].question == asked.code


def test_the_same_question_has_the_same_words_and_weights_at_every_desk() -> None:
    counter, passport = adopted("counter"), adopted("passport")
    for asked in passport.questions:
        if asked.code in counter:
            assert counter[asked.code].row is not None and counter[asked.code].row == asked.row


BRANCHES = [
    ({"who_arranged": "self"}, set(), {"recruiter_met", "sponsor_phone", "money_to_family"}),
    (
        {"who_arranged": "online"},
        {"recruiter_met", "sponsor_phone", "pay_promised", "onward_travel", "money_to_family"},
        {"p3mi_named"},
    ),
    ({"who_arranged": "p3mi"}, {"p3mi_named", "sponsor_phone"}, {"recruiter_met"}),
    (
        {"job_promised": "office_chat"},
        {"pay_promised", "skills_asked", "ad_seen", "onward_travel", "employer_named"},
        set(),
    ),
    ({"job_promised": "factory"}, {"employer_named", "employer_known", "contract_seen"}, {"pay_promised"}),
    ({"job_promised": "none"}, set(), {"employer_named", "contract_seen"}),
    ({"purpose_said": "marriage"}, {"marriage_paper"}, {"school_paper", "has_letter"}),
    ({"purpose_said": "internship"}, {"school_paper", "has_letter"}, {"marriage_paper"}),
]


@pytest.mark.parametrize(("answers", "opened", "shut"), BRANCHES)
def test_an_answer_opens_its_branch(answers: dict[str, str], opened: set[str], shut: set[str]) -> None:
    now = running(adopted(), answers, FACTS)
    assert opened <= set(now.open) and not shut & set(now.open)


def test_a_child_s_guardian_is_asked_about_and_an_adult_s_is_not() -> None:
    assert "guardian_here" in running(adopted(), {}, FACTS | {"under_18": True}).open
    assert "guardian_here" not in running(adopted(), {}, FACTS).open


def test_the_sum_is_of_the_answers_given_and_a_shut_branch_counts_nothing() -> None:
    answers = {"who_arranged": "agent", "recruiter_met": "never", "holds_passport": "agent"}
    now = running(adopted(), answers, FACTS)
    assert [(line.question, line.weight) for line in now.lines] == [
        ("who_arranged", 900),
        ("recruiter_met", 2000),
        ("holds_passport", 2500),
    ]
    assert now.total == 5400
    assert running(adopted(), answers | {"who_arranged": "self"}, FACTS).total == 2500


def test_whoever_asks_for_help_has_no_score_and_no_further_question() -> None:
    now = running(adopted(), {"asks_for_help": "yes", "threatened": "yes"}, FACTS)
    assert now.protects and now.total is None and now.following == ""


def test_only_codes_are_handed_to_the_indicators() -> None:
    assert chosen(adopted(), {"who_paid": "agent", "employer_named": "Chen", "destination_named": "MYS"}) == {
        "who_paid": "agent"
    }


MISTAKES = [
    ("a branch on what is answered later", lambda t: when(t, "answered.threatened == 'yes'"), "threatened is not answered before"),
    ("a branch on a fact that is none", lambda t: when(t, "religion == 'x'"), "religion is no fact"),
    ("a cell that does not compile", lambda t: when(t, "answered.may_call_home =="), "does not compile"),
    ("a score on the way to protection", lambda t: t["questions"]["questions"][0]["answers"][1].update(weight=9), "leads to protection and has no weight"),
    ("a question that is none of the bank's", lambda t: first(t).append({"question": "horoscope"}), "horoscope is no question of the bank"),
    ("a choice without answers", lambda t: t["questions"]["questions"][0].update(answers=[]), "a choice has answers to choose from"),
]  # fmt: skip


def first(table: dict[str, Any]) -> list[dict[str, str]]:
    questions: list[dict[str, str]] = table["counter"]["sections"][0]["questions"]
    return questions


def when(table: dict[str, Any], cell: str) -> None:
    table["counter"]["sections"][1]["questions"][0] = {"question": "destination_named", "when": cell}


@pytest.mark.parametrize(("why", "break_it", "said"), MISTAKES, ids=[why for why, *_ in MISTAKES])
def test_a_mistake_is_found_before_it_is_adopted(why: str, break_it: Any, said: str) -> None:
    table = copy.deepcopy(tables("interview"))
    break_it(table)
    with pytest.raises(BadTable) as found:
        Questionnaire.read(table, "counter")
    assert any(said in problem for problem in found.value.problems), found.value.problems


def test_a_changed_word_is_another_version_everywhere() -> None:
    table = copy.deepcopy(tables("interview"))
    table["questions"]["questions"][0]["ask"]["id"] += "?"
    for kind in QUESTIONNAIRES:
        assert Questionnaire.read(table, kind).sha256 != adopted(kind).sha256


CODES = Codes(
    country_of=lambda text: {"MALAYSIA": "MYS", "MYS": "MYS"}.get(text.upper()),
    purpose_of=lambda text: text if text in {"work", "umrah"} else None,
)
READ = [
    ("debt", "agent", "agent"), ("debt", "", ""), ("destination_named", "Malaysia", "MYS"), ("purpose_said", "umrah", "umrah"),
    ("sponsor_phone", "0812-9000-0099", "+6281290000099"), ("departs_on", "21-11-2026", "2026-11-21"), ("employer_named", " Chen  Wei ", "Chen Wei"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "kept"), READ)
def test_an_answer_is_read_to_its_one_form(question: str, text: str, kept: str) -> None:
    assert read_answer(adopted()[question], text, CODES).get() == kept


@pytest.mark.parametrize(
    ("question", "text"),
    [("debt", "mafia"), ("purpose_said", "flying"), ("destination_named", "Narnia"), ("departs_on", "soon")],
)
def test_an_answer_that_is_none_is_a_fault(question: str, text: str) -> None:
    assert not read_answer(adopted()[question], text, CODES).ok


# Regional languages ------------------------------------------------------------------------------------------------------------------


def catalogues() -> dict[str, Any]:
    return tables("interview/words")


def test_no_catalogue_holds_a_word_that_nobody_signed() -> None:
    found = read_words(catalogues())
    assert {"jv", "su", "mad", "sas", "bug"} <= set(found)
    assert all(one.state == "needs_native_speaker" or one.words for one in found.values())


@pytest.mark.parametrize(
    "row",
    [
        {"ask": "…", "signed_by": "", "signed_on": "2026-12-01"},
        {"ask": "…", "signed_by": "Sri", "signed_on": ""},
        {"ask": "…"},
    ],
)
def test_a_word_that_nobody_signed_is_refused(row: dict[str, str]) -> None:
    table = copy.deepcopy(catalogues())
    table["jv"] |= {"state": "in_part", "words": {"debt": row}}
    with pytest.raises(BadTable):
        read_words(table)


def test_a_signed_word_is_asked_and_what_is_missing_is_not_made_up() -> None:
    table = copy.deepcopy(catalogues())
    table["jv"] |= {
        "state": "in_part",
        "words": {"debt": {"ask": "(kata penutur)", "signed_by": "Sri Lestari", "signed_on": "2026-12-01"}},
    }
    words = read_words(table)["jv"]
    assert words.ask("debt") == "(kata penutur)" and words.ask("threatened") == ""


def test_every_word_of_a_catalogue_is_of_a_question_that_is_asked() -> None:
    known = {row.code for kind in QUESTIONNAIRES for row in adopted(kind).questions}
    assert all(set(one.words) <= known for one in read_words(catalogues()).values())
