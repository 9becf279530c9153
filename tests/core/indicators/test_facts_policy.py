"""The tables by which facts are made: a moratorium holds from day to day, for one kind of employer, where every source lists it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from suar.core.indicators.policy import FactsPolicy
from suar.core.standard.tables import BadTable
from tests.golden import adopted


@pytest.mark.parametrize(
    ("country", "kind", "day", "stopped", "why"),
    [
        ("SAU", "household", date(2026, 11, 28), True, "Kepmenaker 260/2015"),
        ("SAU", "household", date(2015, 6, 30), False, "the day before"),
        ("SAU", "household", date(2015, 7, 1), True, "the first day"),
        ("SAU", "legal_entity", date(2026, 11, 28), False, "companies were never stopped"),
        ("MYS", "household", date(2026, 11, 28), False, "another country"),
        ("PAK", "household", date(2026, 11, 28), False, "only some sources list it"),
        ("SAU", "", date(2026, 11, 28), False, "nobody knows the employer"),
    ],
)
def test_a_moratorium_is_one_of_country_employer_and_day(
    country: str, kind: str, day: date, stopped: bool, why: str
) -> None:
    assert policy().moratorium(country, kind, day) is stopped, why


def test_a_moratorium_that_was_lifted_holds_no_longer() -> None:
    rows = [{"country": "SAU", "employer_kind": "household", "from": "2015-07-01", "to": "2026-01-01", "listed": "all"}]
    lifted = policy(rows=rows)
    assert lifted.moratorium("SAU", "household", date(2025, 12, 31)) and not lifted.moratorium(
        "SAU", "household", date(2026, 1, 1)
    )


def test_a_row_that_ends_before_it_begins_is_not_adopted() -> None:
    with pytest.raises(BadTable, match="before it begins"):
        policy(
            rows=[
                {
                    "country": "SAU",
                    "employer_kind": "household",
                    "from": "2015-07-01",
                    "to": "2015-07-01",
                    "listed": "all",
                }
            ]
        )


def policy(**moratorium: Any) -> FactsPolicy:
    tables = adopted.tables("facts")
    return FactsPolicy.read(tables | {"moratorium": tables["moratorium"] | moratorium})
