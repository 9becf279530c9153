"""The agencies receive: each takes the events that the hub has for it from the exchange, and keeps what it got.

HOME/exchange.json says where, written by whoever runs the hub: {"kp2mi": {"url": "nats://…", "stream": "…", "consumer": "…"}, …}.
Until it is there nothing happens. What came lies in HOME/received.sqlite, each event once, however often it was delivered.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import threading
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.errors import Error

SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
  agency TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, time TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (agency, id)
);
"""
LOOK_S = 2.0
BATCH = 100


class Receiver:
    """One thread for all agencies; a context manager. A hub that is away is tried again and again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="receiving", daemon=True)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            doors = self._doors()
            if not doors:
                await asyncio.sleep(LOOK_S)
                continue
            async with asyncio.TaskGroup() as group:
                for agency, door in doors.items():
                    group.create_task(self._receive(agency, door))

    def _doors(self) -> dict[str, dict[str, str]]:
        try:
            return dict(json.loads((self.home / "exchange.json").read_text()))
        except (OSError, ValueError):
            return {}

    async def _receive(self, agency: str, door: dict[str, str]) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(Error, OSError, TimeoutError):
                async with asyncio.timeout(10):  # a spoilt handshake would be waited for for ever
                    line = await nats.connect(door["url"], max_reconnect_attempts=1, connect_timeout=3)
                try:
                    await self._take(line, agency, door)
                finally:
                    await line.close()
            await asyncio.sleep(LOOK_S)

    async def _take(self, line: Client, agency: str, door: dict[str, str]) -> None:
        """Keep, then acknowledge: what dies in between comes again and is known by its id."""
        feed = await line.jetstream().pull_subscribe_bind(durable=door["consumer"], stream=door["stream"])
        with contextlib.closing(sqlite3.connect(self.home / "received.sqlite", timeout=30)) as kept:
            kept.executescript(SCHEMA)
            while not self._stopping.is_set():
                try:
                    messages = await feed.fetch(BATCH, timeout=LOOK_S)
                except TimeoutError:
                    continue
                with kept:
                    kept.executemany(
                        "INSERT OR IGNORE INTO received VALUES (?, ?, ?, ?, ?)", [row(agency, m.data) for m in messages]
                    )
                for message in messages:
                    await message.ack()


def row(agency: str, body: bytes) -> tuple[str, str, str, str, str]:
    """A CloudEvent as a row; what is none is kept as well, so that nobody wonders where it went."""
    text = body.decode(errors="replace")
    try:
        event = json.loads(text)
        return agency, str(event["id"]), str(event["type"]), str(event["time"]), text
    except (ValueError, KeyError, TypeError):
        return agency, text[:200], "not a CloudEvent", "", text
