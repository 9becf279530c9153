"""Calibration: the order of pairs stays, what is stated comes to be right as often as it says."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.matching.calibration import FARTHEST, calibrated, fitted
from suar.core.matching.explanation import permille
from suar.core.matching.policy import MatchingPolicy
from suar.core.standard.tables import BadTable
from tests.core.matching.people import unhurried
from tests.golden import adopted

PAIRS = st.lists(st.tuples(st.integers(-60_000, 60_000), st.booleans()), max_size=300)
TABLE = ((-10_000, -12_000), (0, -4_000), (10_000, 2_000), (20_000, 12_000))


@pytest.mark.parametrize(
    ("odds", "comes_to"),
    [
        (-99_000, -12_000),
        (-10_000, -12_000),
        (-5_000, -8_000),
        (0, -4_000),
        (5_000, -1_000),
        (20_000, 12_000),
        (99_000, 12_000),
    ],
)
def test_straight_between_knots_and_level_outside(odds: int, comes_to: int) -> None:
    assert calibrated(odds, TABLE) == comes_to


def test_without_a_table_odds_stay() -> None:
    assert calibrated(1_234, ()) == 1_234


@unhurried(200)
@given(PAIRS, st.integers(1, 40))
def test_a_fitted_table_rises_and_never_turns_the_order(judged: list[tuple[int, bool]], fewest: int) -> None:
    table = fitted(judged, fewest=fewest)
    assert all(x0 < x1 and y0 <= y1 for (x0, y0), (x1, y1) in pairwise(table))
    assert all(abs(odds) <= FARTHEST for knot in table for odds in knot)
    odds = sorted(odds for odds, _ in judged)
    made = [calibrated(one, table) for one in odds]
    assert made == sorted(made)


def test_what_overstates_itself_by_two_bits_is_right_as_often_as_it_says() -> None:
    """An oracle that knows the true chance: pairs whose odds are four times what they are stated to be less."""
    rnd = random.Random(271)

    def drawn(number: int) -> list[tuple[int, bool]]:
        odds = [rnd.randrange(-9_000, 9_000) for _ in range(number)]
        return [(one, rnd.random() < 1 / (1 + 2 ** (-(one - 2_000) / 1000))) for one in odds]

    table = fitted(drawn(40_000), fewest=500)
    others = drawn(40_000)
    for tenth in range(1, 9):
        here = [true for odds, true in others if tenth * 100 <= permille(calibrated(odds, table)) < tenth * 100 + 100]
        assert abs(sum(here) / len(here) - (tenth + 0.5) / 10) < 0.06, tenth


def test_a_table_that_falls_is_not_adopted() -> None:
    tables = adopted.tables("matching")
    tables["calibration"]["knots"] = [[0, 5_000], [1_000, 4_000]]
    with pytest.raises(BadTable, match="calibration"):
        MatchingPolicy.read(tables)


def test_a_policy_from_before_anybody_measured_still_replays() -> None:
    tables = adopted.tables("matching")
    before = MatchingPolicy.read(tables)
    del tables["calibration"]
    assert MatchingPolicy.read(tables).calibration == () and MatchingPolicy.read(tables).name != before.name
