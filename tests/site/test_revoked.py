"""Revocation, measured on a running Suar: the next request, a long poll that is open, and an agency's NATS connection, each within a second."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from nats.js.client import JetStreamContext

from suar.agencies.actions.machines import end_key, end_machine
from suar.agencies.queries.machines import pass_of
from suar.exchange.jobs.doors import keep_doors
from suar.site import machines
from suar.site.auth import now
from suar.site.running import nats
from suar.site.running.home import Home
from suar.site.running.nats import Broker, stream
from tests import cast, database
from tests.agencies.ceremony import Machine, certificate, get
from tests.browser.conftest import served
from tests.exchange.delivering import at_work
from tests.exchange.machines import agree
from tests.ports import free_port
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.test_nats import as_user
from tests.site.running.waiting import wait_until

SECOND = 1.0


@dataclass
class Running:
    """A Suar at its address, which believes the headers of whoever is on this machine."""

    address: str

    def ask(self, token: str, path: str = "sources", **named: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} | named.pop("headers", {})
        return httpx.get(f"{self.address}/api/v1/{path}", params=named, headers=headers, timeout=30)

    def warm(self) -> bool:
        """Whether it has made itself ready: until then it is slow to say anything, and what is measured is its start."""
        began = time.monotonic()
        for _ in range(5):
            self.ask("nobody's")
        return time.monotonic() - began < SECOND / 2


@pytest.fixture
def suar(cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Running]:
    cast.adopt()
    agree("imigrasi", "kp2mi")
    monkeypatch.setenv("SUAR_PROXIES", "127.0.0.1/32")
    settings.PROXIES = ["127.0.0.1/32"]
    with served(cloned_database) as address:
        running = Running(address)
        until = time.monotonic() + 60
        while not running.warm() and time.monotonic() < until:
            time.sleep(0.2)
        yield running


def of_key(machine: Machine) -> None:
    end_key(machine.key_id, act=machine.hers())


def of_certificate(machine: Machine) -> None:
    assert machine.certificate_id
    end_key(machine.certificate_id, act=machine.hers())


def of_machine(machine: Machine) -> None:
    end_machine(machine.id, act=machine.hers())


def of_scope(machine: Machine) -> None:
    machine.agree(["health"], bound=True)


ENDS: dict[str, Callable[[Machine], None]] = {"key": of_key, "certificate": of_certificate, "machine": of_machine}


def measured(suar: Running, what: str) -> tuple[list[int], float]:
    """What the next request and a long poll that was open are answered once this has ended, and the seconds that the slower of them took."""
    machine = Machine(scopes=["events", "health"], certificate=certificate())
    assert machine.certificate
    shown = {"Client-Cert": machine.certificate.header}
    token = machine.token(line={"HTTP_CLIENT_CERT": machine.certificate.header})
    assert suar.ask(token, "events", headers=shown).status_code == 200
    ended: list[tuple[float, int]] = []

    def poll() -> None:
        answer = suar.ask(token, "events", headers=shown, wait=20)
        ended.append((time.monotonic(), answer.status_code))

    waiting = threading.Thread(target=poll)
    waiting.start()
    time.sleep(0.7)  # it is open and has looked more than once
    assert not ended
    (ENDS | {"scope": of_scope})[what](machine)
    revoked = time.monotonic()
    refused = suar.ask(token, "events", headers=shown).status_code
    asked = time.monotonic() - revoked
    waiting.join(timeout=25)
    ((at, status),) = ended
    print(f"{what}: next request {asked * 1000:.0f} ms, open long poll {(at - revoked) * 1000:.0f} ms")
    return [refused, status], max(asked, at - revoked)


def quickest(suar: Running, what: str) -> tuple[list[int], float]:
    """The quickest of up to five, since whoever else works on this machine is not what is measured; what is answered must be right each time."""
    rounds: list[tuple[list[int], float]] = []
    while len(rounds) < 5 and not any(seconds < SECOND for _, seconds in rounds):
        rounds.append(measured(suar, what))
    assert len({tuple(statuses) for statuses, _ in rounds}) == 1
    return min(rounds, key=lambda one: one[1])


def test_the_next_request_and_an_open_long_poll_end_within_a_second(suar: Running) -> None:
    found = {what: quickest(suar, what) for what in (*ENDS, "scope")}
    assert {what: statuses for what, (statuses, _) in found.items()} == {
        "key": [401, 401], "certificate": [401, 401], "machine": [401, 401], "scope": [403, 403],
    }  # fmt: skip
    assert max(seconds for _, seconds in found.values()) < SECOND


@pytest.mark.django_db
def test_the_twin_that_remembers_a_token_lets_it_live_on(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.adopt()
    machine = Machine()
    token = machine.token()
    remembered = functools.cache(lambda digest: pass_of(digest, now()))
    monkeypatch.setattr(machines, "pass_of", lambda digest, at: remembered(digest))
    assert get(token).status_code == 200
    of_machine(machine)
    assert get(token).status_code == 200


# NATS ----------------------------------------------------------------------------------------------------------------------------------------


AWAY = "nats://127.0.0.1:1"  # a node of the cluster that does not answer


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Broker]:
    """A real nats-server of this test alone."""
    with folder_open_to_all("suar-") as folder:
        home = Home(folder / ".suar")
        home.make()
        made = Broker(home=home, port=free_port(4300), agencies=("kp2mi", "polri"))
        process = made.start()
        wait_until(made.answers)
        settings.NATS_URL = f"{AWAY},{made.url()}"
        yield made
        nats.stop(process)


def doors_kept() -> contextlib.AbstractContextManager[None]:
    """What the relay's program does beside relaying."""
    return at_work(lambda stop: keep_doors(stop, now))


