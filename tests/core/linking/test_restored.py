"""Any number of joins, undone in any order, leaves who is one person as it was, to the byte."""

from __future__ import annotations

import random

import pytest

from suar.core.canonical import canonical
from suar.core.identity.person import Description
from suar.core.linking import decide as linking
from suar.core.linking.decide import Judgement, Link, Ruling, decide
from suar.core.linking.propose import Verdict
from tests.proving import Claim

NIKS = ("", "", "9901011205900001", "9901014205900002", "9901011205900003")
World = tuple[dict[str, Description], list[Link], list[Judgement]]


def world(draw: random.Random) -> World:
    """Up to ten subjects, how the machine links them, and what was ruled on some of them before."""
    ids = [f"s{number}" for number in range(draw.randrange(3, 11))]
    pairs = [(a, b) for at, a in enumerate(ids) for b in ids[at + 1 :]]
    subjects = {one: Description(nik=draw.choice(NIKS)) for one in ids}
    links = [
        Link(a=a, b=b, weight=draw.randrange(-5_000, 40_000), verdict=draw.choice(list(Verdict)))
        for a, b in draw.sample(pairs, draw.randrange(len(pairs) // 2 + 1))
    ]
    ruled = [
        Judgement(a=a, b=b, ruling=draw.choice(list(Ruling)), order=f"0{number:03}")
        for number, (a, b) in enumerate(draw.sample(pairs, draw.randrange(min(4, len(pairs)))))
    ]
    return subjects, links, ruled


def restored(draw: random.Random) -> tuple[bytes, bytes, bool]:
    """Who is one person before and after some joins and their undoing, and whether the joins changed anything between."""
    subjects, links, ruled = world(draw)
    before = decide(subjects, links, ruled)
    judged = {frozenset((one.a, one.b)) for one in ruled}
    apart = [
        (a, b)
        for a in subjects
        for b in subjects
        if a < b and before[a] != before[b] and frozenset((a, b)) not in judged
    ]
    joins = draw.sample(apart, min(len(apart), draw.randrange(1, 5)))
    said = [*ruled, *(Judgement(a=a, b=b, ruling=Ruling.JOINED, order=f"1{n:03}") for n, (a, b) in enumerate(joins))]
    between = decide(subjects, links, said)
    draw.shuffle(joins)
    undone = [
        Judgement(a=b, b=a, ruling=draw.choice((Ruling.NOT_SAME, Ruling.WITHDRAWN)), order=f"2{number:03}")
        for number, (a, b) in enumerate(joins)
    ]
    after = decide(subjects, links, [*said, *undone])
    return canonical(before), canonical(after), between != before


@pytest.mark.prove
def test_joins_undone_leave_membership_byte_equal(claim: Claim) -> None:
    moved = 0
    for turn in claim.rounds(small=1_000, large=10_000):
        before, after, changed = restored(random.Random(turn.seed))
        assert after == before
        moved += changed
    assert moved or claim.held == claim.asked


def test_the_twin_that_remembers_a_join_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted bug: the first ruling on a pair counts instead of the last."""
    standing = linking._standing

    def first_counts(
        judgements: list[Judgement], subjects: dict[str, Description]
    ) -> list[tuple[tuple[str, str], Ruling]]:
        seen: dict[frozenset[str], Judgement] = {}
        for one in sorted(judgements, key=lambda said: said.order):
            seen.setdefault(frozenset((one.a, one.b)), one)
        return standing(list(seen.values()), subjects)

    monkeypatch.setattr(linking, "_standing", first_counts)
    assert any(after != before for before, after, _ in (restored(random.Random(seed)) for seed in range(200)))
