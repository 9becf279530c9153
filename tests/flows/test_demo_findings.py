"""What was planted in the demo's nation reaches the supervisor's queue: he sees each kind of finding, from the agencies' own servers on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.nation.planted import ROWS
from suar.core.manipulation.policy import KINDS
from suar.journeys.access import findings_for
from suar.journeys.jobs.look import look_waiting
from suar.site.auth import now, system_act
from suar.site.sweep import sweep
from tests import cast
from tests.database import Copy
from tests.flows import sandbox_at_work as work

#: Of each kind that chance does not bring, so many were planted; of the others at least one.
PLANTED = {"nik_after_deferral": 3, "kk_strangers": 1, "two_passports": 3, "sex_against_nik": 3, "deceased_travels": 3}


@pytest.fixture
def hub(cloned_database: Copy, tmp_path: Path) -> Iterator[None]:
    """All agencies of a nation of nobody but the planted, pulled, placed, projected and looked at."""
    work.adopt()
    with work.at_work(tmp_path, people=len(ROWS), second_part=timedelta(0)) as nation:
        for source in work.RECORD_SOURCES:
            nation.pull(source)
    while sweep(act=system_act("sweep"), left=timedelta(0)):
        pass
    while look_waiting(act=system_act("look")):
        pass
    yield


def test_a_supervisor_of_the_demo_sees_each_kind_of_finding(hub: None) -> None:
    for giver in ("kp2mi", "kemnaker", "disnaker", "kemlu"):
        cast.agree(giver, "imigrasi", ["departure_screening"])
    found = Counter(one.kind for one in findings_for(cast.act(cast.ARIF, at=now())))
    assert set(found) == set(KINDS)
    assert all(found[kind] >= count for kind, count in PLANTED.items()), found
