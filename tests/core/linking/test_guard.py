"""A run that looks wrong is stopped; one that only looks unusual is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suar.core.linking.guard import BatchPolicy, Found, alarms
from suar.core.standard.tables import BadTable, read_table
from tests.golden import adopted

TABLE = adopted.tables("matching")["batch"]
POLICY = read_table(BatchPolicy, TABLE, "matching/batch")
LIMITS = POLICY.guard.model_copy(
    update={
        "records": 100,
        "many": 10,
        "share_with_many": 20,
        "largest_person": 50,
        "share_joined": 900,
        "matched_moved": 200,
    }
)
USUAL = Found(records=1000, with_many=5, matched=600, largest_person=8, joined=300)

CASES = [
    (USUAL, set()),
    (replace(USUAL, with_many=21), {"guard.many"}),
    (replace(USUAL, with_many=20), set()),
    (replace(USUAL, largest_person=51), {"guard.largest_person"}),
    (replace(USUAL, joined=901), {"guard.joined"}),
    (replace(USUAL, usual_matched=600), set()),
    (replace(USUAL, usual_matched=390), {"guard.moved"}),
    (replace(USUAL, usual_matched=801), {"guard.moved"}),
    (
        replace(USUAL, with_many=900, largest_person=900, joined=999),
        {"guard.many", "guard.largest_person", "guard.joined"},
    ),
    (Found(records=12, with_many=12, matched=12, largest_person=12, joined=11, usual_matched=0), set()),
    (Found(records=99, with_many=0, matched=99, largest_person=99, joined=98), {"guard.largest_person"}),
    (Found(records=0, with_many=0, matched=0), set()),
]


@pytest.mark.parametrize(("found", "codes"), CASES)
def test_each_limit_raises_its_own_alarm(found: Found, codes: set[str]) -> None:
    assert {alarm.code for alarm in alarms(found, LIMITS)} == codes


def test_a_misspelt_limit_is_no_policy() -> None:
    with pytest.raises(BadTable, match="manny"):
        read_table(BatchPolicy, TABLE | {"guard": TABLE["guard"] | {"manny": 3}}, "matching/batch")
