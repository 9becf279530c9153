"""Which characters of two values differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.matching.differences import Part, differences
from tests.core.matching.people import unhurried


def shown(parts: tuple[Part, ...]) -> str:
    """What differs in brackets."""
    return "".join(part.text if part.same else f"[{part.text}]" for part in parts)


@pytest.mark.parametrize(
    ("left", "right", "marked"),
    [
        ("9901015205900001", "9901015205902874", ("990101520590[0001]", "990101520590[2874]")),
        ("SITI AMINAH", "Siti Aminah", ("SITI AMINAH", "Siti Aminah")),
        ("Muhamad Fauzi", "Muhammad Fauzi", ("Muhamad Fauzi", "Muha[m]mad Fauzi")),
        ("Yohanes", "Christian", ("[Yohanes]", "[Christian]")),  # the H and the AN that agree mean nothing
        ("1990-05-12", "1990-12-05", ("1990-05[-12]", "1990-[12-]05")),
        ("Praya", "", ("[Praya]", "")),
        ("", "", ("", "")),
    ],
)
def test_what_differs_is_marked(left: str, right: str, marked: tuple[str, str]) -> None:
    one, other = differences(left, right)
    assert (
        shown(one).replace("[", "").replace("]", "") == left and shown(other).replace("[", "").replace("]", "") == right
    )
    assert (shown(one), shown(other)) == marked


@unhurried(300)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_character_is_lost_or_made(left: str, right: str) -> None:
    one, other = differences(left, right)
    assert "".join(part.text for part in one) == left and "".join(part.text for part in other) == right
    assert all(part.same for part in (*one, *other)) or left.lower() != right.lower() or left != right
