"""Who may take from the broker at all: an agency whose machines are ended is shut out there as well, within a second (decision 0036).

The broker knows agencies, not machines, and their connections stay open for weeks. All that an agency can ask of it is the next message of its own
consumer; so the hub pauses that consumer. An open pull then gets nothing more, and what is not taken waits, as it does while nobody asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import nats
from django.conf import settings
from django.db import Error
from nats.aio.client import Client

from suar.agencies.queries import agency_codes
from suar.agencies.queries.machines import shut_out
from suar.exchange.jobs import afresh, end, reached

LOOKS_EVERY_S = 0.2
FOR_GOOD = datetime(2999, 1, 1, tzinfo=UTC)
NEVER = "0001-01-01T00:00:00Z"


async def keep_doors(stop: Callable[[], bool], clock: Callable[[], datetime]) -> None:
    """Shut and open until told to stop. Until the broker and the database answer, everything stays as it was."""
    while not stop():
        broker = None
        try:
            broker = await reached(settings.NATS_URL)
            shut: set[str] | None = None
            while not stop():
                shut = await turn(broker, shut, *await asyncio.to_thread(afresh, wanted, clock()))
                await asyncio.sleep(LOOKS_EVERY_S)
        except (nats.errors.Error, Error, OSError, TimeoutError, ValueError) as error:
            logging.getLogger("suar").error("doors of the exchange: %s", type(error).__name__)
            await asyncio.sleep(1)
        finally:
            if broker is not None:
                await end(broker)


def wanted(at: datetime) -> tuple[set[str], set[str]]:
    """Which agencies are shut out now, and all there are."""
    return set(shut_out(at)), set(agency_codes())


async def turn(broker: Client, before: set[str] | None, shut: set[str], every: set[str]) -> set[str]:
    """Say it of those that are shut each time, since a consumer that was made again knows nothing of it; of the others once."""
    for agency in sorted(shut):
        await pause(broker, agency, FOR_GOOD.isoformat().replace("+00:00", "Z"))
    for agency in sorted((every if before is None else before) - shut):
        await pause(broker, agency, NEVER)
    return shut


async def pause(broker: Client, agency: str, until: str) -> None:
    """One that has no consumer yet takes nothing either; it is asked again."""
    subject = f"$JS.API.CONSUMER.PAUSE.EVENT_{agency}.{agency}"
    with contextlib.suppress(nats.errors.NoRespondersError):
        await broker.request(subject, json.dumps({"pause_until": until}).encode(), timeout=3)
