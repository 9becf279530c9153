"""What is wrong with the text of a policy table, as a code and parameters, so that whoever mends it reads it in his own language.

Those who read tables (pydantic, YAML, CEL and the rules' own readers) say it in English; here it is read back. What is not recognised keeps its
words: `policy_mistake.other`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from suar.core.errors import Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """`place` says where: a rule with what stands in it, or "" for the whole table."""

    code: str
    place: str = ""
    params: Params = field(default_factory=dict)


#: Code → how it is said; the groups are the parameters. The first that fits is taken.
SAID: dict[str, re.Pattern[str]] = {
    code: re.compile(pattern, re.DOTALL)
    for code, pattern in (
        ("too_long", r"(?P<found>\d+) characters; at most (?P<most>\d+)"),
        ("no_table", r"a table is a list of names with their values"),
        ("yaml", r"(?!\w+: ').*line (?P<line>\d+), column (?P<column>\d+).*"),
        ("compiles", r"'(?P<cell>.*)' does not compile: (?P<why>.*)"),
        ("no_evidence", r"evidence (?P<name>\S+) is no fact"),
        ("no_fact", r"(?P<name>[\w., ]+) is no fact"),
        ("no_question", r"answered\.(?P<name>\S+) is no question"),
        ("no_answer", r"(?P<name>\S+) is no answer to (?P<question>\S+)"),
        ("two_texts", r"excuse (?P<name>\S+) has two texts"),
        ("twice", r"(?P<name>\S+) stands twice"),
        ("pair", r"(?P<advice>\S+) with (?P<decision>\S+) stands (?P<found>\d+) times"),
        ("refusal", r"no advice expects a refusal"),
        ("missing_feed", r"a missing feed is no reason against anybody"),
        ("protects", r"the way to protection has no score and suggests help"),
        ("unknown_words", r"needs a source, and has no words for not knowing"),
        ("example", r"says (?P<said>\w+), comes out as (?P<given>\w+).*"),
        ("no_example", r"no example shows it (?P<given>\w+)"),
        ("needed", r"Field required"),
        ("strange", r"Extra inputs are not permitted"),
        ("one_of", r"Input should be (?P<choices>'.*')"),
        ("number", r"Input should be a valid (?:integer|number|decimal).*"),
        ("text", r"Input should be a valid string.*"),
        ("list", r"Input should be a valid (?:list|tuple).*"),
        ("table", r"Input should be a valid dictionary.*"),
        ("least", r"Input should be greater than(?P<equal> or equal to)? (?P<least>\S+)"),
        ("most", r"Input should be less than(?P<equal> or equal to)? (?P<most>\S+)"),
        ("form", r"String should match pattern '(?P<form>.*)'"),
        ("quotes", r"(?:Value error, )?YAML read this as true or false.*"),
    )
}
PLACE = re.compile(r"(?P<place>[\w.-]+(?:: (?:[\w.-]+|example \d+))*): (?P<rest>.+)", re.DOTALL)


def read_mistake(problem: str) -> Mistake:
    """One problem as its reader said it. Raises nothing."""
    if found := recognised(problem):
        return Mistake(code=f"policy_mistake.{found[0]}", params=found[1])
    placed = PLACE.fullmatch(problem)
    while placed:
        if found := recognised(placed["rest"]):
            return Mistake(code=f"policy_mistake.{found[0]}", place=placed["place"], params=found[1])
        placed = PLACE.fullmatch(placed["rest"])
    return Mistake(code="policy_mistake.other", params={"text": problem})


def recognised(text: str) -> tuple[str, Params] | None:
    for code, pattern in SAID.items():
        if match := pattern.fullmatch(text):
            return code, {name: value.strip() for name, value in match.groupdict().items() if value}
    return None
