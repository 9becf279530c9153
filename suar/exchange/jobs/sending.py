"""One delivery over the wire: to the address that was checked and to no other, signed, within its time, no redirect followed."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from suar.core.webhook import may_reach, retry_after_s, within
from suar.exchange.actions.deliver import ACKNOWLEDGED, GONE, Came, Going
from suar.exchange.queries import Row
from suar.exchange.queries.events import event_id, signed_event
from suar.exchange.queries.webhooks import Manner
from suar.vault.queries.webhook import signatures

PORTS = {"https": 443, "http": 80}
KEPT_OPEN = 0
HEAD = {
    "User-Agent": "Suar-Webhook/1",
    "Content-Type": "application/cloudevents+json",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class Unsent(Exception):
    """Nothing was sent, and why."""


def line() -> httpx.AsyncHTTPTransport:
    """What requests go out by: no proxy of the environment, no redirect, no cookie; and no connection that serves twice, since an answer too
    many on it would be taken for the answer to the next delivery.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=KEPT_OPEN)
    return httpx.AsyncHTTPTransport(verify=ssl.create_default_context(), trust_env=False, http2=False, limits=limits)


async def send(going: Going, how: Manner, out: httpx.AsyncHTTPTransport, clock: Callable[[], datetime]) -> Came:
    """One attempt, from the name's look-up to the end of the answer. Never raises for what the receiver does."""
    began, at = time.monotonic_ns(), clock()
    seconds = min(how.whole_ms / 1000, (going.over_at - at).total_seconds())
    outcome, status, wait = "", None, None
    try:
        async with asyncio.timeout(max(seconds, 0)):
            status, wait = await exchanged(going, how, out, at)
            outcome = said_by(status)
    except TimeoutError:
        outcome = "timeout"
    except Unsent as why:
        outcome = str(why)
    except httpx.InvalidURL:
        outcome = "unnamed"
    except httpx.TransportError as error:
        outcome = failed(error)
    took = (time.monotonic_ns() - began) // 1_000_000
    return Came(going=going, at=clock(), outcome=outcome, status=status, took_ms=took, retry_after_s=wait)


async def exchanged(going: Going, how: Manner, out: httpx.AsyncHTTPTransport, at: datetime) -> tuple[int, int | None]:
    """The status that the receiver answers with, and how long it asks us to wait. The answer's words are thrown away."""
    url = urlsplit(going.wording.url)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    request = request_of(going, at)
    for last, address in ends(await resolved(host, port), going.wording.networks, url.scheme):
        request.url = request.url.copy_with(host=address)
        request.extensions = {"sni_hostname": host}
        try:
            answer = await out.handle_async_request(request)
        except httpx.ConnectError as error:
            if last or distrusted(error):
                raise
            continue
        try:
            await drained(answer, how.answer_bytes)
        finally:
            await answer.aclose()
        return answer.status_code, retry_after_s(answer.headers.get("Retry-After", ""), at)
    raise Unsent("unnamed")


def request_of(going: Going, at: datetime) -> httpx.Request:
    """Standard Webhooks: the id is the event's own, so every repetition carries the same."""
    url, timestamp = going.wording.url, int(at.timestamp())
    id_, body = told(going.row, going.wording.agency)
    head = HEAD | {
        "Host": urlsplit(url).netloc,
        "Webhook-Id": id_,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signatures(going.wording.endpoint, id_, timestamp, body),
    }
    return httpx.Request("POST", url, content=body, headers=head)


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


def ends(addresses: list[str], networks: Sequence[str], scheme: str) -> list[tuple[bool, str]]:
    """The addresses to try, the last one marked. One address that may not be reached closes the name altogether; plain HTTP is for networks
    that two persons have allowed.
    """
    if not all(may_reach(one, networks) for one in addresses):
        raise Unsent("blocked")
    if scheme != "https" and not all(inside(one, networks) for one in addresses):
        raise Unsent("insecure")
    return [(number == len(addresses), one) for number, one in enumerate(addresses, start=1)]


def inside(address: str, networks: Sequence[str]) -> bool:
    return within(ip_address(address), networks)


async def drained(answer: httpx.Response, most: int) -> None:
    """Hear a short answer out, so that the receiver ends in peace; a long one is cut off. The status has been said already."""
    read = 0
    try:
        async for part in answer.aiter_raw():
            read += len(part)
            if read > most:
                return
    except httpx.TransportError:
        return


def said_by(status: int) -> str:
    if 200 <= status < 300:
        return ACKNOWLEDGED
    if status == 410:
        return GONE
    return "redirected" if 300 <= status < 400 else "refused"


def failed(error: httpx.TransportError) -> str:
    if distrusted(error):
        return "untrusted"
    if isinstance(error, httpx.ConnectError):
        return "unreachable"
    return "garbled" if isinstance(error, httpx.ProtocolError) else "cut"


def distrusted(error: BaseException | None) -> bool:
    """Whether the receiver's certificate, or its TLS, is what failed."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None
