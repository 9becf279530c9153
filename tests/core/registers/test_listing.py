"""What a list of registers is searched by, and where the clock of a row stands. Tables of cases, no database."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

import pytest

from suar.core.identity.names import NameTables
from suar.core.registers.listing import MOMENT, asked_by_name, clock, found_by
from tests import cast

FROM = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("until", "at", "word"),
    [
        (UNTIL, FROM - SECOND, "to_come"),
        (UNTIL, FROM, "in_force"),
        (UNTIL, UNTIL - SECOND, "in_force"),
        (UNTIL, UNTIL, "ended"),
        (UNTIL, UNTIL + SECOND, "ended"),
        (FROM + MOMENT, FROM - SECOND, "happened"),
        (FROM + MOMENT, FROM, "happened"),
        (FROM + MOMENT, UNTIL, "happened"),
    ],
)
def test_the_clock_of_a_row_to_the_second(until: datetime, at: datetime, word: str) -> None:
    assert clock(FROM, until, at) == word


def tables() -> NameTables:
    read = {name: table for name, _, table in cast.tables()}
    return NameTables.read(read["matching/names"], read["matching/rarity"])


@pytest.mark.parametrize(
    ("stated", "asked"),
    [
        ("SITI NURHAYATI", "nur hayati"),
        ("Muhammad Rizki", "Mochamad Rizqi"),
        ("SOEHARTINI", "Suhartini"),
        ("Rahmat Hidayat", "H. Rahmat Hidayat, S.Pd."),
        ("Nur'aini Abdul Karim", "nuraini binti abdul"),
        ("Siti", "SITI"),
        ("Muhammad", "mohammad"),
    ],
)
def test_one_name_is_found_by_the_other(stated: str, asked: str) -> None:
    words = asked_by_name(asked, tables())
    assert words and set(words) <= set(found_by({"full_name": stated})["name"])


@pytest.mark.parametrize(
    ("stated", "asked"),
    [("Siti Aminah", "Siti Maryam"), ("Rahmat", "Hidayat"), ("Sari Wulandari", "Sari Wulandari Putranto")],
)
def test_another_name_is_not(stated: str, asked: str) -> None:
    assert not set(asked_by_name(asked, tables())) <= set(found_by({"full_name": stated})["name"])


def test_whoever_is_stated_is_found_by_what_is_stated() -> None:
    """Over every name of the golden table: what a row is found by holds all that its own name asks for."""
    with (cast.ROOT / "tests" / "golden" / "names.csv").open(newline="") as file:
        names = {row[side] for row in csv.DictReader(file) for side in ("left", "right")}
    assert len(names) > 50
    for name in names:
        assert set(asked_by_name(name, tables())) <= set(found_by({"full_name": name}).get("name", [])), name


def test_numbers_are_found_as_they_are_stated_and_nothing_is_made_of_nothing() -> None:
    assert found_by({"nik": "9901015205900001", "passport_no": "X9900001"}) == {
        "nik": ["9901015205900001"],
        "passport": ["X9900001"],
    }
    assert found_by({}) == {} and asked_by_name("", tables()) == []
