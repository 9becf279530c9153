"""What the deliverer had in its hands when it ended or died is not lost, and the planted bugs that lose it. `test_kills` kills everything."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from suar.exchange.actions import deliver as deliveries
from suar.exchange.actions.deliver import Came, Going
from suar.exchange.jobs import webhooks
from suar.site.auth import system_act
from suar.site.running.home import ROOT
from tests import database
from tests.exchange.delivering import acknowledged, delivering, happened, ids, opened, prepared, receipts
from tests.exchange.receiver import Answer, receiving
from tests.site.running.waiting import wait_until

#: The relay's own program; no broker is there, which it must bear.
RELAY = (sys.executable, "-m", "suar", "relay")


def launched(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    told = environment | {"NATS_URL": "nats://127.0.0.1:9", "DJANGO_SETTINGS_MODULE": "suar.site.settings"}
    return subprocess.Popen(RELAY, cwd=ROOT, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_program_told_to_end_finishes_what_is_in_its_hands(cloned_database: database.Copy) -> None:
    prepared(whole_ms=5000)
    with receiving(lambda got, before: Answer(after_s=1)) as agency:
        opened(agency.url())
        event = happened()
        process = launched(cloned_database.environment)
        wait_until(lambda: bool(agency.got), seconds=90)
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert receipts() == [event] and agency.ids() == ids([event])


class Killed(BaseException):
    """The power goes."""


def dies_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a delivery was claimed and before it was sent, the power goes; then the program starts again."""

    async def never(*told: Any, **more: Any) -> Came:
        raise Killed

    with monkeypatch.context() as once:
        once.setattr(webhooks, "send", never)
        with pytest.raises(Killed):
            asyncio.run(one_turn())


async def one_turn() -> None:
    """Turns until something is on its way: older transactions of tests beside this one hold the reader back."""
    flights = webhooks.Flights()
    while not flights.flying:
        await webhooks.turn(flights, lambda: system_act("webhooks"))
    await asyncio.gather(*(task for there in flights.flying.values() for task in there))


def lost_after_a_death(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    prepared(whole_ms=200)
    with receiving() as agency:
        opened(agency.url())
        events = [happened() for _ in range(5)]
        dies_on_its_way(monkeypatch)
        with delivering():
            time.sleep(8)  # longer than a claim
    return [event for event in events if ids([event])[0] not in agency.ids()]


def test_what_was_claimed_by_a_program_that_died_is_taken_up_by_the_next(
    cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lost_after_a_death(monkeypatch) == []


def test_the_twin_that_passes_an_event_before_it_is_acknowledged_loses_it(
    cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: the row leaves when it is claimed, not with its receipt."""
    real = deliveries.claim

    def careless(*told: Any, **more: Any) -> list[Going]:
        going = real(*told, **more)
        with transaction.atomic():
            deliveries.away(going)
        return going

    monkeypatch.setattr(webhooks, "claim", careless)
    assert lost_after_a_death(monkeypatch)


def test_the_twin_that_moves_its_place_without_the_rows_loses_them(
    cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: the place is a commit of its own, and the power goes between the two."""
    prepared()
    with receiving() as agency:
        opened(agency.url())
        events = [happened() for _ in range(5)]
        with monkeypatch.context() as once:
            once.setattr(deliveries, "park_rows", lambda *told: None)
            wait_until(lambda: webhooks.due({}, system_act("webhooks"))[1], seconds=90)
        with delivering():
            time.sleep(1)
    assert not set(ids(events)) & set(agency.ids())


def test_two_programs_at_once_send_nothing_twice(cloned_database: database.Copy) -> None:
    prepared()
    with receiving(lambda got, before: Answer(after_s=0.01)) as agency:
        opened(agency.url())
        events = [happened() for _ in range(80)]
        with delivering(), delivering():
            acknowledged(events, seconds=60)
    assert sorted(agency.ids()) == sorted(ids(events))
