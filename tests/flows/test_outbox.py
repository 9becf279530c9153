"""The outbox skips nothing (SECURITY C6), and its events reach just the agencies that an agreement names."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import nats as client
import pytest
from django.db import connection, transaction
from nats.js.client import JetStreamContext

from suar.agencies.models import Agreement
from suar.exchange import jobs
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.exchange.jobs import next_batch, prepare, relay_once
from suar.exchange.queries import after_place, move_place
from suar.exchange.queries.events import event_id
from suar.site.auth import now, system_act
from suar.site.running import nats
from suar.site.running.home import Home
from suar.site.running.nats import Broker, stream
from suar.vault.queries import pairwise
from tests import cast, database
from tests.ports import free_port
from tests.proving import Claim
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

WRITERS = 16
Read = Callable[[], list[UUID]]


def write(count: int, seed: int, sent: list[UUID]) -> None:
    """One writer: short and long transactions, some of them taken back."""
    draw = random.Random(seed)
    for _ in range(count):
        with transaction.atomic():
            event = publish(Happened(type="record.accepted", giver="imigrasi", thing=uuid4()), system_act("tests"))
            time.sleep(draw.choice((0, 0, 0.001, 0.02)))
            if draw.random() < 0.05:
                transaction.set_rollback(True)
            else:
                sent.append(event)
    connection.close()


def read_as_the_relay_does() -> list[UUID]:
    with transaction.atomic():
        rows = after_place("tests", 100)
        if rows:
            move_place("tests", rows[-1])
    return [row.id for row in rows]


def read_by_last_id() -> Read:
    """The planted bug: everything newer than the newest seen, as if ids were committed in their order."""
    last = [UUID(int=0)]

    def read() -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM exchange_outbox WHERE id > %s ORDER BY id LIMIT 100", [last[0]])
            found = [row[0] for row in cursor.fetchall()]
        last[0] = found[-1] if found else last[0]
        return found

    return read


def written_and_read(count: int, seed: int, read: Read) -> tuple[list[UUID], list[UUID]]:
    sent: list[UUID] = []
    got: list[UUID] = []
    writers = [threading.Thread(target=write, args=(count, seed + number, sent)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    while any(one.is_alive() for one in writers):
        got += read()
    wait_until(settled, seconds=60)
    while found := read():
        got += found
    return sent, got


def settled() -> bool:
    """Whether every row may be passed: a reader waits for all older transactions of the server, those of tests beside this one too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM exchange_outbox WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.prove
def test_a_reader_misses_nothing_and_sees_nothing_twice(claim: Claim, cloned_database: database.Copy) -> None:
    for turn in claim.rounds(small=1, large=5):
        sent, got = written_and_read(1_500 if claim.proving else 25, turn.seed, read_as_the_relay_does)
        assert len(got) == len(set(got))
        assert sorted(got) == sorted(sent)
        with connection.cursor() as cursor:
            cursor.execute("SELECT xid::text, id FROM exchange_place WHERE reader = 'tests'")
            assert cursor.fetchone()[1] == got[-1]


