"""One question over HTTP at a time, on a connection kept open for each thread: what stands between a traveller and his answer costs little.

The budget is of the whole answer. A server that sends a byte now and then keeps every single read within its time; so whoever is over time has
his connection shut from outside.
"""

from __future__ import annotations

import contextlib
import functools
import heapq
import http.client
import itertools
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import SplitResult, urlsplit

Line = http.client.HTTPConnection
#: What a server says that closed a connection in between: nothing at all. Asked anew on a fresh one, it may answer.
CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
MOST_BYTES = 1_000_000  # of one answer: a page about maintenance, not a download
_lines = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request as it goes out."""

    address: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replied:
    """What the server said, with whatever status."""

    status: int
    body: bytes


def as_json(address: str, body: Mapping[str, Any]) -> Question:
    said = json.dumps(body, separators=(",", ":")).encode()
    return Question(address=address, method="POST", body=said, headers={"Content-Type": "application/json"})


def put(question: Question, *, seconds: float) -> Replied:
    """What the server answers within the time. Raises TimeoutError; OSError and HTTPException where nobody answers as HTTP says."""
    until = time.monotonic() + seconds
    parts = urlsplit(question.address)
    place = f"{parts.scheme}://{parts.netloc}"
    kept: dict[str, Line] = _lines.__dict__
    if place in kept:
        try:
            return asked(kept, place, parts, question, until)
        except CLOSED:
            pass
    kept[place] = opened(parts)
    return asked(kept, place, parts, question, until)


def asked(kept: dict[str, Line], place: str, parts: SplitResult, question: Question, until: float) -> Replied:
    """One try. A connection on which anything went wrong is never used again."""
    line, left = kept.pop(place), until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.timeout = left
    try:
        if line.sock is None:
            line.connect()
        line.sock.settimeout(left)
        with ending(line.sock, until):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            line.request(question.method, path, question.body, dict(question.headers))
            answer = line.getresponse()
            if (answer.length or 0) > MOST_BYTES:
                raise HTTPException("an answer that is none")
            body = answer.read()  # whole, or IncompleteRead: a part of an answer is none
    except BaseException as error:
        line.close()
        if isinstance(error, (OSError, HTTPException, ValueError)) and time.monotonic() >= until:
            raise TimeoutError from error  # it was we who shut it
        raise
    kept[place] = line
    return Replied(answer.status, body)


@dataclass(slots=True)
class Watch:
    """One thread that shuts the connection of whoever is over time; it sleeps while nobody asks."""

    due: list[tuple[float, int, socket.socket]] = field(default_factory=list)
    over: set[int] = field(default_factory=set)  # questions that were answered in time
    changed: threading.Condition = field(default_factory=threading.Condition)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    thread: threading.Thread | None = None

    def begin(self, sock: socket.socket, until: float) -> int:
        with self.changed:
            number = next(self.numbers)
            first = not self.due or until < self.due[0][0]
            heapq.heappush(self.due, (until, number, sock))
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="budgets", daemon=True)
                self.thread.start()
            elif first:
                self.changed.notify()
        return number

    def end(self, number: int) -> None:
        with self.changed:
            self.over.add(number)

    def run(self) -> None:
        while True:
            with self.changed:
                while not self.due:
                    self.changed.wait()
                until, number, sock = self.due[0]
                left = until - time.monotonic()
                if left > 0 and number not in self.over:
                    self.changed.wait(left)
                    continue
                heapq.heappop(self.due)
                if number in self.over:
                    self.over.discard(number)
                    continue
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


WATCH = Watch()


@contextlib.contextmanager
def ending(sock: socket.socket, until: float) -> Iterator[None]:
    number = WATCH.begin(sock, until)
    try:
        yield
    finally:
        WATCH.end(number)


def opened(parts: SplitResult) -> Line:
    if parts.scheme == "https":
        return http.client.HTTPSConnection(str(parts.hostname), parts.port, context=trusted())
    return Line(str(parts.hostname), parts.port)


@functools.cache
def trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
