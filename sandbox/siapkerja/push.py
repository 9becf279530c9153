"""SIAPkerja pushes: batches of events to one address, signed, in order, again and again until they are accepted.

HOME/siapkerja/target.json says where: {"url": "…", "after": 0}. `after` (optional) is the last sequence that the
receiver has already pulled. Any 2xx accepts a delivery; after anything else the same delivery comes again, with the
same id, after 1, 2, 4 … 60 seconds. Another body has another id. What was accepted is remembered in the store, so a
restart sends nothing twice on purpose.

Signature: `X-Siapkerja-Signature: v1=<hex>` is HMAC-SHA256 with the push secret over `<id>.<timestamp>.<body>`, where
id and timestamp (Unix seconds) stand in `X-Siapkerja-Delivery` and `X-Siapkerja-Timestamp`.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.running import Place
from sandbox.siapkerja.edge import Edge
from sandbox.siapkerja.rows import NAMESPACE
from sandbox.store import Store

MOST_EVENTS = 100
LOOK_S = 0.5
LONGEST_WAIT_S = 60
ANSWER_S = 30


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    after: int


class Pusher:
    """One thread that delivers what is due."""

    def __init__(self, place: Place, store: Store, edge: Edge) -> None:
        self.store, self.edge, self.breaks = store, edge, place.breaks
        self._target = place.folder / "target.json"
        self._secret = place.secret("push").encode()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="siapkerja-push", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=ANSWER_S)

    def _run(self) -> None:
        wait, failures = LOOK_S, 0
        while not self._stopping.wait(wait):
            target = self._read_target()
            if target is None or self.breaks.on("down"):
                wait, failures = LOOK_S, 0
                continue
            delivered = self._deliver(target)
            if delivered is None:
                wait, failures = min(2**failures, LONGEST_WAIT_S), failures + 1
            else:
                wait, failures = 0.0 if delivered else LOOK_S, 0

    def _deliver(self, target: Target) -> int | None:
        """One delivery; how many events were accepted, or None when it was refused or nobody listened."""
        pushed = self.store.one("SELECT sequence FROM pushed")
        done = max(int(pushed[0] or 0) if pushed else 0, target.after)
        found = self.edge.events_after(done, MOST_EVENTS)
        if not found:
            return 0
        last = int(found[-1][0] or 0)
        body = self.edge.encoded({"from": done + 1, "to": last, "events": self.edge.written(found)})
        delivery = str(uuid.uuid5(NAMESPACE, f"{done}/{last}/{hashlib.sha256(body).hexdigest()}"))
        if self._stopping.wait(self.breaks.amount("slow")) or not self._accepted(target.url, delivery, body):
            return None
        self.store.note("UPDATE pushed SET sequence = ?", (last,))
        return len(found)

    def _accepted(self, url: str, delivery: str, body: bytes) -> bool:
        """Whether the receiver took it. Only plain http, and only what target.json names: this is a sandbox."""
        stamp = str(int(time.time()) + self.breaks.amount("clock_skew"))
        sign = hmac.new(self._secret, f"{delivery}.{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(body)),
            "User-Agent": "SIAPkerja-Webhook/1.4",
            "X-Siapkerja-Delivery": delivery,
            "X-Siapkerja-Timestamp": stamp,
            "X-Siapkerja-Signature": f"v1={sign}",
        }
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=ANSWER_S)
        try:
            if self.breaks.on("half_page"):  # the length of the whole, the bytes of half, and gone
                connection.request("POST", path, body[: len(body) // 2], headers)
                return False
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return 200 <= answer.status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _read_target(self) -> Target | None:
        try:
            content = json.loads(self._target.read_text())
            return Target(str(content["url"]), int(content.get("after", 0)))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # not written yet, or half written: looked at again in a moment
