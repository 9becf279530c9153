"""Which subjects are one person: the same whatever arrives first, held by constraint, restored by a split."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.person import Description
from suar.core.linking.decide import Judgement, Link, Ruling, decide, is_valid_nik
from suar.core.linking.propose import Verdict
from tests.core.matching.people import unhurried

NIKS = ("", "9901011205900001", "9901014205900002", "9901011205900003", "1234")
IDS = [f"s{n}" for n in range(8)]
People = dict[str, Description]


@st.composite
def worlds(draw: st.DrawFn, prefix: str = "") -> tuple[People, list[Link], list[Judgement]]:
    ids = [prefix + one for one in IDS[: draw(st.integers(1, len(IDS)))]]
    pair = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda two: two[0] != two[1])
    subjects = {one: Description(nik=draw(st.sampled_from(NIKS))) for one in ids}
    if len(ids) < 2:
        return subjects, [], []
    links = [
        Link(a=a, b=b, weight=weight, verdict=verdict)
        for (a, b), weight, verdict in draw(
            st.lists(st.tuples(pair, st.integers(-5, 5), st.sampled_from(list(Verdict))), max_size=16)
        )
    ]
    judgements = [
        Judgement(a=a, b=b, ruling=ruling, order=f"{order:03}")
        for (a, b), ruling, order in draw(
            st.lists(st.tuples(pair, st.sampled_from(list(Ruling)), st.integers(0, 9)), max_size=8)
        )
    ]
    return subjects, links, judgements


@unhurried(300)
@given(worlds(), st.integers())
def test_arrival_order_never_matters(world: tuple[People, list[Link], list[Judgement]], seed: int) -> None:
    subjects, links, judgements = world
    shuffle = random.Random(seed)
    turned = [Link(a=link.b, b=link.a, weight=link.weight, verdict=link.verdict) for link in links]
    others = list(subjects.items())
    for stack in (others, turned, judgements_copy := list(judgements)):
        shuffle.shuffle(stack)
    assert decide(subjects, links, judgements) == decide(dict(others), turned, judgements_copy)


@unhurried(200)
@given(worlds("a"), worlds("b"))
def test_components_are_decided_each_for_itself(
    one: tuple[People, list[Link], list[Judgement]], other: tuple[People, list[Link], list[Judgement]]
) -> None:
    together = decide(one[0] | other[0], one[1] + other[1], one[2] + other[2])
    assert together == decide(*one) | decide(*other)


@unhurried(300)
@given(worlds())
def test_the_sets_hold_what_they_promise(world: tuple[People, list[Link], list[Judgement]]) -> None:
    subjects, links, judgements = world
    persons = decide(subjects, links, judgements)
    sets: dict[str, list[str]] = {}
    for subject, person in persons.items():
        sets.setdefault(person, []).append(subject)
    latest = {frozenset((j.a, j.b)): j for j in sorted(judgements, key=lambda j: (j.order, j.ruling.value))}
    for person, members in sets.items():
        assert person == min(members)
        for pair, judgement in latest.items():
            assert judgement.ruling is not Ruling.NOT_SAME or not pair <= set(members)
        niks = {subjects[one].nik for one in members if is_valid_nik(subjects[one].nik)}
        judged = any(j.ruling is Ruling.JOINED and pair <= set(members) for pair, j in latest.items())
        assert len(niks) <= 1 or judged


@unhurried(200)
@given(worlds(), st.data())
def test_join_then_split_restores_exactly(
    world: tuple[People, list[Link], list[Judgement]], data: st.DataObject
) -> None:
    subjects, links, judgements = world
    before = decide(subjects, links, judgements)
    a, b = data.draw(st.tuples(st.sampled_from(sorted(subjects)), st.sampled_from(sorted(subjects))))
    if before[a] == before[b] or any({j.a, j.b} == {a, b} for j in judgements):
        return
    joined = [*judgements, Judgement(a=a, b=b, ruling=Ruling.JOINED, order="998")]
    for undo in (Ruling.NOT_SAME, Ruling.WITHDRAWN):
        split = [*joined, Judgement(a=b, b=a, ruling=undo, order="999")]
        assert decide(subjects, links, split) == before


def joined(a: str, b: str, weight: int = 10_000) -> Link:
    return Link(a=a, b=b, weight=weight, verdict=Verdict.JOIN)


def test_two_valid_niks_stay_two_persons_whatever_links_them() -> None:
    subjects = {"s1": Description(nik=NIKS[1]), "s2": Description(), "s3": Description(nik=NIKS[2])}
    persons = decide(subjects, [joined("s1", "s2", 9000), joined("s2", "s3", 8000)], [])
    assert persons == {"s1": "s1", "s2": "s1", "s3": "s3"}


def test_an_officer_may_join_two_niks_and_the_set_takes_in_each_of_them() -> None:
    subjects = {"s1": Description(nik=NIKS[1]), "s2": Description(nik=NIKS[2]), "s3": Description(nik=NIKS[2])}
    judged = [Judgement(a="s1", b="s2", ruling=Ruling.JOINED, order="1")]
    assert set(decide(subjects, [joined("s2", "s3")], judged).values()) == {"s1"}


def test_the_latest_judgement_of_a_pair_counts() -> None:
    subjects = {"s1": Description(), "s2": Description()}
    history = [
        Judgement(a="s1", b="s2", ruling=Ruling.NOT_SAME, order="1"),
        Judgement(a="s2", b="s1", ruling=Ruling.JOINED, order="2"),
    ]
    assert decide(subjects, [], history) == {"s1": "s1", "s2": "s1"}
    assert decide(subjects, [], history[:1]) == {"s1": "s1", "s2": "s2"}


def test_a_number_that_is_no_nik_keeps_nobody_apart() -> None:
    subjects = {"s1": Description(nik="1234"), "s2": Description(nik=NIKS[1])}
    assert set(decide(subjects, [joined("s1", "s2")], []).values()) == {"s1"}


def test_a_judgement_about_a_record_that_was_withdrawn_is_left_aside() -> None:
    assert decide({"s1": Description()}, [], [Judgement(a="s1", b="gone", ruling=Ruling.JOINED, order="1")]) == {
        "s1": "s1"
    }


def test_only_join_joins() -> None:
    subjects = {"s1": Description(), "s2": Description()}
    for verdict in (Verdict.ASK, Verdict.NEW, Verdict.CANNOT_TELL):
        assert decide(subjects, [Link(a="s1", b="s2", weight=99_000, verdict=verdict)], [])["s2"] == "s2"
