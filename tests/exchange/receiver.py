"""An agency's own server, written apart from Suar: it reads HTTP from a socket, verifies `v1a` by its own Ed25519 (RFC 8032), and answers as
told, also badly.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

# Ed25519 after RFC 8032 section 5.1, with affine points: slow and plain -----------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = added(found, point)
        point, number = added(point, point), number >> 1
    return found


def point_of(packed: bytes) -> Point | None:
    number = int.from_bytes(packed, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed_by(public: bytes, text: bytes, signature: bytes) -> bool:
    if len(signature) != 64 or len(public) != 32:
        return False
    key, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or BASE is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % ORDER
    left, right = times(s, BASE), added(r, times(k, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


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
                if kind == "v1a" and signed_by(public, text, base64.b64decode(packed, validate=True)):
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
