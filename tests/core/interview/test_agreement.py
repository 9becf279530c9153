"""Cohen's kappa against tables worked out by hand, and what two or three ratings come to."""

from __future__ import annotations

import pytest

from suar.core.interview.agreement import agreement, stands, tie

#: Pairs of marks, how often; then observed, by chance and kappa in thousandths, worked out by hand from the table beside each.
BY_HAND = [
    # Fleiss, Levin and Paik's shape: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no. po = 35/50; pe = .5*.6 + .5*.4 = .5; kappa = .2/.5.
    ({("strong", "strong"): 20, ("strong", "none"): 5, ("none", "strong"): 10, ("none", "none"): 15}, 700, 500, 400),
    # Three marks: rows 30/20/10 of 60, columns 28/21/11. po = 45/60; pe = (840+420+110)/3600; kappa = (.75 - .38056)/(1 - .38056).
    (
        {
            ("none", "none"): 24, ("none", "some"): 5, ("none", "strong"): 1, ("some", "none"): 3, ("some", "some"): 14, ("some", "strong"): 3,
            ("strong", "none"): 1, ("strong", "some"): 2, ("strong", "strong"): 7,
        },
        750, 381, 596,
    ),
    # Never the same: po = 0, pe = 1/2, kappa = -1.
    ({("none", "some"): 7, ("some", "none"): 7}, 0, 500, -1000),
    # Always the same, of two kinds: 1.
    ({("none", "none"): 3, ("some", "some"): 4}, 1000, 510, 1000),
]  # fmt: skip


@pytest.mark.parametrize(("table", "observed", "by_chance", "kappa"), BY_HAND)
def test_kappa_is_as_worked_out_by_hand(
    table: dict[tuple[str, str], int], observed: int, by_chance: int, kappa: int
) -> None:
    found = agreement([pair for pair, often in table.items() for _ in range(often)])
    assert (found.pairs, found.observed, found.by_chance, found.kappa) == (
        sum(table.values()),
        observed,
        by_chance,
        kappa,
    )


def test_nothing_is_said_of_no_pair_and_of_one_mark_alone() -> None:
    assert agreement([]).kappa is None
    assert agreement([("none", "none")] * 9).kappa is None


@pytest.mark.parametrize(
    ("marks", "stand"),
    [
        (("some",), "some"), (("none", "none"), "none"), (("none", "some"), ""), (("none", "strong", "strong"), "strong"),
        (("strong", "none", "some"), "some"), (("some", "none", "none"), "none"), ((), ""),
    ],
)  # fmt: skip
def test_two_who_agree_stand_and_the_third_breaks_the_tie(marks: tuple[str, ...], stand: str) -> None:
    assert stands(marks) == stand


def test_a_third_is_asked_exactly_where_two_differ() -> None:
    assert tie("none", "some") and not tie("some", "some")
