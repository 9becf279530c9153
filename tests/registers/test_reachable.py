"""No sequence of joins and splits of persons makes an active restriction unreachable from a number it was reachable from (SECURITY T08)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.proving import Claim
from tests.registers import walk
from tests.registers.walk import Walk

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

#: Most of a walk is reviewers and records; a first breath of records and restrictions gives them something to work on.
NUMBERS = st.integers(0, 239)
BEGINNING = st.lists(st.tuples(st.sampled_from(("state", "state", "restrict")), NUMBERS, NUMBERS), min_size=5, max_size=7)
KINDS = ("state", "state", "rule", "rule", "rule", "second", "restrict", "withdraw", "clear", "rebuild")
REST = st.lists(st.tuples(st.sampled_from(KINDS), NUMBERS, NUMBERS), min_size=6, max_size=12)


def walked(steps: list[tuple[str, int, int]]) -> Walk:
    """A walk from an empty register, taken back afterwards."""
    back, made = transaction.savepoint(), Walk()
    try:
        for step in steps:
            made.step(*step)
    finally:
        transaction.savepoint_rollback(back)
    return made


def walks(number: int, first: int, look: Callable[[Walk], None]) -> None:
    """So many walks, those of this seed; a failing one is made shorter before it is told."""

    @seed(first)
    @settings(
        max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(BEGINNING, REST)
    def one(beginning: list[tuple[str, int, int]], rest: list[tuple[str, int, int]]) -> None:
        look(walked([*beginning, *rest]))

    one()


def nothing_lost(made: Walk) -> None:
    assert not made.lost, "\n".join([*made.told, *map(str, made.lost)])


@pytest.fixture(autouse=True)
def register(db: None) -> None:
    walk.adopt()


@pytest.mark.prove
def test_no_joins_and_splits_take_a_restriction_out_of_reach(claim: Claim) -> None:
    for turn in claim.rounds(small=1, large=100):
        walks(20 if claim.proving else 12, turn.seed, nothing_lost)
