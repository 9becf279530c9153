"""The three ways by which one agency receives, each as its own engineer would write it. `received`: event id to when it was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nats

from bench.writing import RECEIVER
from client.suar_client import Hub

PAGE, LOOK_S = 500, 1.0


@dataclass(slots=True)
class Received:
    """When each event was acknowledged (nanoseconds of the machine's clock), and how often it came."""

    at: dict[str, int] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, ids: list[str]) -> None:
        now = time.monotonic_ns()
        for id_ in ids:
            self.came[id_] += 1
            self.at.setdefault(id_, now)


@contextlib.contextmanager
def by_jetstream(url: str) -> Iterator[Received]:
    """The agency's own account and durable consumer; each message is acknowledged by itself."""
    found = Received()

    async def take() -> None:
        line = await nats.connect(url.split(","))
        feed = await line.jetstream().pull_subscribe_bind(durable=RECEIVER, stream=f"EVENT_{RECEIVER}")
        while not found.stop.is_set():
            try:
                messages = await feed.fetch(PAGE, timeout=LOOK_S)
            except TimeoutError:
                continue
            for one in messages:
                await one.ack()
            found.note([json.loads(one.data)["id"] for one in messages])
        await line.close()

    with in_a_thread(lambda: asyncio.run(take()), found):
        yield found


@contextlib.contextmanager
def by_feed(base: str, origin: str, key: Path) -> Iterator[Received]:
    """The client kit: long poll, and an acknowledgement of every page."""
    found = Received()

    def take() -> None:
        with Hub(base, f"{RECEIVER}-sistem", key, origin=origin) as hub:
            after = ""
            while not found.stop.is_set():
                page = hub.events(after=after, limit=PAGE, wait=2)
                after = str(page["next"])
                if page["events"]:
                    hub.acknowledge(after)
                    found.note([one["id"] for one in page["events"]])

    with in_a_thread(take, found):
        yield found


class Taking(asyncio.Protocol):
    """A server of the agency's own: notes the id of each delivery and answers 204."""

    def __init__(self, found: Received) -> None:
        self.found, self.came = found, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.came += data
        head, there, body = self.came.partition(b"\r\n\r\n")
        said = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:]) if there else {}
        if there and len(body) >= int(said[b"content-length"]):
            self.transport.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            self.transport.close()
            self.found.note([said[b"webhook-id"].decode()])


@contextlib.contextmanager
def by_webhook(port: int) -> Iterator[Received]:
    found = Received()

    async def take() -> None:
        listening = await asyncio.get_running_loop().create_server(
            lambda: Taking(found), "127.0.0.1", port, backlog=256
        )
        async with listening:
            while not found.stop.is_set():
                await asyncio.sleep(0.1)

    with in_a_thread(lambda: asyncio.run(take()), found):
        yield found


@contextlib.contextmanager
def in_a_thread(work: Callable[[], None], found: Received) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        found.stop.set()
        thread.join(30)
