"""Keys: who is compared with whom."""

from __future__ import annotations

import pytest
from hypothesis import given

from suar.core.identity.person import Description
from suar.core.matching.keys import Key, keys
from tests.core.matching.people import DESCRIPTIONS, sari, unhurried


def strong(d: Description) -> set[Key]:
    return {key for key in keys(d) if key.strong}


def test_a_full_description_has_about_ten_keys() -> None:
    about = sari(kk="9901012001100003", passport_no="X9900001")
    assert 10 <= len(keys(about)) <= 18
    assert len(keys(about)) == len(set(keys(about)))


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (sari(full_name="RAHMAWATI SARI", nik="", phone=""), "order"),
        (sari(full_name="Sari Rochmawati", nik="", phone="", mother_name=""), "sound"),
        (sari(full_name="Sri Sari Rahmawati", nik="", phone=""), "a word more"),
        (sari(birth_date="1990-02-05", nik="", phone="", mother_name=""), "day and month exchanged"),
        (
            sari(birth_date="", phone="", mother_name="", nik="9902024205900033"),
            "the birth date stands in the NIK only",
        ),
        (sari(full_name="Nama Lain Sekali", birth_date="", phone=""), "only the NIK agrees"),
        (sari(nik="", birth_date="1985-01-01", phone=""), "changed papers, the same mother"),
        (sari(nik="", birth_date="1985-01-01", mother_name=""), "changed papers, the same phone"),
    ],
)
def test_descriptions_of_one_person_share_a_strong_key(there: Description, why: str) -> None:
    assert strong(sari()) & strong(there), why


def test_a_muhammad_is_no_neighbour_of_every_muhammad_of_his_day() -> None:
    one = Description(full_name="Muhammad Fajar", birth_date="1990-05-12")
    other = Description(full_name="Muhammad Rizki", birth_date="1990-05-12")
    assert not strong(one) & strong(other)


def test_the_first_of_january_alone_makes_no_neighbours_by_one_word() -> None:
    one = Description(full_name="Dewi Sartika Lestari", birth_date="1980-01-01")
    other = Description(full_name="Puspa Lestari", birth_date="1980-01-01")
    assert not strong(one) & strong(other)


def test_a_name_and_an_age_are_found_at_a_desk_and_join_no_neighbourhood() -> None:
    about = Description(full_name="Sari Rahmawati", birth_date="~34@2024-05-01")
    assert not strong(about)
    assert {key.kind for key in set(keys(about)) & set(keys(sari()))} == {"names"}


@unhurried()
@given(DESCRIPTIONS)
def test_any_input_has_keys_without_a_crash_and_the_same_each_time(d: Description) -> None:
    assert keys(d) == keys(Description.from_json(d.to_json()))
    assert len(keys(d)) <= 28
