"""The three ways by which one agency receives, each as its own engineer would write it. `received`: event id to when it was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


@contextlib.contextmanager
def by_webhook(port: int) -> Iterator[Received]:
    """A server of the agency's own that answers 204."""
    found = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()
            found.note([self.headers["webhook-id"]])

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

    with Server(("127.0.0.1", port), Handler) as server, in_a_thread(server.serve_forever, found, stop=server.shutdown):
        yield found


@contextlib.contextmanager
def in_a_thread(work: object, found: Received, *, stop: object = lambda: None) -> Iterator[None]:
    assert callable(work) and callable(stop)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        found.stop.set()
        stop()
        thread.join(30)
