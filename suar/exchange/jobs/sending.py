"""One delivery over the wire: to the address that was checked and to no other, signed, within its time, no redirect followed."""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

import h11
import httpx

from suar.core.webhook import may_reach, retry_after_s, within
from suar.exchange.actions.deliver import ACKNOWLEDGED, GONE, Came, Going
from suar.exchange.jobs.line import Garbled, Line
from suar.exchange.queries import Row
from suar.exchange.queries.events import event_id, signed_event
from suar.exchange.queries.webhooks import Manner, Wording
from suar.vault.queries.webhook import signatures

PORTS = {"https": 443, "http": 80}
HEAD = {
    "User-Agent": "Suar-Webhook/1",
    "Content-Type": "application/cloudevents+json",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class Unsent(Exception):
    """Nothing was sent, and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where deliveries of one wording go: addresses that were checked, and the name whose TLS must answer there."""

    host: str
    port: int
    addresses: list[str]
    closed: bool  # by TLS


@dataclass
class Ways:
    """The places of those deliveries that begin together: each name is looked up and checked once for all of them."""

    trust: ssl.SSLContext
    known: dict[UUID, asyncio.Task[Place]] = field(default_factory=dict)

    async def place(self, wording: Wording) -> Place:
        """Shared, so that one attempt whose time is over ends nobody else's look-up."""
        if wording.id not in self.known:
            self.known[wording.id] = asyncio.create_task(place_of(wording))
            self.known[wording.id].add_done_callback(heeded)
        return await asyncio.shield(self.known[wording.id])


def heeded(task: asyncio.Task[Place]) -> None:
    """What a look-up came to when nobody waits for it any more is nobody's fault."""
    if not task.cancelled():
        task.exception()


def trusted() -> ssl.SSLContext:
    """Whose certificates hold."""
    return ssl.create_default_context()


async def send(going: Going, how: Manner, ways: Ways, at: datetime) -> Came:
    """One attempt, from the name's look-up to the end of the answer. Never raises for what the receiver does."""
    began = time.monotonic_ns()
    seconds = min(how.whole_ms / 1000, (going.over_at - at).total_seconds())
    outcome, status, wait = "", None, None
    try:
        async with asyncio.timeout(max(seconds, 0)):
            status, wait = await exchanged(going, how, ways, at)
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
    took = timedelta(microseconds=(time.monotonic_ns() - began) // 1_000)
    took_ms = took // timedelta(milliseconds=1)
    return Came(going=going, at=at + took, outcome=outcome, status=status, took_ms=took_ms, retry_after_s=wait)


async def exchanged(going: Going, how: Manner, ways: Ways, at: datetime) -> tuple[int, int | None]:
    """The status that the receiver answers with, and how long it asks us to wait. The answer's words are thrown away."""
    place = await ways.place(going.wording)
    request = request_of(going, at)
    line = await connected(place.addresses, place.host, place.port, ways.trust if place.closed else None)
    try:
        answer = await line.asked(request, how.answer_bytes)
    finally:
        line.hang_up()
    return answer.status_code, retry_after_s(said(answer, b"retry-after"), at)


async def connected(addresses: Sequence[str], host: str, port: int, trust: ssl.SSLContext | None) -> Line:
    """A connection to the first of these addresses that takes one, under the name's own TLS; never to what the name says by now."""
    loop, name = asyncio.get_running_loop(), host if trust else None
    for address in addresses:
        try:
            return (await loop.create_connection(Line, address, port, ssl=trust, server_hostname=name))[1]
        except ssl.SSLError:
            raise
        except OSError:
            continue
    raise Unsent("unreachable")


def request_of(going: Going, at: datetime) -> bytes:
    """Standard Webhooks: the id is the event's own, so every repetition carries the same. What is put in is ours: hexadecimal, digits, base64."""
    timestamp = int(at.timestamp())
    id_, body = told(going.row, going.wording.agency)
    signed = signatures(going.wording.endpoint, id_, timestamp, body)
    own = f"Webhook-Id: {id_}\r\nWebhook-Timestamp: {timestamp}\r\nWebhook-Signature: {signed}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head_of(going.wording.url) + own.encode() + body


@functools.lru_cache(maxsize=1024)
def head_of(url: str) -> bytes:
    """The request line and what every delivery to this address says, as h11 writes it: nothing in an address ends a line."""
    head = [*HEAD.items(), ("Host", urlsplit(url).netloc)]
    written = h11.Connection(h11.CLIENT).send(h11.Request(method="POST", target=httpx.URL(url).raw_path, headers=head))
    assert written is not None
    return written.removesuffix(b"\r\n")


def said(answer: h11.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key == name), "")


def told(row: Row, agency: str) -> tuple[str, bytes]:
    """An event's id and its body, as this agency gets them by whichever way."""
    return event_id(agency, row.id), signed_event(row, agency)


async def place_of(wording: Wording) -> Place:
    url = urlsplit(wording.url)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    found = ends(await resolved(host, port), wording.networks, url.scheme)
    return Place(host, port, found, closed=url.scheme == "https")


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, asked when attempts begin: what is checked is what is connected to."""
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


def said_by(status: int) -> str:
    if 200 <= status < 300:
        return ACKNOWLEDGED
    if status == 410:
        return GONE
    return "redirected" if 300 <= status < 400 else "refused"
