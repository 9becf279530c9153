"""Sets of a file that are likelier one person than not: by the evidence between all of them, never by a chain."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from suar.core.linking.likely import LikelyRow, likely

ROW = LikelyRow(joined_from=-1000, remembered_from=-5000, unknown=-6000)
Pair = tuple[int, int]


def persons(count: int, odds: dict[Pair, int]) -> list[int]:
    one, other = (np.array([pair[n] for pair in odds], np.int64) for n in range(2))
    return [int(n) for n in likely(count, one, other, np.array(list(odds.values()), np.int64), ROW)]


def one_by_one(count: int, odds: dict[Pair, int]) -> list[int]:
    """The oracle: every pair of sets weighed anew at every step."""
    sets = [{n} for n in range(count)]
    for (a, b), weight in sorted(odds.items(), key=lambda pair: (-pair[1], pair[0])):
        left, right = (next(found for found in sets if n in found) for n in (a, b))
        between = [odds.get((min(pair), max(pair)), ROW.unknown) for pair in product(left, right)]
        if weight >= ROW.joined_from and left is not right and sum(between) >= ROW.joined_from * len(between):
            sets.remove(right)
            left |= right
    return [min(next(found for found in sets if n in found)) for n in range(count)]


@given(st.dictionaries(st.sampled_from(list(combinations(range(8), 2))), st.integers(-5000, 4000)))
def test_a_million_records_are_put_together_as_eight_are(odds: dict[Pair, int]) -> None:
    assert persons(8, odds) == one_by_one(8, odds)


def test_a_chain_of_likely_pairs_is_no_person() -> None:
    chain = {(n, n + 1): 3000 - n for n in range(9)}
    assert max(persons(10, chain).count(n) for n in range(10)) == 2


def test_one_doubtful_pair_among_sure_ones_keeps_nobody_out() -> None:
    assert persons(3, {(0, 1): 9000, (1, 2): 9000, (0, 2): -4000}) == [0, 0, 0]
    assert persons(3, {(0, 1): 9000, (1, 2): 500, (0, 2): -4000}) == [0, 0, 2]


def test_without_a_pair_everybody_is_alone() -> None:
    assert persons(3, {}) == [0, 1, 2] and persons(2, {(0, 1): -1001}) == [0, 1]
