"""The exchange engine: an agency reaches its own stream and nothing else, and what was acknowledged is on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator, Iterator

import nats as client
import pytest
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from nats.js.client import JetStreamContext

from suar.site.running import nats
from suar.site.running.home import Home
from suar.site.running.nats import Broker, stream
from suar.site.running.processes import Process, leftovers
from tests.ports import free_port
from tests.site.running.waiting import wait_until

AGENCIES = ("kp2mi", "polri")


@pytest.fixture
def broker(home: Home) -> Iterator[Broker]:
    made = Broker(home=home, port=free_port(4300), agencies=AGENCIES)
    process = made.start()
    wait_until(made.answers)
    yield made
    nats.stop(process)


@contextlib.asynccontextmanager
async def as_user(broker: Broker, user: str) -> AsyncIterator[JetStreamContext]:
    connection = await client.connect(broker.url(user), allow_reconnect=False)
    try:
        yield connection.jetstream(timeout=3)
    finally:
        await connection.close()


async def streams(hub: JetStreamContext) -> None:
    """As the relay makes them (suar/exchange/jobs.py)."""
    for agency in AGENCIES:
        await hub.add_stream(StreamConfig(name=stream(agency), subjects=[f"suar.event.{agency}.>"]))
        settings = ConsumerConfig(durable_name=agency, ack_policy=AckPolicy.EXPLICIT)
        await hub.add_consumer(stream(agency), settings)


def test_an_agency_takes_and_acknowledges_its_own_events(broker: Broker) -> None:
    async def walk() -> tuple[list[bytes], int]:
        async with as_user(broker, nats.HUB) as hub, as_user(broker, "kp2mi") as kp2mi:
            await streams(hub)
            for number in range(3):
                await hub.publish("suar.event.kp2mi.record.accepted", str(number).encode())
            taken = await (await kp2mi.pull_subscribe_bind("kp2mi", stream("kp2mi"))).fetch(10, timeout=3)
            for message in taken:
                await message.ack_sync(timeout=3)
            waiting = (await hub.consumer_info(stream("kp2mi"), "kp2mi")).num_ack_pending
            return [message.data for message in taken], waiting or 0

    assert asyncio.run(walk()) == ([b"0", b"1", b"2"], 0)


def test_an_agency_cannot_take_listen_to_or_forge_anothers_events(broker: Broker) -> None:
    async def walk() -> int:
        async with as_user(broker, nats.HUB) as hub, as_user(broker, "kp2mi") as kp2mi:
            await streams(hub)
            await hub.publish("suar.event.polri.record.accepted", b"not yours")
            other = await kp2mi.pull_subscribe_bind("polri", stream("polri"))
            with pytest.raises((TimeoutError, client.js.errors.Error, client.errors.Error)):
                await other.fetch(1, timeout=1)
            with pytest.raises((TimeoutError, client.js.errors.Error, client.errors.Error)):
                await kp2mi.publish("suar.event.polri.record.accepted", b"forged", timeout=1)
            return (await hub.stream_info(stream("polri"))).state.messages

    assert asyncio.run(walk()) == 1


def test_without_the_right_password_there_is_no_way_in(broker: Broker) -> None:
    async def knock(url: str) -> None:
        await client.connect(url, allow_reconnect=False, connect_timeout=2, max_reconnect_attempts=0)

    for url in (f"nats://127.0.0.1:{broker.port}", f"nats://kp2mi:wrong@127.0.0.1:{broker.port}"):
        with pytest.raises(client.errors.Error):
            asyncio.run(knock(url))


def test_its_secrets_are_readable_by_its_owner_alone(broker: Broker) -> None:
    for path in (broker.folder / "nats.conf", broker.folder / "agencies.json", broker.home.keys / "nats.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_acknowledged_events_are_there_after_kill_9(broker: Broker) -> None:
    async def give() -> None:
        async with as_user(broker, nats.HUB) as hub:
            await streams(hub)
            for number in range(20):
                await hub.publish("suar.event.kp2mi.record.accepted", str(number).encode())

    async def count() -> int:
        async with as_user(broker, nats.HUB) as hub:
            return (await hub.stream_info(stream("kp2mi"))).state.messages

    asyncio.run(give())
    again = restarted(broker)
    try:
        assert asyncio.run(count()) == 20
    finally:
        nats.stop(again)


def restarted(broker: Broker) -> Process:
    for killed in leftovers(broker.home):
        killed.kill()
        killed.wait(5)
    wait_until(lambda: not broker.answers())
    process = broker.start()
    wait_until(broker.answers)
    return process


def test_an_agency_that_came_later_gets_a_password_and_the_others_keep_theirs(home: Home) -> None:
    before = Broker(home=home, port=1, agencies=AGENCIES).secrets()
    after = Broker(home=home, port=1, agencies=(*AGENCIES, "kemlu")).secrets()
    assert {name: after[name] for name in before} == before and after["kemlu"]


def test_the_table_of_offices_names_the_agencies_and_not_the_hub() -> None:
    found = nats.agencies()
    assert nats.HUB not in found and {"imigrasi", "kp2mi", "polri"} <= set(found)
