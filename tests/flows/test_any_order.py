"""Arrival order never matters (DESIGN 4), on what is pure: the statement that stands, the subject's claims, the links of pairs, and membership.

`test_one_state` says the same through the database, with fewer orders.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from suar.core.canonical import canonical, unpacked
from suar.core.identity.person import Description
from suar.core.linking.decide import Judgement, Link, Ruling, decide
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.standard.versions import Standing, Stated, standing
from suar.persons.queries import Claim, Subject
from suar.vault.queries import derived_id
from tests.flows.history import FIELDS, events
from tests.golden import adopted
from tests.proving import Claim as Claimed

STATEMENTS, JUDGEMENTS = 185, 15
POLICY = adopted.matching()


@dataclass(frozen=True)
class Statement:
    """One version of one record: whose it is, what of, and what it says of the human; None where it takes the record back."""

    source: str
    record: str
    human: str
    said: Stated
    says: Claim | None


Happening = Statement | Judgement


def history(seed: int) -> list[Happening]:
    """The history that is told to the database as well, and what officers judged about the humans in it."""
    told = [statement(source, row) for source, row in events(seed, STATEMENTS)]
    draw, humans = random.Random(seed), sorted({one.human for one in told})
    rulings = [Ruling.JOINED, Ruling.NOT_SAME, Ruling.CANNOT_TELL, Ruling.WITHDRAWN]
    pairs = [draw.sample(humans, 2) for _ in range(JUDGEMENTS // 2)]  # more judgements than pairs: later ones overrule
    judged = [
        Judgement(a=a, b=b, ruling=draw.choice(rulings), order=f"{number:03}")
        for number in range(JUDGEMENTS)
        for a, b in [draw.choice(pairs)]
    ]
    return [*told, *judged]


def statement(source: str, row: Mapping[str, Any]) -> Statement:
    codes: Mapping[str, str] = FIELDS["sex"]["codes"]  # type: ignore[index]
    values = {
        "full_name": row["nama"], "nik": row["nik"], "birth_date": row["lahir"], "sex": codes[row["jk"]], "mother_name": row["ibu"],
        "phone": row["hp"], "region_code": row["wilayah"],
    }  # fmt: skip
    said = f"{row['versi']:09}", canonical(row)
    says = None if row.get("batal") else Claim("passport_application", row["nomor"], said[0], "", Values(values))
    return Statement(source, row["nomor"], str(derived_id("subject", source, row["orang"])), said, says)


class Values(dict[str, Any]):
    """Values that nobody changes, known by their identity: so a claim can be a key."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass
class Compared:
    """Every description that ever came up, by a number, and which of them are joined: a pair is linked by its two descriptions alone (decision 0004),
    so each is compared once for all orders.
    """

    numbers: dict[tuple[Claim, ...], int] = field(default_factory=dict)
    described: list[Description] = field(default_factory=list)
    joins: list[dict[int, int]] = field(default_factory=list)  # number to number to weight

    def number(self, said: tuple[Claim, ...]) -> int:
        key = tuple(said)
        if (found := self.numbers.get(key)) is not None:
            return found
        own = self.numbers[key] = len(self.described)
        self.described.append(Subject(UUID(int=0), "", "", said).description)
        self.joins.append({})
        for other in range(own + 1):
            explanation = explain(self.described[other], self.described[own], candidate="", policy=POLICY)
            if propose(explanation, POLICY) is Verdict.JOIN:
                self.joins[own][other] = self.joins[other][own] = explanation.weight
        return own


def state(told: Sequence[Happening], compared: Compared, *, last_wins: bool = False) -> bytes:
    """What follows from a history as it came: each subject, what is said of it, and its person. `last_wins` is the planted bug."""
    held: dict[tuple[str, str], Statement] = {}
    judged: list[Judgement] = []
    for one in told:
        if isinstance(one, Judgement):
            judged.append(one)
            continue
        key = one.source, one.record
        before = held.get(key)
        if last_wins or standing(one.said, before.said if before else None) is Standing.NEWER:
            held[key] = one
    claims: dict[str, list[Claim]] = {}
    for one in held.values():
        if one.says is not None:
            claims.setdefault(one.human, []).append(one.says)
    return canonical(
        members({human: compared.number(ordered(said)) for human, said in claims.items()}, judged, compared)
    )


def members(numbers: Mapping[str, int], judged: Sequence[Judgement], compared: Compared) -> list[list[str]]:
    holders: dict[int, list[str]] = {}
    links: list[Link] = []
    for human, number in numbers.items():
        holders.setdefault(number, []).append(human)
        links += [
            Link(a=human, b=other, weight=weight, verdict=Verdict.JOIN)
            for like, weight in compared.joins[number].items()
            for other in holders.get(like, ())
            if other != human
        ]
    described = {human: compared.described[number] for human, number in numbers.items()}
    person = decide(described, links, judged)
    return [[human, described[human].nik, described[human].full_name, person[human]] for human in sorted(described)]


def ordered(said: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims stand in canonical order (version, kind, id), as `persons/jobs` keeps them."""
    return tuple(sorted(said, key=lambda one: (one.version, one.kind, one.record)))


def shuffled(straight: Sequence[Happening], draw: random.Random) -> list[Happening]:
    """In any order, some of it twice or more often."""
    told = [*straight, *draw.choices(straight, k=draw.randrange(len(straight) // 4))]
    draw.shuffle(told)
    return told


@pytest.mark.prove
def test_any_order_of_a_history_gives_one_membership(claim: Claimed) -> None:
    straight, compared = history(4711), Compared()
    assert len(straight) == 200
    wanted = state(straight, compared)
    persons = {one[-1] for one in unpacked(wanted)}
    assert 20 < len(persons) < len(unpacked(wanted))  # some were joined, and not all
    draw = random.Random(claim.seed)
    for _ in range(claim.number(small=200, large=100_000)):
        assert state(shuffled(straight, draw), compared) == wanted


def test_the_twin_that_lets_the_last_to_arrive_win_gives_another_membership() -> None:
    straight, compared, draw = history(4711), Compared(), random.Random(1)
    wanted = state(straight, compared, last_wins=True)
    assert wanted == state(straight, compared)  # told in order, nobody would notice
    assert any(state(shuffled(straight, draw), compared, last_wins=True) != wanted for _ in range(3))
