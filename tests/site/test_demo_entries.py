"""In the training nation the clocks of notices are met, missed and running, and whoever oversees sees it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from suar.registers.access.notices import clocks_for
from suar.registers.access.work import work_for
from suar.site.auth import now, system_act
from suar.site.demo import prepare
from suar.site.demo_entries import STORY, nominate, officer
from suar.site.running.prepare import FOUNDED
from tests import cast
from tests.arrivals import arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
NAMES = ("Sari Wulandari", "Budi Hartono", "Ketut Widiarta", "Maria Goreti")


@pytest.fixture
def nation(settings: Any, tmp_path: Path) -> dict[str, str]:
    """The training nation as its first start founds it, with four passports in it; username to password."""
    settings.HOME, settings.DEMO = tmp_path, True
    cast.adopt()
    passwords = prepare(act=system_act("tests", at=now() - FOUNDED))
    passports = [
        {
            "id": f"p-{n}", "who": f"w-{n}", "full_name": name, "birth_date": f"199{n}-05-12", "sex": "2", "nik": f"99010152059{n}0001",
            "passport_no": f"X990000{n}", "issued_on": "2024-01-05", "status": "active",
        }
        for n, name in enumerate(NAMES)
    ]  # fmt: skip
    arrive("simkim", "passport", passports)
    return passwords


def test_the_story_is_told_once_with_clocks_met_missed_and_running(nation: dict[str, str]) -> None:
    assert nominate("https://suar.example", act=system_act("tests")) == len(STORY)
    assert nominate("https://suar.example", act=system_act("tests")) == 0
    watched = clocks_for(officer("auditor", "ombudsman", now()))
    assert {(row.kind, row.to_whom): (row.due, row.met, row.missed) for row in watched.counted} == {
        ("exit_ban", "person"): (0, 1, 0),
        ("exit_ban", "minister"): (0, 0, 1),
        ("exit_ban_urgent", "person"): (0, 0, 1),
        ("passport_suspension", "person"): (1, 0, 0),
    }
    assert sum(len(work_for(officer("second_officer", agency, now())).waits) for agency in ("kp2mi", "imigrasi")) == 1


def test_a_missed_notice_is_seen_by_whoever_oversees_and_names_nobody(nation: dict[str, str]) -> None:
    nominate("https://suar.example", act=system_act("tests"))
    client = Client(headers={"accept-language": "id"})
    client.post("/login/", {"username": "nadia", "password": nation["nadia"]})
    page = client.get("/pemberitahuan/").content.decode()
    assert "belum dibuat" in page and not any(name in page for name in NAMES)


def test_a_house_that_stood_before_its_register_officers_came_starts_without_the_story(
    settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    cast.adopt()
    prepare(act=system_act("tests", at=now() - timedelta(hours=1)))
    assert nominate("https://suar.example", act=system_act("tests")) == 0
