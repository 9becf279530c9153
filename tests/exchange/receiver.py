"""An agency's own server, written apart from Suar: it reads HTTP from a socket, verifies `v1a` by an Ed25519 that is none of ours
(`rfc8032.py`), and answers as told, also badly.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.exchange import rfc8032


class Unverified(Exception):
    """What came is not what the hub sent, or not now."""


def verified(head: dict[str, str], body: bytes, keys: list[str], *, at: float, tolerance: float = 300) -> str:
    """The id of a message, once one of its signatures is by one of these keys over id, time and body. Raises Unverified."""
    try:
        id_, stamp, said = head["webhook-id"], head["webhook-timestamp"], head["webhook-signature"]
        if abs(int(stamp) - at) > tolerance:
            raise Unverified("time")
    except (KeyError, ValueError) as error:
        raise Unverified("head") from error
    text = id_.encode() + b"." + stamp.encode() + b"." + body
    for one in said.split(" "):
        kind, _, packed = one.partition(",")
        for key in keys:
            public = base64.b64decode(key.removeprefix("whpk_"))
            with contextlib.suppress(ValueError):
                if kind == "v1a" and rfc8032.verified(public, text, base64.b64decode(packed, validate=True)):
                    return id_
    raise Unverified("signature")


# The server ------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    line: str
    head: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.head["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass(frozen=True)
class Answer:
    """What is answered: a status, or raw bytes; after a while; cut after so many bytes; or the line reset."""

    status: int = 204
    head: tuple[str, ...] = ()
    raw: bytes | None = None
    after_s: float = 0
    cut_at: int | None = None
    reset: bool = False
    drip_s: float = 0
    stays: bool = False  # though its bytes are odd

    def written(self) -> bytes:
        if self.raw is not None:
            return self.raw
        lines = [f"HTTP/1.1 {self.status} Said", "Content-Length: 0", *self.head]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


Says = Callable[[Got, int], Answer]


@dataclass
class Receiver:
    """Listens at an address; `says` answers each request, told how often this id has come before."""

    says: Says = lambda got, before: Answer()
    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    got: list[Got] = field(default_factory=list)
    at_once: int = 0  # the most requests that were open at a time
    lock: threading.Lock = field(default_factory=threading.Lock)
    open: int = 0
    ended: bool = False

    def ids(self) -> list[str]:
        with self.lock:
            return [one.id for one in self.got]

    def url(self, scheme: str = "http") -> str:
        return f"{scheme}://{self.host}:{self.port}/suar/events?line=1"

    def listen(self) -> None:
        self.listener = socket.create_server((self.host, self.port), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while not self.ended:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[line], daemon=True).start()

    def serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
            reader = line.makefile("rb")
            while (got := read(reader)) is not None and not self.ended:
                with self.lock:
                    before = sum(one.id == got.id for one in self.got) if "webhook-id" in got.head else 0
                    self.got.append(got)
                    self.open += 1
                    self.at_once = max(self.at_once, self.open)
                try:
                    if not self.answered(line, self.says(got, before)):
                        return
                finally:
                    with self.lock:
                        self.open -= 1

    def answered(self, line: socket.socket, answer: Answer) -> bool:
        """Whether the line may serve again."""
        time.sleep(answer.after_s)
        if answer.reset:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        written = answer.written()[: answer.cut_at]
        if answer.drip_s:
            for byte in written:
                line.sendall(bytes((byte,)))
                time.sleep(answer.drip_s)
        line.sendall(written)
        return answer.cut_at is None and (answer.raw is None or answer.stays)

    def close(self) -> None:
        self.ended = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def read(reader: Any) -> Got | None:
    first = reader.readline(65_536)
    if not first:
        return None
    head: dict[str, str] = {}
    while (line := reader.readline(65_536).decode("latin-1").strip()) != "":
        name, _, said = line.partition(":")
        head[name.lower()] = said.strip()
    body = reader.read(int(head.get("content-length", "0")))
    return Got(first.decode("latin-1").strip(), head, body, time.time())


@contextlib.contextmanager
def receiving(says: Says | None = None, **told: Any) -> Iterator[Receiver]:
    made = Receiver(says or (lambda got, before: Answer()), **told)
    made.listen()
    try:
        yield made
    finally:
        made.close()
