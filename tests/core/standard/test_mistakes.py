"""What is wrong with a policy table is read back from the words of its readers, and each has its sentence in both languages."""

from __future__ import annotations

import pytest

from suar.core.standard.mistakes import SAID, read_mistake
from suar.site.sentences import catalogue

CASES = [
    ("411000 characters; at most 400000", "too_long", "", {"found": "411000", "most": "400000"}),
    ("a table is a list of names with their values", "no_table", "", {}),
    ("while parsing a block mapping\n  in \"x\", line 7, column 3\nexpected", "yaml", "", {"line": "7", "column": "3"}),
    ("one_way: 'a &&' does not compile: Syntax error", "compiles", "one_way", {"cell": "a &&", "why": "Syntax error"}),
    ("one_way: evidence skin is no fact", "no_evidence", "one_way", {"name": "skin"}),
    ("one_way: example 2: skin_colour is no fact", "no_fact", "one_way: example 2", {"name": "skin_colour"}),
    ("one_way: answered.mood is no question", "no_question", "one_way", {"name": "mood"}),
    ("one_way: red is no answer to debt", "no_answer", "one_way", {"name": "red", "question": "debt"}),
    ("excuse returning_worker has two texts", "two_texts", "", {"name": "returning_worker"}),
    ("one_way stands twice", "twice", "", {"name": "one_way"}),
    ("clear with allow stands 0 times", "pair", "", {"advice": "clear", "decision": "allow", "found": "0"}),
    ("no advice expects a refusal", "refusal", "", {}),
    ("unknown_gives: a missing feed is no reason against anybody", "missing_feed", "unknown_gives", {}),
    ("help: the way to protection has no score and suggests help", "protects", "help", {}),
    ("one_way: needs a source, and has no words for not knowing", "unknown_words", "one_way", {}),
    ("one_way: example 1: says quiet, comes out as raised (stale)", "example", "one_way: example 1", {"said": "quiet", "given": "raised"}),
    ("one_way: no example shows it unknown", "no_example", "one_way", {"given": "unknown"}),
    ("one_way: weight: Field required", "needed", "one_way: weight", {}),
    ("one_way: wieght: Extra inputs are not permitted", "strange", "one_way: wieght", {}),
    ("one_way: suggests: Input should be 'advise', 'assist' or 'secondary'", "one_of", "one_way: suggests", {"choices": "'advise', 'assist' or 'secondary'"}),
    ("one_way: weight: Input should be a valid integer, unable to parse string as an integer", "number", "one_way: weight", {}),
    ("one_way: name.id: Input should be a valid string", "text", "one_way: name.id", {}),
    ("one_way: law: Input should be a valid tuple", "list", "one_way: law", {}),
    ("one_way: name: Input should be a valid dictionary or instance of Said", "table", "one_way: name", {}),
    ("one_way: weight: Input should be greater than or equal to 0", "least", "one_way: weight", {"equal": "or equal to", "least": "0"}),
    ("one_way: weight: Input should be less than or equal to 9000", "most", "one_way: weight", {"equal": "or equal to", "most": "9000"}),
    ("one_way: code: String should match pattern '^[a-z_]+$'", "form", "one_way: code", {"form": "^[a-z_]+$"}),
    ("one_way: code: Value error, YAML read this as true or false: put it in quotes", "quotes", "one_way: code", {}),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "code", "place", "params"), CASES)
def test_a_mistake_is_read_back(problem: str, code: str, place: str, params: dict[str, str]) -> None:
    read = read_mistake(problem)
    assert (read.code, read.place, read.params) == (f"policy_mistake.{code}", place, params)


def test_every_kind_has_a_case_and_its_sentence_in_both_languages() -> None:
    assert {code for _, code, *_ in CASES} == set(SAID)
    for code in [*SAID, "other"]:
        assert set(catalogue()[f"policy_mistake.{code}"]) == {"id", "en"}


def test_what_nobody_foresaw_keeps_its_words() -> None:
    read = read_mistake("one_way: something new happened")
    assert (read.code, read.params) == ("policy_mistake.other", {"text": "one_way: something new happened"})
