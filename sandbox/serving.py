"""A small HTTP/1.1 server for the sandbox's systems: keep-alive, one thread a connection, standard library only.

A system gives one function from `Asked` to `Reply`. What is the same for every system on HTTP stands here: being
slow, being cut off in the middle, the clock of the `Date` header. Being down differs by temper, so a system chooses
it (`when_down`).
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.breakage import Breaks
from sandbox.running import wall_clock

MOST_BODY_BYTES = 4_000_000
IDLE_S = 60
STEP_S = 0.1  # how soon a slow answer notices that the server stops
BIND_WAIT_S = 8.0  # a server killed a moment ago may still hold the port


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def form(self) -> dict[str, str]:
        """The body as an HTML form; empty when it is none."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. `cut` sends the announced length but only half of the bytes, then hangs up; `drop` hangs up without
    a word.
    """

    status: int = 200
    content: str = "application/json"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False


Answer = Callable[[Asked], Reply]


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Door:
    """A listening HTTP server in a thread of its own. Its `Date` follows the real clock even over a frozen nation."""

    def __init__(
        self,
        host: str,
        port: int,
        answer: Answer,
        *,
        breaks: Breaks,
        when_down: Callable[[Asked], Reply],
        server_name: str,
        now: Callable[[], datetime] = wall_clock,
    ) -> None:
        self.answer, self.breaks, self.now = answer, breaks, now
        self.when_down, self.server_name = when_down, server_name
        self.closing = threading.Event()
        self._server = bound_server(host, port, self)
        self.port: int = self._server.server_address[1]
        self.base = f"http://{host}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},
            name=f"{server_name}:{self.port}",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join(timeout=5)

    def date(self) -> str:
        now = self.now() + timedelta(seconds=self.breaks.amount("clock_skew"))
        return format_datetime(now.astimezone(UTC), usegmt=True)

    def reply_to(self, asked: Asked) -> Reply:
        """The system's answer, late when it is slow, and an honest 500 when our own code fails."""
        if self.breaks.on("down"):
            return self.when_down(asked)
        until = time.monotonic() + self.breaks.amount("slow")
        while time.monotonic() < until and not self.closing.wait(STEP_S) and self.breaks.on("slow"):
            pass
        try:
            return self.answer(asked)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return Reply(status=500, content="text/plain", body=b"internal server error")


class Server(ThreadingHTTPServer):
    """Keeps its open connections, so that closing the door ends the talk of keep-alive clients too."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], door: Door) -> None:
        self.door = door
        self.open_connections: set[socket.socket] = set()
        super().__init__(address, Talk)

    def hang_up(self) -> None:
        for connection in list(self.open_connections):
            with contextlib.suppress(OSError):  # the other side was first
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no news; anything else is printed."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc(file=sys.stderr)


class Talk(BaseHTTPRequestHandler):
    """One connection: request after request until one side has enough."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.open_connections.add(self.connection)

    def finish(self) -> None:
        self.server.open_connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BODY_BYTES:
            self.say(Reply(status=413, content="text/plain", body=b"too large"), close=True)
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True  # the client hung up in the middle: that was no request
            return
        target = urlsplit(self.path)
        asked = Asked(
            self.command,
            unquote(target.path),
            dict(parse_qsl(target.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )
        self.say(self.server.door.reply_to(asked))

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def say(self, reply: Reply, *, close: bool = False) -> None:
        if reply.drop:
            self.close_connection = True
            return
        close = close or reply.cut
        head = {
            "Server": self.server.door.server_name,
            "Date": self.server.door.date(),
            "Content-Type": reply.content,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
            **({"Connection": "close"} if close else {}),
        }
        phrase = HTTPStatus(reply.status).phrase
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        if self.command == "HEAD":
            body = b""
        self.wfile.write(f"HTTP/1.1 {reply.status} {phrase}\r\n{lines}\r\n".encode("latin-1") + body)
        self.close_connection = self.close_connection or close

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests carry identifiers."""


def bound_server(host: str, port: int, door: Door) -> Server:
    """Listen on the port; waits a while for one that a killed predecessor still holds."""
    until = time.monotonic() + BIND_WAIT_S
    while True:
        try:
            return Server((host, port), door)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
