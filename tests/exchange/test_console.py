"""Replays with their progress, and what agencies' conformance runs found, on the integration console."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from suar.exchange.access.console import contracts_for, replays_for
from suar.exchange.actions.endpoint import replay_endpoint
from suar.exchange.queries import console as reading
from suar.exchange.queries.console import Replay
from suar.exchange.queries.webhooks import endpoints_in_force
from suar.site.auth import now
from tests import cast, database
from tests.exchange.delivering import acknowledged, delivering, eko, happened, opened, prepared, rows
from tests.exchange.machines import Machine
from tests.exchange.receiver import Answer, receiving
from tests.exchange.test_tail import RINI
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

URL = "https://terima.kp2mi.example/suar"
GOOD = {"check": "the feed can be read", "holds": True}


@pytest.fixture(autouse=True)
def suar(cloned_database: database.Copy) -> None:
    prepared()


def newest() -> Replay:
    with transaction.atomic():
        return reading.replays()[0]


def test_a_replay_says_how_far_it_has_come_and_what_comes_later_is_no_part_of_it() -> None:
    with receiving(lambda got, before: Answer(204)) as agency:
        endpoint = opened(agency.url())
        events = [happened() for _ in range(6)]
        with delivering():
            acknowledged(events)
        wait_until(settled, seconds=60)
        replay_endpoint(endpoint, now() - timedelta(minutes=30), act=eko())
        before = newest()
        assert (before.rows, before.left, before.done) == (6, 6, 0)
        later = happened()
        wait_until(settled, seconds=60)
        assert newest().left == 6
        with delivering():
            wait_until(lambda: newest().left == 0)
            acknowledged([later])
        after = newest()
        assert (after.rows, after.left, after.done) == (6, 0, 6)
        [(_, wording, by, left_s)] = replays_for(eko()).replays
        assert wording and wording.endpoint == endpoint and by == "Eko Santoso" and left_s == 0


def test_a_later_replay_of_the_same_endpoint_overtakes_the_earlier_one() -> None:
    endpoint = opened(URL)
    happened()
    wait_until(settled, seconds=60)
    for _ in range(2):
        replay_endpoint(endpoint, now() - timedelta(minutes=30), act=eko())
    with transaction.atomic():
        assert [one.left for one in reading.replays()] == [1, None]


def test_a_replay_is_started_from_its_page_and_refused_in_words() -> None:
    endpoint = opened(URL)
    happened()
    wait_until(settled, seconds=60)
    browser = cast.browser(cast.EKO)
    since = (now() + timedelta(hours=7) - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M")
    answer = browser.post("/integrasi/ulang/mulai/", {"endpoint": str(endpoint), "since": since}, follow=True)
    assert answer.status_code == 200 and "0 dari 1 baris" in answer.content.decode()
    far = browser.post("/integrasi/ulang/mulai/", {"endpoint": str(endpoint), "since": "2020-01-01T00:00"})
    assert far.status_code == 422 and 'role="alert"' in far.content.decode()
    assert endpoints_in_force(now())[0].endpoint == endpoint


def report(machine: Machine, *checks: dict[str, Any], **more: Any) -> Any:
    return machine.post("contract-tests", {"kind": "feed", "kit": "0.1.0", "checks": [GOOD, *checks]} | more)


def test_a_report_stands_with_its_date_and_what_failed_and_the_newest_counts() -> None:
    kp2mi = Machine("kp2mi")
    assert report(kp2mi, {"check": "each event is the hub's own", "holds": False}).status_code == 201
    page = cast.browser(cast.EKO).get("/integrasi/uji/").content.decode()
    assert "each event is the hub&#x27;s own" in page and "1 dari 2 gagal" in page
    assert report(kp2mi).status_code == 201
    page = cast.browser(cast.EKO).get("/integrasi/uji/").content.decode()
    assert "1 dari 1 lulus" in page and "gagal</span>" not in page
    assert len(rows("SELECT 1 FROM exchange_contract")) == 2


def test_an_agency_sees_its_own_reports_alone() -> None:
    for agency in ("kp2mi", "imigrasi"):
        assert report(Machine(agency)).status_code == 201
    rini = cast.browser(RINI)
    assert rini.get("/integrasi/uji/").content.decode().count("1 dari 1 lulus") == 1
    told = {agency: len(found) for agency, found in contracts_for(cast.act(RINI, at=now()))}
    assert told == {"kp2mi": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"checks": [{"check": "NIK 9952014505900001 is known", "holds": True}]}, {"checks": [{"check": "a@b.example", "holds": True}]}, {"checks": []},
        {"checks": [GOOD] * 101}, {"kind": "other"}, {"kit": "x" * 41}, {"checks": [{"check": "a" * 121, "holds": True}]},
    ],
)  # fmt: skip
def test_what_could_name_somebody_or_fill_the_table_is_not_taken(wrong: dict[str, Any]) -> None:
    assert report(Machine("kp2mi"), **wrong).status_code == 422
    assert rows("SELECT 1 FROM exchange_contract") == []


def test_without_a_token_for_events_nothing_is_kept() -> None:
    assert report(Machine("kp2mi", ["screening"])).status_code == 403
    assert Client().post("/api/v1/contract-tests", {}, content_type="application/json").status_code == 401
