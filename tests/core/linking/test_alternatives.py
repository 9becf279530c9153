"""What else a pair could be: somebody else's record, or somebody of the family."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.person import Description
from suar.core.linking.guard import BatchPolicy
from suar.core.linking.kin import sobered
from suar.core.linking.rivals import MOST, rivals, shared_out
from suar.core.matching.explain import explain
from suar.core.standard.tables import read_table
from tests.golden import adopted

POLICY = adopted.matching().for_register(10_000)
KIN = read_table(BatchPolicy, adopted.tables("matching")["batch"], "matching/batch").kin


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 40), st.integers(-9, 9)), unique_by=lambda t: t[:2], max_size=40
    )
)
def test_rivals_are_every_two_of_the_best_partners_of_one(pairs: list[tuple[int, int, int]]) -> None:
    one, other, odds = (np.array([pair[n] for pair in pairs], dtype=np.int64) for n in range(3))
    rows, seconds = rivals(one, other, odds)
    found = {frozenset(two) for two in zip(rows.tolist(), seconds.tolist(), strict=True)}
    expected = set()
    for owner in set(one.tolist()):
        mine = sorted((n for n in range(len(pairs)) if one[n] == owner), key=lambda n: (-odds[n], other[n]))[:MOST]
        expected |= {frozenset(two) for two in combinations(mine, 2)}
    assert found == expected and len(rows) == len(found)


def test_two_exclusive_partners_of_equal_odds_share_the_certainty() -> None:
    odds = shared_out(np.array([20_000, 20_000, 20_000]), np.array([0]), np.array([1]))
    assert abs(odds[0]) <= 1 and abs(odds[1]) <= 1 and odds[2] == 20_000


def test_a_sibling_steps_back_when_the_right_one_is_seen() -> None:
    odds = shared_out(np.array([25_000, 6_000]), np.array([0]), np.array([1]))
    assert odds[0] == pytest.approx(25_000 - 6_022, abs=30) and odds[1] == pytest.approx(-19_000, abs=2)


SARI = Description(
    full_name="Sari Rahmawati Simanjuntak", birth_date="1999-04-17", sex="2", birth_place="Cianjur", mother_name="Euis Komariah",
    address="Jl. Mawar No 3 RT 02 RW 05", region_code="990101",
)  # fmt: skip


def odds_with(other: Description) -> int:
    return sobered(explain(SARI, other, candidate="", policy=POLICY), KIN, POLICY)


def test_a_twin_is_likelier_a_twin_than_sari() -> None:
    twin = Description.of({**{name: getattr(SARI, name) for name in SARI.known}, "full_name": "Tini Simanjuntak"})
    plain = explain(SARI, twin, candidate="", policy=POLICY)
    assert plain.weight + plain.prior > 7000 and odds_with(twin) < 0


def test_sari_with_a_word_misspelt_beyond_recognition_stays_herself() -> None:
    again = Description.of(
        {**{name: getattr(SARI, name) for name in SARI.known}, "full_name": "Sri Rahmawati Simanjuntak", "nik": ""}
    )
    assert odds_with(again) > 0


def test_where_nothing_is_shared_in_a_family_nothing_is_taken() -> None:
    bare = Description(full_name=SARI.full_name, birth_date=SARI.birth_date)
    plain = explain(SARI, bare, candidate="", policy=POLICY)
    assert 0 <= plain.weight + plain.prior - odds_with(bare) < 1000
