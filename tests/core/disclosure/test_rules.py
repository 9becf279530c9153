"""A policy of agreements is read whole and checked, or it is not adopted."""

from __future__ import annotations

import re

import pytest

from suar.core.disclosure.rules import TABLES, Rules
from suar.core.standard.tables import BadTable
from tests.agreed import written

HEAD = "permit (principal is Agency, action, resource is Agreement)"


def adopted() -> dict[str, str]:
    return {name: written(name) for name in TABLES}


def test_the_policy_is_between_five_and_thirty_rules_and_each_is_known_by_its_own_name() -> None:
    rules = Rules.read(adopted())
    texts = "".join(adopted()[name] for name in sorted(TABLES))
    assert 5 <= len(rules.ids) <= 30
    assert list(rules.ids.values()) == re.findall(r'^@id\("([a-z_.]+)"\)', texts, flags=re.M)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{HEAD};", "no @id"),
        (f'@id("x") {HEAD};\n@id("x") {HEAD};', "x: twice"),
        (f'@id("x") {HEAD} when {{ resource.recipient == principal }};', "recipient"),
        (f'@id("x") {HEAD} when {{ resource.from == "today" }};', "x: "),
        ('@id("x") permit (principal is Agency, action == Action::"delete", resource);', "x: "),
        ('@id("x") permit (principal == ?principal, action, resource);', "slot"),
        ("whoever asks may have it", "token"),
        (f'@id("x") {HEAD} when {{ context.purpose == "protection" }};', "purpose"),  # `tell` knows none
        (f'@id("x") {HEAD} when {{ resource.getTag("passport").contains("nik") }};', "tag"),  # a clause that need not be there
    ],
    ids=["nameless", "twice", "unknown_word", "wrong_type", "unknown_action", "slot", "no_policy", "other_question", "unguarded"],
)  # fmt: skip
def test_a_policy_that_could_fail_when_it_is_asked_is_not_adopted(text: str, problem: str) -> None:
    """Cedar passes over a policy that fails; one that forbids would then permit."""
    with pytest.raises(BadTable) as refused:
        Rules.read({"sharing/agreements": text})
    assert problem in str(refused.value)
