"""Whether two persons' claims are of one human: never by a name alone, and not in spite of one."""

from __future__ import annotations

import pytest

from suar.core.manipulation.alike import one_human
from suar.core.manipulation.facts import Said

HERS = {
    "full_name": "Paijan Pranoto",
    "birth_date": "2005-11-23",
    "mother_name": "Bambang Suryaningrat",
    "phone": "+6281937575858",
}


def said(person: str, **values: str) -> list[Said]:
    told = {name: value for name, value in (HERS | values).items() if value}
    return [Said(person=person, subject=person, source="simkim", kind="passport", record=person, on=None, values=told)]


@pytest.mark.parametrize(
    ("other", "one"),
    [
        ({}, True),
        ({"full_name": "Paiejan Pranoto"}, True),  # a slip in one long word
        (
            {"full_name": "Paiejan Pranoto", "phone": ""},
            False,
        ),  # and no more than a day and a mother: siblings' names are as near
        ({"full_name": "Paiejan Pranoto", "birth_date": "2003-02-14"}, False),
        ({"full_name": "Sutrisno Pranoto"}, False),  # a sibling
        ({"full_name": "Paiejan Widiastuti"}, False),
        ({"full_name": "Pranoto"}, True),
    ],
)
def test_claims_are_of_one_human(other: dict[str, str], one: bool) -> None:
    assert one_human(said("a"), said("b", **other)) is one


def test_two_short_names_a_letter_apart_are_two_names() -> None:
    assert not one_human(said("a", full_name="Rina"), said("b", full_name="Rini"))
