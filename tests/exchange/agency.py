"""An agency's own system in a few lines, with the client kit: it takes events by one of the three ways and does with each what must be done once.

`python -m tests.exchange.agency WAY HOME` runs one as a program that may be killed at any moment; HOME/told.json says where the hub is. What it did
stands in HOME/WAY.sqlite. `bug` plants what an engineer gets wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import nats
from nats.js import JetStreamContext

from client.suar_client import (
    BadSignature,
    Hub,
    Keys,
    Place,
    Refused,
    Unavailable,
    follow,
    verified,
    verified_webhook,
    webhook_key,
)

#: `taken` knows what came before; `done` is the effect, and would hold twice what was done twice.
SCHEMA = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS taken (key TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS done (id TEXT NOT NULL, thing TEXT NOT NULL, subject TEXT);
CREATE TABLE IF NOT EXISTS came (id TEXT NOT NULL);
"""
BROKEN = (Refused, Unavailable, BadSignature, httpx.HTTPError, OSError, ValueError, KeyError, TypeError)
Event = Mapping[str, Any]
Stop = Callable[[], bool]


class Ledger:
    """What this agency did, on its disk: known by the event's id, kept in the same commit as the deed itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.open() as kept:
            kept.executescript(SCHEMA)

    @contextlib.contextmanager
    def open(self) -> Any:
        with contextlib.closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as kept:
            yield kept

    def take(self, event: Event, key: str = "") -> None:
        """Do what this event asks for, unless it was done before."""
        row = (str(event["id"]), str(event["data"]["thing"]), event.get("subject"))
        with self.open() as kept:
            kept.execute("PRAGMA synchronous = FULL")
            kept.execute("BEGIN IMMEDIATE")
            kept.execute("INSERT INTO came VALUES (?)", row[:1])
            if kept.execute("INSERT OR IGNORE INTO taken VALUES (?)", [key or row[0]]).rowcount:
                kept.execute("INSERT INTO done VALUES (?, ?, ?)", row)
            kept.execute("COMMIT")

    def done(self) -> list[tuple[str, str, str | None]]:
        """In the order in which it was done."""
        with self.open() as kept:
            return list(kept.execute("SELECT id, thing, subject FROM done ORDER BY rowid"))

    def count(self) -> int:
        with self.open() as kept:
            return int(kept.execute("SELECT count(*) FROM done").fetchone()[0])

    def came(self) -> int:
        with self.open() as kept:
            return int(kept.execute("SELECT count(*) FROM came").fetchone()[0])


# The feed ---------------------------------------------------------------------------------------------------------------------------------


def by_feed(ledger: Ledger, told: Mapping[str, str], stop: Stop, *, bug: str = "") -> None:
    """Follow the feed; whatever breaks, begin again from the place."""
    place = Place(ledger.path.with_suffix(".place"))
    while not stop():
        with (
            contextlib.suppress(*BROKEN),
            Hub(
                told["hub"],
                told["client"],
                Path(told["key"]),
                told["origin"],
                timeout_s=3,
                tries=1 if bug else 3,
                sleep=shortly,
            ) as hub,
        ):
            if bug == "acknowledged_first":
                acknowledged_first(hub, place, ledger, stop)
            else:
                follow(hub, place, ledger.take, stop=stop, wait=1)
        time.sleep(0.1)


def shortly(seconds: float) -> None:
    time.sleep(min(seconds, 0.3))


def acknowledged_first(hub: Hub, place: Place, ledger: Ledger, stop: Stop) -> None:
    """The planted bug: the place is moved, and the effect comes after it."""
    while not stop():
        page = hub.events(after=place.read(), wait=1)
        place.move(page["next"])
        hub.acknowledge(page["next"])
        for event in page["events"]:
            time.sleep(0.01)
            ledger.take(event)


# NATS -------------------------------------------------------------------------------------------------------------------------------------


def by_nats(ledger: Ledger, told: Mapping[str, str], stop: Stop, *, bug: str = "") -> None:
    keys = Keys(lambda: json.loads(told["keys"]))
    asyncio.run(taking(ledger, told, keys, stop, bug))


async def taking(ledger: Ledger, told: Mapping[str, str], keys: Keys, stop: Stop, bug: str) -> None:
    while not stop():
        with contextlib.suppress(nats.errors.Error, *BROKEN):
            await on_one_line(ledger, told, keys, stop, bug)
        await asyncio.sleep(0.1)


async def on_one_line(ledger: Ledger, told: Mapping[str, str], keys: Keys, stop: Stop, bug: str) -> None:
    """The agency's own durable consumer. A line that is dead on one side is noticed by the ping, not by a fetch that finds nothing."""
    url = told["nats"]
    async with asyncio.timeout(6):  # a spoilt handshake would be waited for for ever
        line = await nats.connect(
            url.split(","), allow_reconnect=False, connect_timeout=3, ping_interval=1, max_outstanding_pings=2, error_cb=silent,
            tls_handshake_first=url.startswith("tls://"),
        )  # fmt: skip
    try:
        over = lambda: stop() or not line.is_connected  # noqa: E731
        await fetched(line.jetstream(timeout=3), told["agency"], ledger, keys, over, bug)
    finally:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(line.close(), 3)


async def silent(error: Exception) -> None:
    """The loop begins again by itself."""


async def fetched(stream: JetStreamContext, agency: str, ledger: Ledger, keys: Keys, stop: Stop, bug: str) -> None:
    feed = await stream.pull_subscribe_bind(durable=agency, stream=f"EVENT_{agency}")
    while not stop():
        try:
            messages = await feed.fetch(50, timeout=0.5)
        except TimeoutError:
            continue
        for one in messages:
            if bug == "acknowledged_first":
                await one.ack_sync(timeout=3)
                await asyncio.sleep(0.01)
            try:
                event = verified(json.loads(one.data), keys)
            except (ValueError, BadSignature):
                await one.nak()  # spoilt on its way: it comes again
                continue
            ledger.take(event)
            await one.ack()


# The webhook ------------------------------------------------------------------------------------------------------------------------------


def by_webhook(ledger: Ledger, told: Mapping[str, str], stop: Stop, *, bug: str = "") -> None:
    keys = [webhook_key(one) for one in json.loads(told["webhook_keys"])]

    class Handler(BaseHTTPRequestHandler):
        timeout = 3  # a line that is dead on one side holds nothing up

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                event = verified_webhook(dict(self.headers), body, keys)
            except (BadSignature, ValueError):
                return self.said(401)
            ledger.take(event, self.headers["webhook-signature"] if bug == "known_by_signature" else "")
            return self.said(204)

        def said(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    class Server(ThreadingHTTPServer):
        request_queue_size, daemon_threads, allow_reuse_address = 256, True, True

        def handle_error(self, *_: object) -> None:
            """A line that broke off says nothing."""

    with Server(("127.0.0.1", int(told["webhook"])), Handler) as server:
        server.timeout = 0.2
        while not stop():
            server.handle_request()


WAYS = {"feed": by_feed, "nats": by_nats, "webhook": by_webhook}


def main(way: str, home: Path, bug: str = "") -> None:
    told = json.loads((home / "told.json").read_text())
    WAYS[way](Ledger(home / f"{way}.sqlite"), told, lambda: False, bug=bug)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
