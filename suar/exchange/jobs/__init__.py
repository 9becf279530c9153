"""The relay: outbox to JetStream."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import nats
from django.conf import settings
from django.db import close_old_connections, transaction
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig

from suar.agencies.queries import agency_codes
from suar.exchange.actions import acknowledged
from suar.exchange.queries import Row, after_place, move_place
from suar.exchange.queries.events import event_id, signed_event
from suar.exchange.queries.given import count_given
from suar.exchange.queries.sharing import entitled

READER = "jetstream"
BATCH = 500
IDLE_S = 0.2  # an event waits this long at most before it is looked for
TWO_WEEKS = 14 * 24 * 3600


async def relay(stop: Callable[[], bool], clock: Callable[[], datetime]) -> None:
    """Publish until told to stop; a broker that is away is tried again, and nothing is passed before it is acknowledged."""
    while not stop():
        try:
            broker = await nats.connect(settings.NATS_URL, max_reconnect_attempts=2, connect_timeout=5)
        except (OSError, nats.errors.Error):
            await asyncio.sleep(2)
            continue
        try:
            stream = broker.jetstream()
            await prepare(stream)
            while not stop():
                if not await relay_once(stream, clock):
                    await asyncio.sleep(IDLE_S)
        except (nats.errors.Error, OSError, TimeoutError):
            await asyncio.sleep(1)
        finally:
            with contextlib.suppress(Exception):
                await broker.close()


async def prepare(stream: JetStreamContext) -> None:
    """One durable stream for each agency, and its consumer, made once."""
    for agency in await asyncio.to_thread(agencies):
        config = StreamConfig(
            name=f"EVENT_{agency}", subjects=[f"suar.event.{agency}.>"], max_age=TWO_WEEKS, duplicate_window=3600
        )
        with contextlib.suppress(nats.js.errors.BadRequestError):
            await stream.add_stream(config)
        await stream.add_consumer(
            f"EVENT_{agency}", ConsumerConfig(durable_name=agency, ack_policy=nats.js.api.AckPolicy.EXPLICIT)
        )


def agencies() -> list[str]:
    close_old_connections()
    return agency_codes()


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way to one agency. The key is what JetStream tells twice from once by, and the agency sees it: the event's own id."""

    row: Row
    receiver: str
    body: bytes

    @property
    def subject(self) -> str:
        return f"suar.event.{self.receiver}.{self.row.type}"

    @property
    def key(self) -> str:
        return event_id(self.receiver, self.row.id)


async def relay_once(stream: JetStreamContext, clock: Callable[[], datetime]) -> int:
    """Publish one batch, wait for every acknowledgement, then move the place. Returns how many rows were passed."""
    rows, messages = await asyncio.to_thread(next_batch, clock())
    if not rows:
        return 0
    await asyncio.gather(*(stream.publish(one.subject, one.body, headers={"Nats-Msg-Id": one.key}) for one in messages))
    await asyncio.to_thread(pass_over, rows, messages, clock())
    return len(rows)


@transaction.atomic
def next_batch(at: datetime) -> tuple[list[Row], list[Message]]:
    """The next rows, and what of them goes to whom. Agreements are read for each batch: one that has ended gives nothing to the next."""
    rows = after_place(READER, BATCH)
    return rows, [Message(row, receiver, signed_event(row, receiver)) for row, receiver in entitled(rows, at)]


@transaction.atomic
def pass_over(rows: Sequence[Row], messages: Sequence[Message], at: datetime) -> None:
    """Move the place behind these rows, count what was given, and tell whoever wants to know which receivers have what since `at`."""
    move_place(READER, rows[-1])
    count_given([(one.row, one.receiver) for one in messages])
    for kind, tell in acknowledged.items():
        told = [(one.row.thing, one.receiver) for one in messages if one.row.type == kind]
        if told:
            tell([thing for thing, _ in told], [receiver for _, receiver in told], at)
