"""Who lives with whom, as far as family cards say."""

from __future__ import annotations

import pytest

from suar.core.indicators.households import households


@pytest.mark.parametrize(
    ("stated", "own", "others", "why"),
    [
        ({}, {"k"}, 0, "nobody else"),
        ({"a": {"k"}}, {"k"}, 0, "of the traveller's own household"),
        ({"a": {"k1"}, "b": {"k2"}}, {"k"}, 2, "two families"),
        ({"a": {"k1"}, "b": {"k1"}, "c": {"k2"}}, {"k"}, 2, "one family of two, and another"),
        ({"a": {"k1"}, "b": {"k1", "k2"}, "c": {"k2"}}, set(), 1, "a family that moved has two cards"),
        ({"a": {"k1"}, "b": {"k1", "k"}, "c": {"k1"}}, {"k"}, 0, "his own family by the chain of cards"),
        ({"a": set(), "b": set()}, {"k"}, 2, "no card is stated: each for himself"),
        ({"a": set(), "b": set()}, set(), 2, "nor by the traveller"),
    ],
)
def test_households_are_counted(stated: dict[str, set[str]], own: set[str], others: int, why: str) -> None:
    for order in (list(stated), list(reversed(stated))):
        found = households({who: stated[who] for who in order}, own)
        assert len(set(found.values()) - {None}) == others, why
