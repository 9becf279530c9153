"""Explanations: they add up, they are symmetric, and they take dependence out."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given

from suar.core.canonical import canonical
from suar.core.identity.person import Description
from suar.core.matching.explain import MatchExplanation, explain, permille
from suar.core.matching.policy import CODES, NAME_CODES, MatchingPolicy
from suar.core.standard.tables import BadTable
from tests.core.matching.people import DESCRIPTIONS, sari, unhurried
from tests.golden import adopted

POLICY = adopted.matching()


def between(a: Description, b: Description, policy: MatchingPolicy = POLICY) -> MatchExplanation:
    return explain(a, b, candidate="found", policy=policy)


def code_of(a: Description, b: Description, feature: str) -> str:
    return next((reason.code for reason in between(a, b).reasons if reason.feature == feature), "")


def weight_of(a: Description, b: Description, feature: str) -> int:
    return next(reason.weight for reason in between(a, b).reasons if reason.feature == feature)


@unhurried(300)
@given(DESCRIPTIONS, DESCRIPTIONS)
def test_any_two_descriptions_compare_alike_both_ways_and_hash(a: Description, b: Description) -> None:
    there, back = between(a, b), between(b, a)
    assert there.weight == back.weight
    assert [r.code for r in there.reasons] == [r.code for r in back.reasons]
    assert {r.code for r in there.reasons} <= CODES | NAME_CODES
    canonical([[*reason[:5], dict(reason.params)] for reason in there.reasons])
    assert 0 <= there.probability_permille <= 1000


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        ("1990-05-12", "1990-05-12", "same"),
        ("1990-01-01", "1990-01-01", "same_heaped"),
        ("1990-05-12", "1990-12-05", "swapped"),
        ("1990-05-12", "1990-05-13", "one_digit"),
        ("1990-05-12", "1980-05-12", "one_digit"),
        ("1990-05-12", "1987-05-12", "year_shifted"),
        ("1990-05", "1990-05-12", "month_same"),
        ("1990", "1990-05-12", "year_same"),
        ("~34@2024-05-01", "1989-07-01", "age_fits"),
        ("~34@2024-05-01", "1991-07-01", "near"),
        ("1990-05-12", "1991-06-23", "different"),
        ("1990-05-12", "1961-06-23", "far"),
    ],
)
def test_birth_dates(left: str, right: str, code: str) -> None:
    a, b = Description(birth_date=left), Description(birth_date=right)
    assert code_of(a, b, "birth_date") == f"birth_date.{code}"


def test_the_birth_date_within_the_same_nik_is_counted_once() -> None:
    alone = weight_of(sari(nik=""), sari(nik=""), "birth_date")
    with_nik = weight_of(sari(), sari(), "birth_date")
    assert with_nik < 1000 < alone
    assert code_of(sari(), sari(), "sex") == "sex.in_nik"


def test_a_nik_says_the_birth_date_where_none_is_stated() -> None:
    asked = Description(full_name="Sari Rahmawati", nik="9901014205900001")
    found = Description(full_name="Sari Rahmawati", birth_date="1990-05-02")
    assert code_of(asked, found, "birth_date") == "birth_date.same"
    assert code_of(asked, dataclasses.replace(found, sex="2"), "sex") == "sex.same"


@pytest.mark.parametrize(
    ("nik", "code"),
    [
        ("9901014205900001", "nik.same"),
        ("9901024205900001", "nik.slip"),
        ("9901014250900001", "nik.slip"),
        ("9901014205900002", "nik.slip_serial"),
        ("9902031205910007", "nik.different"),
    ],
)
def test_a_slip_in_a_nik_is_no_other_nik(nik: str, code: str) -> None:
    assert code_of(sari(), sari(nik=nik), "nik") == code


def test_siti_says_little_and_simanjuntak_much() -> None:
    siti = between(Description(full_name="Siti"), Description(full_name="Siti")).weight
    marga = between(Description(full_name="Simanjuntak"), Description(full_name="SIMANJUNTAK")).weight
    assert marga > siti + 3000


def test_what_siblings_share_is_capped_and_the_cap_is_a_reason() -> None:
    family = {
        "kk": "9901012001100003",
        "mother_name": "Tiur Lubis",
        "father_name": "Sahat Siregar",
        "address": "Dusun I",
        "region_code": "990101",
        "phone": "+628119900001",
    }
    said = between(Description.of(family), Description.of(family))
    assert said.weight == POLICY.family_cap
    assert said.reasons[-1].code == "family.shared" and said.reasons[-1].weight < 0


def test_siblings_are_born_in_one_place_and_that_falls_under_the_cap_too() -> None:
    family = {"mother_name": "Tiur Lubis", "father_name": "Sahat Siregar", "phone": "+628119900001"}
    without = between(Description.of(family), Description.of(family))
    born = Description.of(family | {"birth_place": "Balige"})
    assert without.weight == between(born, born).weight == POLICY.family_cap


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        ("Siti Aminah", "Siti Aminah", "same"),
        ("Natalia Purba", "Tiur Purba", "partly"),
        ("Natalia", "Natalia Purba", "similar"),
        ("Tiur Lubis", "Rabiah", "different"),
    ],
)
def test_a_clan_shared_by_two_parents_says_little_beside_another_name(left: str, right: str, code: str) -> None:
    a, b = Description(mother_name=left, father_name=left), Description(mother_name=right, father_name=right)
    assert code_of(a, b, "mother_name") == f"mother_name.{code}"
    assert code_of(a, b, "father_name") == f"father_name.{code}"
    if code == "partly":
        assert weight_of(a, b, "mother_name") < 0


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        ("Jl. Melati No. 5 RT 001 RW 02 Sukasari", "SUKASARI RW 2, RT 1, JALAN MELATI 5", "same"),
        ("Jl. Melati No. 5 RT 001 RW 005 Sukasari", "Jl. Kenanga No. 9 RT 001 RW 005 Giriasri", "different"),
        ("RT 001 RW 005", "RT 001 RW 005", "same"),
    ],
)
def test_the_words_of_the_form_are_no_address(left: str, right: str, code: str) -> None:
    assert code_of(Description(address=left), Description(address=right), "address") == f"address.{code}"


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        ({"nik": "9901014205900001"}, {"region_code": "990101"}, "region_code.by_nik"),
        ({"nik": "9901014205900001"}, {"region_code": "990102"}, ""),
        ({"nik": "9901014205900001"}, {"nik": "9901014205900001", "region_code": "990101"}, ""),
        ({"nik": "9901014205900001"}, {"nik": "9901014205900001"}, ""),
        ({"nik": "9901014205900001", "region_code": "990102"}, {"region_code": "990101"}, "region_code.kabupaten"),
    ],
)
def test_a_nik_may_name_where_somebody_lives(left: dict[str, str], right: dict[str, str], code: str) -> None:
    there, back = Description.of(left), Description.of(right)
    assert code_of(there, back, "region_code") == code_of(back, there, "region_code") == code


def test_the_same_evidence_means_less_in_a_larger_register() -> None:
    small, large = (
        between(sari(nik="", phone=""), sari(nik="", phone="", mother_name=""), POLICY.for_register(n))
        for n in (100_000, 10_000_000_000)
    )
    assert small.weight == large.weight and small.policy == large.policy
    assert small.probability_permille > large.probability_permille


def test_a_larger_register_wants_more_evidence_of_whoever_is_shown_and_the_smallest_wants_some() -> None:
    small, middle, large = (POLICY.for_register(n).least for n in (400, 1_000_000, 10_000_000))
    assert 0 < small < middle < large
    assert large + POLICY.for_register(10_000_000).prior == POLICY.show_at


@pytest.mark.parametrize(("odds", "chance"), [(0, 500), (1000, 667), (-1000, 333), (10_000, 999), (99_000, 1000)])
def test_a_thousand_millibits_double_the_odds(odds: int, chance: int) -> None:
    assert permille(odds) == chance


def test_a_policy_with_a_weight_too_few_or_too_many_is_not_adopted() -> None:
    tables = adopted.tables("matching")
    del tables["weights"]["weights"]["nik.same"]
    tables["weights"]["weights"]["nik.smae"] = {"weight": 1, "why": "a slip"}
    with pytest.raises(BadTable) as bad:
        MatchingPolicy.read(tables)
    assert {"no weight for nik.same", "nik.smae: no comparison has it"} <= set(bad.value.problems)


def test_every_outcome_has_its_sentence_in_both_languages() -> None:
    said = adopted.tables("sentences")["matching"]
    assert said.keys() >= CODES | NAME_CODES
    assert {f"name.word.{level}" for level in ("same", "old_spelling", "family", "near", "joined")} <= said.keys()
    assert all(said[code]["id"] and said[code]["en"] for code in CODES | NAME_CODES)
