"""One delivery over the wire: to the address that was checked and to no other, signed, within its time, no redirect followed."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import h11
import httpx

from suar.core.webhook import may_reach, retry_after_s, within
from suar.exchange.actions.deliver import ACKNOWLEDGED, GONE, Came, Going
from suar.exchange.queries import Row
from suar.exchange.queries.events import event_id, signed_event
from suar.exchange.queries.webhooks import Manner
from suar.vault.queries.webhook import signatures

PORTS = {"https": 443, "http": 80}
READ_AT_ONCE = 4096
HEAD = {
    "User-Agent": "Suar-Webhook/1",
    "Content-Type": "application/cloudevents+json",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class Unsent(Exception):
    """Nothing was sent, and why."""


class Garbled(Exception):
    """What came back is no answer."""


@dataclass
class Line:
    """One connection, for one delivery: an answer too many on a line that serves twice would be taken for the answer to the next."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    spoken: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))

    def hang_up(self) -> None:
        self.writer.close()


def trusted() -> ssl.SSLContext:
    """Whose certificates hold."""
    return ssl.create_default_context()


async def send(going: Going, how: Manner, trust: ssl.SSLContext, clock: Callable[[], datetime]) -> Came:
    """One attempt, from the name's look-up to the end of the answer. Never raises for what the receiver does."""
    began, at = time.monotonic_ns(), clock()
    seconds = min(how.whole_ms / 1000, (going.over_at - at).total_seconds())
    outcome, status, wait = "", None, None
    try:
        async with asyncio.timeout(max(seconds, 0)):
            status, wait = await exchanged(going, how, trust, at)
            outcome = said_by(status)
    except TimeoutError:
        outcome = "timeout"
    except Unsent as why:
        outcome = str(why)
    except httpx.InvalidURL:
        outcome = "unnamed"
    except Garbled:
        outcome = "garbled"
    except ssl.SSLError:
        outcome = "untrusted"
    except OSError:
        outcome = "cut"
    took = (time.monotonic_ns() - began) // 1_000_000
    return Came(going=going, at=clock(), outcome=outcome, status=status, took_ms=took, retry_after_s=wait)


async def exchanged(going: Going, how: Manner, trust: ssl.SSLContext, at: datetime) -> tuple[int, int | None]:
    """The status that the receiver answers with, and how long it asks us to wait. The answer's words are thrown away."""
    url = urlsplit(going.wording.url)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    request, body = request_of(going, at)
    addresses = ends(await resolved(host, port), going.wording.networks, url.scheme)
    line = await connected(addresses, host, port, trust if url.scheme == "https" else None)
    try:
        answer = await asked(line, request, body)
        await drained(line, how.answer_bytes)
    finally:
        line.hang_up()
    return answer.status_code, retry_after_s(said(answer, b"retry-after"), at)


async def connected(addresses: Sequence[str], host: str, port: int, trust: ssl.SSLContext | None) -> Line:
    """A connection to the first of these addresses that takes one, under the name's own TLS; never to what the name says by now."""
    for address in addresses:
        try:
            return Line(
                *await asyncio.open_connection(address, port, ssl=trust, server_hostname=host if trust else None)
            )
        except ssl.SSLError:
            raise
        except OSError:
            continue
    raise Unsent("unreachable")


async def asked(line: Line, request: h11.Request, body: bytes) -> h11.Response:
    """The head of the answer. Raises Garbled where none comes that HTTP/1.1 knows; no redirect is followed."""
    spoken = line.spoken
    parts = [spoken.send(request), spoken.send(h11.Data(data=body)), spoken.send(h11.EndOfMessage())]
    line.writer.write(b"".join(part for part in parts if part))
    await line.writer.drain()
    while not isinstance(event := await heard(line), h11.Response):
        if not isinstance(event, h11.InformationalResponse):
            raise Garbled
    return event


async def heard(line: Line) -> h11.Event:
    """What the receiver says next."""
    try:
        while not isinstance(event := line.spoken.next_event(), h11.Event):
            if event is h11.PAUSED:  # it speaks another protocol from here on
                raise Garbled
            line.spoken.receive_data(await line.reader.read(READ_AT_ONCE))
    except h11.RemoteProtocolError as error:
        raise Garbled from error
    return event


def request_of(going: Going, at: datetime) -> tuple[h11.Request, bytes]:
    """Standard Webhooks: the id is the event's own, so every repetition carries the same."""
    url, timestamp = going.wording.url, int(at.timestamp())
    id_, body = told(going.row, going.wording.agency)
    head = HEAD | {
        "Host": urlsplit(url).netloc,
        "Content-Length": str(len(body)),
        "Webhook-Id": id_,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signatures(going.wording.endpoint, id_, timestamp, body),
    }
    return h11.Request(method="POST", target=target_of(url), headers=list(head.items())), body


@functools.lru_cache(maxsize=1024)
def target_of(url: str) -> bytes:
    """What stands behind the host, as the request line says it."""
    return httpx.URL(url).raw_path


def said(answer: h11.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key == name), "")


def told(row: Row, agency: str) -> tuple[str, bytes]:
    """An event's id and its body, as this agency gets them by whichever way."""
    return event_id(agency, row.id), signed_event(row, agency)


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, asked once an attempt: what is checked is what is connected to."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unsent("unnamed") from error
    return list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))


def ends(addresses: list[str], networks: Sequence[str], scheme: str) -> list[str]:
    """The addresses to try. One that may not be reached closes the name altogether; plain HTTP is for networks that two persons have allowed."""
    if not all(may_reach(one, networks) for one in addresses):
        raise Unsent("blocked")
    if scheme != "https" and not all(inside(one, networks) for one in addresses):
        raise Unsent("insecure")
    return addresses


def inside(address: str, networks: Sequence[str]) -> bool:
    return within(ip_address(address), networks)


async def drained(line: Line, most: int) -> None:
    """Hear a short answer out, so that the receiver ends in peace; a long one is cut off. The status has been said already."""
    read = 0
    with contextlib.suppress(Garbled, OSError):
        while read <= most and isinstance(event := await heard(line), h11.Data):
            read += len(event.data)


def said_by(status: int) -> str:
    if 200 <= status < 300:
        return ACKNOWLEDGED
    if status == 410:
        return GONE
    return "redirected" if 300 <= status < 400 else "refused"