async def streams(hub: JetStreamContext) -> None:
    from suar.exchange.jobs import prepare

    await prepare(hub)


async def told(hub: JetStreamContext, agency: str, number: int) -> None:
    await hub.publish(f"suar.event.{agency}.record.accepted", str(number).encode())


async def got(pull: Any, seconds: float) -> list[bytes]:
    """What comes to a pull that stays open for so long."""
    until, found = time.monotonic() + seconds, list[bytes]()
    while (left := until - time.monotonic()) > 0.05:
        try:
            for message in await pull.fetch(10, timeout=left):
                await message.ack()
                found.append(message.data)
        except TimeoutError:
            break
    return found


async def walk(broker: Broker, shut: Callable[[], None], opened: Callable[[], None]) -> dict[str, Any]:
    """KP2MI pulls all the time over one connection; polri beside it. What each gets before, after a second, and once it is opened again."""
    async with as_user(broker, "suar") as hub, as_user(broker, "kp2mi") as kp2mi, as_user(broker, "polri") as polri:
        await streams(hub)
        mine = await kp2mi.pull_subscribe_bind("kp2mi", stream("kp2mi"))
        others = await polri.pull_subscribe_bind("polri", stream("polri"))
        await told(hub, "kp2mi", 1)
        before = await got(mine, 1.0)
        open_pull = asyncio.create_task(got(mine, 3.0))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(shut)
        await asyncio.sleep(SECOND)
        await told(hub, "kp2mi", 2)
        await told(hub, "polri", 2)
        after = await open_pull + await got(mine, 1.0)
        beside = await got(others, 1.0)
        await asyncio.to_thread(opened)
        await asyncio.sleep(SECOND)
        return {"before": before, "after": after, "beside": beside, "again": await got(mine, 1.5)}


def ways(broker: Broker) -> dict[str, Any]:
    machine, other = Machine(scopes=["events"]), Machine(scopes=["events:record.accepted"])
    of_machine(other)  # one of two: the line stays open
    return asyncio.run(walk(broker, lambda: of_machine(machine), lambda: machine.agree(["events"])))


def test_an_agencys_nats_connection_gets_nothing_a_second_after_its_last_machine_ended(
    cloned_database: database.Copy, broker: Broker
) -> None:
    cast.adopt()
    with doors_kept():
        assert ways(broker) == {"before": [b"1"], "after": [], "beside": [b"2"], "again": [b"2"]}


def test_the_twin_whose_doors_nobody_keeps_goes_on_receiving(cloned_database: database.Copy, broker: Broker) -> None:
    cast.adopt()
    assert ways(broker)["after"] == [b"2"]
