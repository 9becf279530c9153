"""Bent identities are found, honest look-alikes are not (issue 3: recall at least 0.9, excused ones raised at most 1 %)."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from suar.core.manipulation.facts import Finding, Outcome
from suar.core.manipulation.find import about_kk, about_nik, about_person
from suar.core.manipulation.policy import KINDS, read
from tests.cast import POLICY
from tests.core.manipulation.laid import laid
from tests.core.manipulation.planted import EXCUSED, PLANTED, Story, story
from tests.proving import Claim

POLICY_FILE = read({"manipulation": yaml.safe_load((POLICY / "matching" / "manipulation.yaml").read_text())})
BY_NUMBER = {
    "nik_two_births": about_nik,
    "deceased_travels": about_nik,
    "sex_against_nik": about_nik,
    "kk_strangers": about_kk,
}


def found(kind: str, told: Story) -> list[Outcome]:
    look = BY_NUMBER.get(kind, about_person)
    return [one for one in look(told.about, laid(told), POLICY_FILE) if one.kind == kind]


def test_every_kind_has_its_stories_and_its_row_of_policy() -> None:
    assert set(KINDS) == set(PLANTED) == set(EXCUSED)


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS)
def test_planted_manipulations_are_found(kind: str, claim: Claim) -> None:
    many = claim.number(small=20, large=100)
    hit = [any(isinstance(one, Finding) for one in found(kind, story(kind, claim.seed + n))) for n in range(many)]
    assert sum(hit) >= 0.9 * many, f"{sum(hit)} of {many}; missed {[n for n, one in enumerate(hit) if not one][:5]}"
    print(f"{kind}: {sum(hit)} of {many} found")


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS)
def test_excused_look_alikes_are_not_raised(kind: str, claim: Claim) -> None:
    many = claim.number(small=20, large=100)
    raised, excuses = [], Counter[str]()
    for n in range(many):
        outcomes = found(kind, story(kind, claim.seed + n, excused=True))
        raised += [n] if any(isinstance(one, Finding) for one in outcomes) else []
        excuses.update(one.why for one in outcomes if not isinstance(one, Finding))
    assert len(raised) <= 0.01 * many, f"{len(raised)} of {many}: {raised[:5]}"
    print(f"{kind}: {len(raised)} of {many} raised; {dict(excuses)}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_in_which_records_come_changes_nothing(kind: str) -> None:
    for seed in range(20):
        told = story(kind, seed)
        one = found(kind, told)
        told.records.reverse()
        other = found(kind, told)
        assert [sorted(f.evidence) for f in one if isinstance(f, Finding)] == [
            sorted(f.evidence) for f in other if isinstance(f, Finding)
        ]
