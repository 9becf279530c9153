"""A million records are decided as eight are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.person import Description
from suar.core.linking.clusters import clusters, components, sizes
from suar.core.linking.constraints import Held, agree
from suar.core.linking.decide import Judgement, Link, Ruling, decide
from suar.core.linking.propose import Verdict
from tests.core.matching.people import unhurried

NIKS = ("", "9901011205900001", "9901011305900001", "9901015205900002", "9901011205900003", "1234")
BORN = ("", "1990-05-12", "1990-12-05", "1991-05-12", "1975-01-01", "1990-05", "2090-05-12")
SEXES = ("", "1", "2", "0")
WORLD = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.permutations([f"r{n}" for n in range(count)]),
        st.lists(st.tuples(*map(st.sampled_from, (NIKS, BORN, SEXES))), min_size=count, max_size=count),
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), st.integers(-4, 4)), max_size=24),
    )
)
Told = tuple[list[str], list[tuple[str, str, str]], list[tuple[int, int, int]]]


@unhurried(600)
@given(WORLD)
def test_clusters_are_what_decide_says(world: Told) -> None:
    ids, told, pairs = world
    people = [Description(nik=nik, birth_date=born, sex=sex) for nik, born, sex in told]
    links = [(a, b, weight) for a, b, weight in pairs if a != b]
    made = [Link(a=ids[a], b=ids[b], weight=weight, verdict=Verdict.JOIN) for a, b, weight in links]
    expected = decide(dict(zip(ids, people, strict=True)), made, [])
    a, b, weights = (np.array([link[n] for link in links], dtype=np.int64) for n in range(3))
    found = clusters(ids, told, a, b, weights.astype(np.int32))
    assert dict(zip(ids, found, strict=True)) == expected


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_components_are_those_of_a_search(pairs: list[tuple[int, int]]) -> None:
    near: dict[int, set[int]] = {n: {n} for n in range(31)}
    for one, other in pairs:
        merged = near[one] | near[other]
        for member in merged:
            near[member] = merged
    a, b = (np.array([pair[n] for pair in pairs], dtype=np.int64) for n in range(2))
    assert components(31, a, b).tolist() == [min(near[n]) for n in range(31)]


def test_sizes_are_counted_largest_first() -> None:
    assert sizes(["a", "b", "a", "c", "a", "b"]).tolist() == [3, 2, 1]


MAN, WOMAN = "9901011205900001", "9901015205900002"
CASES = [
    ("nothing stated", ("", "", ""), ("", "", ""), True),
    ("one NIK", (MAN, "", ""), (MAN, "", ""), True),
    ("two NIKs", (MAN, "", ""), (WOMAN, "", "0"), False),
    ("one NIK with a digit mistyped", (MAN, "", ""), ("9901011305900001", "", ""), True),
    ("the NIKs of twins", (MAN, "", ""), ("9901011205900002", "", ""), False),
    ("a number that is no NIK", ("1234", "", ""), (MAN, "", ""), True),
    ("two sexes", ("", "", "1"), ("", "", "2"), False),
    ("a sex, and a NIK that says the other", ("", "", "2"), (MAN, "", ""), False),
    ("two dates far apart", ("", "1990-05-12", ""), ("", "1975-01-01", ""), False),
    ("two days of one month", ("", "1990-05-12", ""), ("", "1990-05-27", ""), False),
    ("a date made older", ("", "1990-05-12", ""), ("", "1988-05-12", ""), False),
    ("day and month exchanged", ("", "1990-05-12", ""), ("", "1990-12-05", ""), True),
    ("one digit slipped", ("", "1990-05-12", ""), ("", "1990-05-13", ""), True),
    ("a date that the other's NIK holds", (MAN, "1991-07-01", ""), ("", "1990-05-12", ""), True),
    ("a date in part", ("", "1990-05", ""), ("", "1975-01-01", ""), True),
]


@pytest.mark.parametrize(("why", "one", "other", "may"), CASES, ids=[case[0] for case in CASES])
def test_what_one_person_cannot_be(why: str, one: tuple[str, str, str], other: tuple[str, str, str], may: bool) -> None:
    assert agree(Held.by(*one), Held.by(*other)) is may
    assert agree(Held.by(*other), Held.by(*one)) is may


@pytest.mark.parametrize("field", ["birth_date", "sex"])
def test_nobody_is_joined_through_a_third_who_says_less(field: str) -> None:
    values = {"birth_date": ("1990-05-12", "1975-01-01"), "sex": ("1", "2")}[field]
    people = {
        "a": Description(**{field: values[0]}), "b": Description(), "c": Description(**{field: values[1]}),
    }  # fmt: skip
    links = [Link(a=a, b=b, weight=w, verdict=Verdict.JOIN) for a, b, w in (("a", "b", 9000), ("b", "c", 8000))]
    assert decide(people, links, []) == {"a": "a", "b": "a", "c": "c"}
    judged = [Judgement(a="a", b="c", ruling=Ruling.JOINED, order="1")]
    assert set(decide(people, links, judged).values()) == {"a"}
