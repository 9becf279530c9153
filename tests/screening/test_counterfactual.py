"""The same life with the other sex, or in another province, gets the same advice (SECURITY 8); and the twin that lets sex in is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from suar.screening.actions import weigh
from suar.screening.queries.facts import fact_sheet
from tests import cast
from tests.proving import Claim
from tests.screening.lives import Changed, Life, Said, agreed, answers_of, lives

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

TOGETHER = 250  # lives that stand in the books at once


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    agreed()


def differing(
    count: int, seed: int, changed: Changed, *, since: int = 0
) -> Iterator[tuple[int, list[tuple[Life, Said, Said]], Counter[str]]]:
    """Some at a time: how many were asked about by then, those whose answer changed with both answers, and how often each advice came."""
    for start in range(since, count, TOGETHER):
        upto = min(start + TOGETHER, count)
        drawn = lives(upto - start, seed + start)
        before, after = answers_of(drawn), answers_of([changed(life) for life in drawn])
        yield (
            upto,
            [one for one in zip(drawn, before, after, strict=True) if one[1] != one[2]],
            Counter(said.advice for said in before),
        )


def changes_nothing(claim: Claim, changed: Changed) -> None:
    """What was asked about is kept, so that a proof of hours goes on where it was cut off (`Claim.rounds`)."""
    for upto, found, seen in differing(claim.number(small=24, large=10_000), claim.seed, changed, since=claim.held):
        print(upto, dict(seen))
        assert not found and len(seen) >= 3, found[:3]
        claim.held = upto
        claim.keep()


def any_differs(changed: Changed) -> bool:
    return any(found for _, found, _ in differing(12, 7, changed))


@pytest.mark.prove
def test_the_other_sex_changes_no_advice(claim: Claim) -> None:
    changes_nothing(claim, Life.other_sex)


@pytest.mark.prove
def test_another_province_changes_no_advice(claim: Claim) -> None:
    changes_nothing(claim, Life.other_province)


def test_the_twin_that_lets_sex_into_the_facts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(known: Any, *more: Any) -> Any:
        sheet = fact_sheet(known, *more)
        return replace(sheet, payer="stranger") if known.traveller.described.sex == "2" else sheet

    monkeypatch.setattr(weigh, "fact_sheet", planted)
    assert any_differs(Life.other_sex)


def test_the_twin_that_weighs_the_province_of_a_nik_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(known: Any, *more: Any) -> Any:
        sheet = fact_sheet(known, *more)
        return replace(sheet, shared_phone=9) if known.traveller.described.nik.startswith("98") else sheet

    monkeypatch.setattr(weigh, "fact_sheet", planted)
    assert any_differs(Life.other_province)
