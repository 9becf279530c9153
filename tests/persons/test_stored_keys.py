"""Keys as they are stored: a column for each that most have, another row for whoever has more, and claims made small."""

from __future__ import annotations

import importlib
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.person import Description
from suar.core.matching.keys import SLOTS, STRONG, keys
from suar.persons import queries
from suar.persons.queries import keys as stored
from suar.persons.queries.squeezed import squeezed, unsqueezed

SARI = Description(
    full_name="Sari Wulandari Utami",
    nik="9901015205900001",
    birth_date="1991-07-30",  # another day than the NIK's, so that twice as many keys hold a day
    birth_place="Mataram",
    mother_name="Inaq Rabiah",
    phone="+6281234500001",
    passport_no="X0000001",
    kk="9901010101100001",
)
ONLY_A_NAME = Description(full_name="Sukarno")


def test_the_migration_has_the_columns_that_the_program_fills() -> None:
    migration = importlib.import_module("suar.persons.migrations.0001_initial")
    assert set(migration.KEY_COLUMNS) == set(stored.EVERY) and len(stored.EVERY) == sum(SLOTS.values())
    assert [*((kind, 1) for kind in migration.ONE), *migration.MOST.items()] == list(stored.ASKED.items())
    assert tuple(migration.MOST) == tuple(migration.SEVERAL)
    assert all(stored.COLUMNS[kind] == columns for kind, columns in migration.SEVERAL.items())


def test_every_key_has_a_kind_that_is_known_and_is_as_strong_as_its_kind() -> None:
    found = keys(SARI)
    assert {key.kind for key in found} == set(SLOTS)
    assert all(key.strong == (key.kind in STRONG) for key in found)


@pytest.mark.parametrize("described", [SARI, ONLY_A_NAME, Description()])
def test_no_key_is_lost_between_the_columns(described: Description) -> None:
    found = stored.hashed(described)
    rows = stored.rows_of(found)
    held = {column: [row[n] for row in rows if row[n] is not None] for n, column in enumerate(stored.EVERY)}
    for kind, columns in stored.COLUMNS.items():
        assert sorted(key for column in columns for key in held[column] if key) == sorted(found.get(kind, []))
    assert sum(map(len, found.values())) == len(keys(described))


@pytest.mark.parametrize("described", [SARI, ONLY_A_NAME, Description()])
def test_all_keys_are_asked_for_in_their_places(described: Description) -> None:
    found, places = stored.hashed(described), iter(stored.in_places(stored.hashed(described)).strip("{}").split(","))
    for kind, most in stored.ASKED.items():
        told = [next(places) for _ in range(most)]
        assert [int(key) for key in told if key != "NULL"] == found.get(kind, [])
    assert not list(places)


def test_two_days_of_birth_need_a_second_row() -> None:
    assert len(stored.rows_of(stored.hashed(SARI))) == 2
    assert len(stored.rows_of(stored.hashed(ONLY_A_NAME))) == 1


def test_a_key_says_nothing_without_its_kind() -> None:
    same = "9901010101100001"
    found = stored.hashed(Description(nik=same, kk=same))
    assert found["nik"] != found["kk"] and stored.strong_of(found) == {("nik", found["nik"][0]), ("kk", found["kk"][0])}


@given(st.binary(max_size=6000))
def test_what_is_made_small_is_made_large_again(plain: bytes) -> None:
    assert unsqueezed(squeezed(plain)) == plain


def test_a_claim_takes_half_the_room() -> None:
    plain = (
        b'[["placement","99-000017","1","2026-01-01T00:00:00+00:00",["Sari Wulandari Utami","9901015205900001","","2","1990-05-12",'
        b'"Mataram","Inaq Rabiah","","+6281234500001","Dusun Montong RT 001 RW 002","990101","X0000001","IDN"]]]'
    )
    assert len(squeezed(plain)) < 0.6 * len(plain)


def test_claims_of_another_version_are_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="version"):
        unsqueezed(b"\x02" + squeezed(b"x")[1:])


def test_a_search_reads_of_claims_what_everybody_else_reads() -> None:
    """The newest word on each field, also where a later claim says less, or of fewer fields, than an earlier one."""
    said: list[dict[str, Any]] = [
        {"full_name": "Sari", "nik": "9901015205900001", "phone": "+6281234500001"},
        {"full_name": "Sari  Wulandari", "sex": 2, "nationality": ""},
        {"nik": "9901015205900002"},
    ]
    claims = tuple(queries.Claim("placement", str(n), str(n), "", values) for n, values in enumerate(said))
    subject = queries.Subject(UUID(int=7), "siskop2mi", "kp2mi", claims)
    found = queries.described(subject.id, queries.sealed(subject), Description())
    assert found == subject.description == queries.opened(
        subject.id, subject.source, subject.agency, queries.sealed(subject), wall="default"
    ).description  # fmt: skip
    assert (found.full_name, found.nik, found.sex) == ("Sari Wulandari", "9901015205900002", "2")


def test_an_older_number_still_stated_finds_and_agrees() -> None:
    said = ({"passport_no": "X0000001", "nik": SARI.nik}, {"passport_no": "X0000002"})
    claims = tuple(queries.Claim("placement", str(n), str(n), "", values) for n, values in enumerate(said))
    subject = queries.Subject(UUID(int=7), "siskop2mi", "kp2mi", claims)
    assert len(stored.hashed(*subject.stated)["passport"]) == 2

    def passport_beside(asked: str) -> str:
        return queries.described(subject.id, queries.sealed(subject), Description(passport_no=asked)).passport_no

    assert [passport_beside(asked) for asked in ("X0000001", "X0000002", "X0000003", "")] == [
        "X0000001",
        *["X0000002"] * 3,
    ]