def test_the_twin_that_reads_past_the_last_id_loses_some(cloned_database: database.Copy) -> None:
    sent, got = written_and_read(40, 4711, read_by_last_id())
    assert set(sent) - set(got)


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A real nats-server of this test alone."""
    with folder_open_to_all("suar-") as folder:
        home = Home(folder / ".suar")
        home.make()
        made = Broker(home=home, port=free_port(4300), agencies=("kp2mi", "kemnaker", "polri"))
        process = made.start()
        wait_until(made.answers)
        yield made
        nats.stop(process)


@asynccontextmanager
async def hub_of(broker: Broker) -> Any:
    line = await client.connect(broker.url(nats.HUB), allow_reconnect=False)
    try:
        yield line.jetstream(timeout=5)
    finally:
        await line.close()


async def taken(broker: Broker, agency: str) -> list[dict[str, Any]]:
    """What an agency finds in its own stream, through its own account."""
    line = await client.connect(broker.url(agency), allow_reconnect=False)
    try:
        waiting = await line.jetstream(timeout=5).pull_subscribe_bind(agency, stream(agency))
        messages = await waiting.fetch(100, timeout=1)
        for message in messages:
            await message.ack_sync(timeout=3)
        return [json.loads(message.data) for message in messages]
    except TimeoutError:
        return []
    finally:
        await line.close()


def agreed(giver: str, receiver: str, *, at: datetime, events: tuple[str, ...] = ("record.accepted",)) -> None:
    made = cast.agree(giver, receiver, ["departure_screening"], at=at, days=185)
    Agreement.objects.filter(id=made.id).update(events=list(events))


def happened(giver: str, kind: str = "record.accepted") -> tuple[UUID, UUID, UUID]:
    thing, subject = uuid4(), uuid4()
    with transaction.atomic():
        event = publish(
            Happened(type=kind, giver=giver, thing=thing, subject=subject, classes=("passport",), effect="accepted"),
            system_act("tests"),
        )
    return event, thing, subject


async def everything_passed(hub: JetStreamContext) -> None:
    await asyncio.to_thread(wait_until, settled, seconds=60)
    while await relay_once(hub, now):
        pass


def test_events_reach_only_agencies_with_an_agreement_in_force(cloned_database: database.Copy, broker: Broker) -> None:
    cast.adopt()
    cast.agencies()
    agreed("imigrasi", "kp2mi", at=now())
    agreed("imigrasi", "kemnaker", at=now() - timedelta(days=400))  # it has ended
    event, thing, subject = happened("imigrasi")
    happened("polri")  # whose events nobody agreed upon
    happened("imigrasi", "record.returned")  # a kind that the agreement does not name

    async def walk() -> dict[str, list[dict[str, Any]]]:
        async with hub_of(broker) as hub:
            await prepare(hub)
            await everything_passed(hub)
        return {agency: await taken(broker, agency) for agency in broker.agencies}

    got = asyncio.run(walk())
    assert got["kemnaker"] == got["polri"] == []
    assert [one["id"] for one in got["kp2mi"]] == [event_id("kp2mi", event)]
    told = got["kp2mi"][0]
    assert told["specversion"] == "1.0" and told["type"] == "id.suar.record.accepted"
    assert told["data"]["thing"] == pairwise("kp2mi", thing) and told["subject"] == pairwise("kp2mi", subject)
    assert not any(str(plain) in json.dumps(told) for plain in (event, thing, subject))  # our own ids stay at home


def test_a_relay_killed_before_it_moved_its_place_sends_nothing_twice(
    cloned_database: database.Copy, broker: Broker
) -> None:
    cast.adopt()
    cast.agencies()
    agreed("imigrasi", "kp2mi", at=now())
    events = [happened("imigrasi")[0] for _ in range(20)]

    async def walk() -> list[dict[str, Any]]:
        async with hub_of(broker) as hub:
            await prepare(hub)
            _, messages = await asyncio.to_thread(next_batch, now())
            for one in messages[:15]:  # acknowledged, and then the relay is killed
                await hub.publish(one.subject, one.body, headers={"Nats-Msg-Id": one.key})
            await everything_passed(hub)
        return await taken(broker, "kp2mi")

    assert [one["id"] for one in asyncio.run(walk())] == [event_id("kp2mi", event) for event in events]


class Loses:
    """A broker that loses the first message and takes those behind it, as one does whose leader changes just then."""

    def __init__(self, stream: JetStreamContext) -> None:
        self.stream, self.lost = stream, False

    async def publish(self, subject: str, body: bytes, headers: dict[str, Any]) -> Any:
        if not self.lost:
            self.lost = True
            await asyncio.sleep(0.3)  # meanwhile the others are there and acknowledged
            raise TimeoutError
        return await self.stream.publish(subject, body, headers=headers)


def told_of(subject: UUID) -> UUID:
    """One event, in a transaction of its own: those of one have no order among themselves."""
    with transaction.atomic():
        return publish(
            Happened(type="record.accepted", giver="imigrasi", thing=uuid4(), subject=subject, classes=("passport",)),
            system_act("tests"),
        )


def in_what_order(broker: Broker) -> tuple[list[str], list[str]]:
    """Of one human's events, of which the first is lost once: as they happened, and as his agency finds them."""
    cast.adopt()
    cast.agencies()
    agreed("imigrasi", "kp2mi", at=now())
    sari = uuid4()
    told = [told_of(sari) for _ in range(5)]

    async def walk() -> list[dict[str, Any]]:
        async with hub_of(broker) as hub:
            await prepare(hub)
            await asyncio.to_thread(wait_until, settled, seconds=60)
            with pytest.raises(TimeoutError):
                await relay_once(Loses(hub), now)  # type: ignore[arg-type]
            await everything_passed(hub)
        return await taken(broker, "kp2mi")

    return [event_id("kp2mi", event) for event in told], [one["id"] for one in asyncio.run(walk())]


def test_what_the_broker_loses_is_not_overtaken_by_what_comes_later_about_the_same_human(
    cloned_database: database.Copy, broker: Broker
) -> None:
    happened_, found = in_what_order(broker)
    assert found == happened_


def test_the_twin_that_publishes_a_batch_all_at_once_turns_it_round(
    cloned_database: database.Copy, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(stream: JetStreamContext, messages: Sequence[jobs.Message]) -> None:
        kept = [stream.publish(one.subject, one.body, headers={"Nats-Msg-Id": one.key}) for one in messages]
        results = await asyncio.gather(*kept, return_exceptions=True)
        for failed in results:
            if isinstance(failed, BaseException):
                raise failed

    monkeypatch.setattr(jobs, "published", at_once)
    happened_, found = in_what_order(broker)
    assert set(found) == set(happened_) and found != happened_
