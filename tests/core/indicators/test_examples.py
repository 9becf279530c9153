"""The examples of a rule run before it may be proposed: each kind of slip is found, and the adopted tables have none."""

from __future__ import annotations

from typing import Any

import pytest

from suar.core.indicators.examples import failing
from suar.core.indicators.rules import Rules
from tests.core.indicators.test_rules import broken
from tests.golden import adopted

QUIET = {"facts": {"asked_for": "departure"}, "gives": "quiet", "why": "nothing declared"}


def test_the_adopted_rules_are_well() -> None:
    assert failing(adopted.rules()) == []


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        ([QUIET | {"gives": "raised"}], "example 1: says raised, comes out as quiet"),
        ([QUIET | {"facts": {"asked_for": "departure", "sex": "2"}}], "example 1: sex is no fact"),
        ([QUIET | {"facts": {"asked_for": "departure", "under_18": "perhaps"}}], "example 1: under_18"),
        ([QUIET | {"facts": {}}], "example 1: asked_for"),
        ([QUIET], "no example shows it raised"),
        ([QUIET], "no example shows it unknown"),
    ],
)
def test_a_slip_is_found(examples: list[dict[str, Any]], problem: str) -> None:
    assert any(problem in one for one in failing(Rules.read(broken(examples=examples))))
