"""Arrival order never matters (DESIGN 4): a history told in any order, twice over and in any cut, gives one derived state."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.db import transaction

from suar.core.canonical import canonical
from tests import cast
from tests.flows.history import Event, adopt_sources, events, state, tell
from tests.proving import Claim

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


class Undo(Exception):
    """Takes a whole telling back."""


def told(order: list[tuple[str, Event]], cuts: random.Random) -> bytes:
    result = b""
    try:
        with transaction.atomic():
            tell(order, cuts)
            result = canonical(state())
            raise Undo
    except Undo:
        return result


@pytest.fixture
def history() -> Callable[[int], list[tuple[str, Event]]]:
    cast.adopt()
    adopt_sources()
    return lambda count: events(4711, count)


@pytest.mark.prove
def test_any_order_gives_one_state(claim: Claim, history: Callable[[int], list[tuple[str, Event]]]) -> None:
    straight = history(200 if claim.proving else 60)
    wanted = told(straight, random.Random(0))
    assert wanted.count(b'"subject"') > 20
    for turn in claim.rounds(small=4, large=1_000):
        draw = random.Random(turn.seed)
        shuffled = [*straight, *draw.sample(straight, len(straight) // 10)]  # a tenth comes twice
        draw.shuffle(shuffled)
        assert told(shuffled, draw) == wanted


def test_the_twin_that_lets_arrival_decide_is_found_out(
    history: Callable[[int], list[tuple[str, Event]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: whatever comes last is current, as if sources had no versions."""
    from suar.intake.actions import accept
    from suar.intake.actions.rows import Row
    from suar.intake.queries.batches import Batch

    def latest_wins(fresh: list[Row], counts: accept.Counts, batch: Batch, wall: str) -> list[Row]:
        newest = {(row.record.kind, row.ident): row for row in fresh}
        for row in fresh:
            row.state = "accepted" if newest[row.record.kind, row.ident] is row else "older"
        counts.unchanged += len(fresh) - len(newest)
        return list(newest.values())

    straight = history(60)
    wanted = told(straight, random.Random(0))
    monkeypatch.setattr(accept, "versioned", latest_wins)
    assert told(list(reversed(straight)), random.Random(1)) != wanted
