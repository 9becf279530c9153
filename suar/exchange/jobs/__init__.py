"""The relay: outbox to JetStream."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import nats
from django.conf import settings
from django.db import Error, close_old_connections, transaction
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig

from suar.agencies.queries import agency_codes
from suar.core.broker import nodes
from suar.exchange.actions import acknowledged
from suar.exchange.queries import Row, after_place, move_place
from suar.exchange.queries.events import event_id, signed_event
from suar.exchange.queries.given import count_given
from suar.exchange.queries.sharing import entitled

T = TypeVar("T")
READER = "jetstream"
BATCH = 500
IDLE_S = 0.2  # an event waits this long at most before it is looked for
TURN_S = 0.02  # a turn costs as much for one event as for twenty: so long is gathered what the next one takes
PATIENCE_S = 5
REACHED_WITHIN_S = 15  # all attempts together
ENDED_WITHIN_S = 1  # all that was said is acknowledged by then
TWO_WEEKS = 14 * 24 * 3600


async def relay(stop: Callable[[], bool], clock: Callable[[], datetime]) -> None:
    """Publish until told to stop; a broker or a database that is away is tried again, and nothing is passed before it is acknowledged."""
    loop = asyncio.get_running_loop()
    while not stop():
        try:
            broker = await reached(settings.NATS_URL)
        except (OSError, nats.errors.Error, ValueError):
            await asyncio.sleep(2)
            continue
        try:
            stream = broker.jetstream()
            await prepare(stream)
            while not stop():
                began = loop.time()
                passed = await relay_once(stream, clock)
                await asyncio.sleep(began + TURN_S - loop.time() if passed else IDLE_S)
        except (nats.errors.Error, OSError, TimeoutError, ValueError, Error) as error:
            logging.getLogger("suar").warning("relay: %s", type(error).__name__)
            await asyncio.sleep(1)
        finally:
            await end(broker)


async def reached(told: str) -> Client:
    """The broker, or whichever node of its cluster answers. Raises OSError or nats.errors.Error where none does in time: nats-py alone waits
    for ever for the end of a line whose TLS handshake was spoilt.
    """
    addresses, closed = nodes(told)
    async with asyncio.timeout(REACHED_WITHIN_S):
        return await nats.connect(
            addresses,
            max_reconnect_attempts=2,
            connect_timeout=PATIENCE_S,
            ping_interval=10,
            tls_handshake_first=closed,
        )


async def end(broker: Client) -> None:
    """A line that is dead on one side would not end by itself."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(broker.close(), ENDED_WITHIN_S)


async def prepare(stream: JetStreamContext) -> None:
    """One durable stream for each agency, and its consumer, made once; on as many nodes as the settings say, also where it was made on fewer."""
    for agency in await asyncio.to_thread(afresh, agency_codes):
        name = f"EVENT_{agency}"
        config = StreamConfig(
            name=name,
            subjects=[f"suar.event.{agency}.>"],
            max_age=TWO_WEEKS,
            duplicate_window=3600,
            num_replicas=settings.NATS_REPLICAS,
        )
        try:
            await stream.add_stream(config)
        except nats.js.errors.BadRequestError:
            await spread(stream, name)
        await stream.add_consumer(name, ConsumerConfig(durable_name=agency, ack_policy=nats.js.api.AckPolicy.EXPLICIT))


async def spread(stream: JetStreamContext, name: str) -> None:
    """A stream that is there already gets the replicas that the settings say; all else of it stays as whoever runs the broker has set it."""
    config = (await stream.stream_info(name)).config
    if config.num_replicas != settings.NATS_REPLICAS:
        config.num_replicas = settings.NATS_REPLICAS
        await stream.update_stream(config)


def afresh(work: Callable[..., T], *told: Any) -> T:
    """In a thread that may have kept a connection to a database that was away meanwhile."""
    close_old_connections()
    return work(*told)


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

    @property
    def about(self) -> list[tuple[str, UUID]]:
        """The thing and the human, for this receiver: the events of each keep their order."""
        return [(self.receiver, one) for one in (self.row.thing, self.row.subject) if one]


async def relay_once(stream: JetStreamContext, clock: Callable[[], datetime]) -> int:
    """Publish one batch, wait for every acknowledgement, then move the place. Returns how many rows were passed."""
    rows, messages = await asyncio.to_thread(afresh, next_batch, clock())
    if not rows:
        return 0
    await published(stream, messages)
    await asyncio.to_thread(afresh, pass_over, rows, messages, clock())
    return len(rows)


async def published(stream: JetStreamContext, messages: Sequence[Message]) -> None:
    """All at once, but each only behind the acknowledgement of what is earlier about the same human or thing: a broker that loses one and
    takes the next, as at the change of a leader or on a new line, must not turn them round.
    """
    newest: dict[tuple[str, UUID], asyncio.Task[None]] = {}
    tasks = list[asyncio.Task[None]]()
    for one in messages:
        earlier = {newest[key] for key in one.about if key in newest}
        tasks.append(task := asyncio.create_task(publish_behind(stream, one, earlier)))
        newest |= dict.fromkeys(one.about, task)
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def publish_behind(stream: JetStreamContext, one: Message, earlier: Collection[asyncio.Task[None]]) -> None:
    if earlier:
        await asyncio.gather(*earlier)
    await stream.publish(one.subject, one.body, headers={"Nats-Msg-Id": one.key})


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
