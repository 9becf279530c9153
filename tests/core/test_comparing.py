"""Rates with their intervals, and cells too small to be shown."""

from __future__ import annotations

import math
import random

import pytest

from suar.core.comparing import LEAST, Rate, hidden, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0, 278), (10, 10, 722, 1000), (5, 10, 236, 764), (1, 100, 1, 55), (81, 263, 255, 367), (15, 148, 62, 161)],
)
def test_intervals_are_those_of_the_literature(count: int, of: int, low: int, high: int) -> None:
    """81/263, 15/148: Newcombe 1998, table I, method 3 (0.2553-0.3662, 0.0624-0.1605), outwards to whole permille."""
    got = wilson(count, of)
    assert (got.low, got.high) == (low, high) and got == Rate(count, of, round(1000 * count / of), low, high)


def test_an_interval_holds_the_true_share_as_often_as_it_says() -> None:
    draw, held, rounds = random.Random(7), 0, 4_000
    for _ in range(rounds):
        share, of = draw.uniform(0.02, 0.5), draw.randrange(30, 300)
        got = wilson(sum(draw.random() < share for _ in range(of)), of)
        held += got.low <= 1000 * share <= got.high
    assert held / rounds > 0.95 - 3 * math.sqrt(0.95 * 0.05 / rounds)


@pytest.mark.parametrize(
    ("cells", "unseen"),
    [
        ({"a": 100, "b": 40}, set()),
        ({"a": 100, "b": 0}, set()),
        ({"a": 100, "b": 9, "c": 30}, {"b", "c"}),  # b alone could be subtracted out
        ({"a": 100, "b": 9, "c": 3}, {"b", "c"}),
        ({"a": 4}, {"a"}),
        ({"a": 100, "b": 1, "c": 0, "d": 10}, {"b", "d"}),
    ],
)
def test_small_cells_are_hidden_and_none_alone(cells: dict[str, int], unseen: set[str]) -> None:
    assert hidden(cells) == unseen


def test_no_hidden_cell_follows_from_the_rest() -> None:
    """For any table: with the total known, what is hidden is never one cell alone, unless the table has no other."""
    draw = random.Random(11)
    for _ in range(2_000):
        cells = {n: draw.choice((0, 0, 3, 9, 10, 25, 400)) for n in range(draw.randrange(1, 7))}
        unseen = hidden(cells)
        assert all(n in unseen for n, count in cells.items() if 0 < count < LEAST)
        assert len(unseen) != 1 or sum(count > 0 for count in cells.values()) == 1
