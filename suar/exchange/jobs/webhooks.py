"""The third way to receive: signed webhooks from the same outbox, each endpoint with a place of its own (decision 0034)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import Error, transaction

from suar.core.act import Act
from suar.exchange.actions.deliver import Came, Going, bury_ended, claim, park, settle
from suar.exchange.jobs import afresh
from suar.exchange.jobs.sending import Ways, send, trusted
from suar.exchange.queries.webhooks import Manner, endpoints_in_force, manner, paused
from suar.policies.queries import once

IDLE_S = 0.1  # a delivery that nothing wakes up for waits this long at most
TURN_S = 0.05  # a turn costs as much for one delivery as for twenty: so long is gathered what the next one takes
Acts = Callable[[], Act]
draws = random.SystemRandom()


@dataclass
class Flights:
    """Attempts on their way, by endpoint, and what came of those that have ended and is not written down yet."""

    trust: ssl.SSLContext = field(default_factory=trusted)
    flying: dict[UUID, set[asyncio.Task[None]]] = field(default_factory=dict)
    came: list[Came] = field(default_factory=list)
    landed: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, found: Sequence[tuple[Going, Manner]], at: datetime) -> None:
        """All of these at once."""
        ways = Ways(self.trust)
        for going, how in found:
            task = asyncio.create_task(self.fly(going, how, ways, at))
            there = self.flying.setdefault(going.wording.endpoint, set())
            there.add(task)
            task.add_done_callback(there.discard)

    async def fly(self, going: Going, how: Manner, ways: Ways, at: datetime) -> None:
        try:
            came = await send(going, how, ways, at)
        except Exception as error:  # a fault of ours: its days run on, and it ends where somebody sees it
            logging.getLogger("suar").error("webhook: %s", type(error).__name__)
            came = Came(going=going, at=at, outcome="fault")
        self.came.append(came)
        self.landed.set()


async def deliver(stop: Callable[[], bool], acts: Acts) -> None:
    """Deliver until told to stop; then what is on its way is waited for and written down."""
    flights, loop = Flights(), asyncio.get_running_loop()
    while not stop():
        began = loop.time()
        try:
            moved = await turn(flights, acts)
        except (Error, OSError) as error:  # a database that is away; what came meanwhile is kept and written down later
            logging.getLogger("suar").error("webhooks: %s", type(error).__name__)
            moved = False
            await asyncio.sleep(1)
        await asyncio.sleep(began + TURN_S - loop.time())
        if not moved and not flights.came:
            flights.landed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(flights.landed.wait(), IDLE_S)
    await land(flights, acts)


async def turn(flights: Flights, acts: Acts) -> bool:
    """Write down what came, read on, and send what is due. Returns whether anything moved."""
    came = await written_down(flights, acts)
    flying = {endpoint: len(there) for endpoint, there in flights.flying.items()}
    found, moved = await asyncio.to_thread(afresh, due, flying, acts())
    flights.start(found, acts().at)
    return bool(came or moved or found)


async def written_down(flights: Flights, acts: Acts) -> int:
    came = list(flights.came)
    if came:
        await asyncio.to_thread(afresh, write_down, came, acts())
        del flights.came[: len(came)]
    return len(came)


def write_down(came: list[Came], act: Act) -> None:
    with once():
        settle(came, manner(act.at), lambda: draws.randint(0, 1000), act=act)


def due(flying: Mapping[UUID, int], act: Act) -> tuple[list[tuple[Going, Manner]], bool]:
    """What is to be sent now, and whether anything was read on from the outbox."""
    with once(), transaction.atomic():  # one turn is under one policy, and one commit
        return due_now(flying, act)


def due_now(flying: Mapping[UUID, int], act: Act) -> tuple[list[tuple[Going, Manner]], bool]:
    how = manner(act.at)
    held, resting = {one.endpoint: one for one in endpoints_in_force(act.at)}, paused(act.at)
    moved = bool(bury_ended(held, act=act))
    found: list[tuple[Going, Manner]] = []
    for wording in held.values():
        moved |= bool(park(wording, how, act=act))
        free = how.in_flight - flying.get(wording.endpoint, 0)
        if free > 0 and wording.endpoint not in resting:
            found += [(one, how) for one in claim(wording, free, how, act=act)]
    return found, moved


async def land(flights: Flights, acts: Acts) -> None:
    """Wait for what is on its way; whatever cannot be written down now is sent again with the same id."""
    tasks = [task for there in flights.flying.values() for task in there]
    await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(Error, OSError):
        await written_down(flights, acts)
