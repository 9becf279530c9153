"""Over random inputs: an advice is one of five, and a hold only ever comes of an entry in force. And the twins that break it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from suar.core.advice import advise as advising
from suar.core.advice.advise import EntryInForce
from suar.core.advice.values import Advice, Decision
from suar.core.indicators.raised import weighed
from tests.core.indicators.drawn import NOON, sheet
from tests.golden import adopted
from tests.proving import Claim

FIVE = {"clear", "advise", "assist", "secondary", "hold"}
KINDS = sorted(adopted.legal_basis().terms)


def entries(draw: Random) -> list[EntryInForce]:
    """Mostly none, as in life."""
    return [
        EntryInForce(
            entry=f"e{n}", kind=draw.choice(KINDS), source="simkim", law=("UU 6/2011 Ps 91",), begins=NOON, ends=NOON + timedelta(days=9),
            confirmed=draw.random() < 0.5, stops=draw.random() < 0.5,
        )
        for n in range(draw.choice((0, 0, 0, 0, 1, 2)))
    ]  # fmt: skip


def walked(inputs: int, seed: int) -> Counter[str]:
    """How often each advice came; fails at the first that may not be."""
    draw, rules, policy = Random(seed), adopted.rules(), adopted.advice()
    seen = Counter[str]()
    for number in range(inputs):
        facts, held = sheet(draw), entries(draw)
        found, open_questions = weighed(facts, rules)
        advice = advising.advise(found, held, facts.sources.values(), open_questions, policy).advice
        assert isinstance(advice, Advice) and str(advice) in FIVE, (seed, number, advice)
        assert (advice is Advice.HOLD) == any(one.confirmed and one.stops for one in held), (seed, number, facts, held)
        without = advising.advise(found, [], facts.sources.values(), open_questions, policy).advice
        assert isinstance(without, Advice) and without is not Advice.HOLD, (seed, number, facts)
        seen[str(advice)] += 1
    return seen


@pytest.mark.prove
def test_advice_is_one_of_five_and_never_a_hold_without_an_entry_in_force(claim: Claim) -> None:
    seen = walked(claim.number(small=1_500, large=1_000_000), claim.seed)
    assert set(seen) == FIVE, f"too few kinds of inputs were drawn: {seen}"


def test_the_twin_that_holds_on_a_high_score_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = advising._advice

    def planted(reasons: object, live: object, unknown: bool, score: int, policy: object) -> Advice:
        return Advice.HOLD if score > 12_000 else whole(reasons, live, unknown, score, policy)  # type: ignore[arg-type]

    monkeypatch.setattr(advising, "_advice", planted)
    with pytest.raises(AssertionError):
        walked(300, 7)


def test_the_twin_that_refuses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = advising.advise

    def planted(*told: object) -> object:
        said = whole(*told)  # type: ignore[arg-type]
        return replace(said, advice=Decision.REFUSE) if said.score > 12_000 else said  # type: ignore[arg-type]

    monkeypatch.setattr(advising, "advise", planted)
    with pytest.raises(AssertionError):
        walked(300, 7)
