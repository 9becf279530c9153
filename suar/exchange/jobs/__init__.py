"""The relay: outbox to JetStream."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import nats
from django.conf import settings
from django.db import close_old_connections, transaction
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig

from suar.agencies.queries import agency_codes, agreements_for_event
from suar.core.canonical import canonical
from suar.exchange.actions import acknowledged
from suar.exchange.queries import Row, after_place, move_place
from suar.vault.queries import pairwise

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


async def relay_once(stream: JetStreamContext, clock: Callable[[], datetime]) -> int:
    """Publish one batch, wait for every acknowledgement, then move the place. Returns how many rows were passed."""
    rows, messages = await asyncio.to_thread(next_batch, clock())
    if not rows:
        return 0
    await asyncio.gather(
        *(stream.publish(subject, body, headers={"Nats-Msg-Id": key}) for subject, body, key in messages)
    )
    await asyncio.to_thread(pass_over, rows, [key for _, _, key in messages], clock())
    return len(rows)


@transaction.atomic
def next_batch(at: datetime) -> tuple[list[Row], list[tuple[str, bytes, str]]]:
    rows = after_place(READER, BATCH)
    receivers = {
        key: sorted({agreement.receiver_id for agreement in agreements_for_event(*key, at)})
        for key in {(r.type, r.giver) for r in rows}
    }
    messages = [
        (f"suar.event.{receiver}.{row.type}", canonical(cloud_event(row, receiver)), f"{row.id}.{receiver}")
        for row in rows
        for receiver in receivers[(row.type, row.giver)]
    ]
    return rows, messages


def cloud_event(row: Row, receiver: str) -> dict[str, Any]:
    """CloudEvents 1.0 in JSON: ids are pairwise, values stay at home (DESIGN 8)."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": pairwise(receiver, row.id),
        "source": "/suar",
        "type": f"id.suar.{row.type}",
        "time": row.at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "thing": pairwise(receiver, row.thing),
            "giver": row.giver,
            "classes": row.classes,
            "effect": row.effect,
        },
    }
    if row.subject:
        event["subject"] = pairwise(receiver, row.subject)
    return event


@transaction.atomic
def pass_over(rows: Sequence[Row], keys: Sequence[str], at: datetime) -> None:
    """Move the place behind these rows, and tell whoever wants to know which receivers have what since `at`."""
    move_place(READER, rows[-1])
    by_id = {str(row.id): row for row in rows}
    for kind, tell in acknowledged.items():
        told = [
            (by_id[event].thing, receiver)
            for event, _, receiver in (key.partition(".") for key in keys)
            if by_id[event].type == kind
        ]
        if told:
            tell([thing for thing, _ in told], [receiver for _, receiver in told], at)
