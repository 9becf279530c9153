"""Through the reviewers' own door: joins and splits undone leave the derived state on PostgreSQL byte-equal (DESIGN 4)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from uuid import UUID

import pytest

from suar.core.linking.decide import Ruling
from suar.persons.actions.look_again import look_again
from tests import cast
from tests.flows.history import adopt_sources, events, tell
from tests.persons.asked import as_the_hub, noted, reviewers, waits
from tests.persons.test_review import at, ruled, sample, state
from tests.proving import Claim

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.mark.prove
def test_rulings_undone_leave_the_derived_state_byte_equal(claim: Claim) -> None:
    cast.adopt()
    adopt_sources()
    sample(0)
    reviewers()
    tell(events(4711, 60), random.Random(0))
    minutes = iter(range(60, 10**9))
    changed = 0
    for turn in claim.rounds(small=4, large=300):
        draw = random.Random(turn.seed)
        before = state()
        persons: dict[UUID, UUID] = dict(as_the_hub("SELECT subject, person FROM persons_member"))
        pairs = draw.sample(list(combinations(sorted(persons), 2)), draw.randrange(1, 4))
        rule_all([(pair, opposite(pair, persons)) for pair in pairs], minutes)
        changed += state() != before
        assert noted() == waits()
        draw.shuffle(pairs)
        rule_all([(pair, undoing(pair, persons, draw)) for pair in pairs], minutes)
        assert state() == before and noted() == waits()
    assert changed or claim.held == claim.asked


Pair = tuple[UUID, UUID]


def rule_all(said: list[tuple[Pair, Ruling]], minutes: Iterator[int]) -> None:
    for pair, ruling in said:
        minute = next(minutes)
        look_again(*pair, "papers", act=replace(at(cast.WULAN, minute), reference="pair"))
        assert ruled(cast.WULAN, pair, ruling, minute) == "judged"


def opposite(pair: Pair, persons: dict[UUID, UUID]) -> Ruling:
    return Ruling.NOT_SAME if persons[pair[0]] == persons[pair[1]] else Ruling.JOINED


def undoing(pair: Pair, persons: dict[UUID, UUID], draw: random.Random) -> Ruling:
    """What brings back the state before: the ruling that stood; where none did, taking this one back, or the opposite of a join."""
    rulings = [ruling for (ruling,) in as_the_hub(STANDING, *pair)]
    if len(rulings) > 1:
        return Ruling(rulings[1])
    apart = persons[pair[0]] != persons[pair[1]]
    return draw.choice((Ruling.NOT_SAME, Ruling.WITHDRAWN)) if apart else Ruling.WITHDRAWN


STANDING = "SELECT ruling FROM persons_judgement WHERE a = %s AND b = %s ORDER BY id DESC LIMIT 2"
