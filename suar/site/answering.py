"""Agencies ask over NATS what they ask over HTTP, and the same program answers: `ask.<agency>.screening` is `POST /api/v1/screenings`.

A message is handed to the WSGI application as the request that it stands for, so no check of the HTTP door can be missed and no byte of the answer differs.
Besides its token, whoever asks has the account in which the subject exists: a token of another agency's opens nothing there.
Message headers `Authorization`, `Idempotency-Key`, `Accept-Language`; the answer carries `Status` and `Content-Type`.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import nats
from django.conf import settings
from nats.aio.client import Client
from nats.aio.msg import Msg

from suar.exchange.jobs import reached
from suar.site.errors import problem

#: What is asked, and the address that it stands for.
ASKED: Mapping[str, str] = {"screening": "/api/v1/screenings", "verification": "/api/v1/verifications"}
CARRIED = ("Authorization", "Idempotency-Key", "Accept-Language")
AT_ONCE = 8  # as many as a web program has threads: what comes beyond is told so at once, and asks again
LOOKS_S = 0.2
ACCOUNT = "suar.account"  # in the request: the agency in whose account the question was asked
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answered:
    status: str
    headers: Mapping[str, str]
    body: bytes


def answered(application: Application, subject: str, headers: Mapping[str, str], body: bytes) -> Answered:
    """What the HTTP door answers to this message."""
    _, agency, what = subject.split(".")
    host = urlsplit(settings.ORIGIN)
    request: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": ASKED[what], "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": host.hostname or "localhost", "SERVER_PORT": str(host.port or 80), "HTTP_HOST": host.netloc, "REMOTE_ADDR": "",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), ACCOUNT: agency,
        "wsgi.version": (1, 0), "wsgi.url_scheme": host.scheme, "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    given = {name.lower(): value for name, value in headers.items()}
    request |= {
        f"HTTP_{name.upper().replace('-', '_')}": given[name.lower()] for name in CARRIED if name.lower() in given
    }
    said: list[Any] = []
    parts = application(request, lambda status, headers, *_: said.extend((status, headers)))
    try:
        whole = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()  # gives the database connection back
    return Answered(str(said[0]).partition(" ")[0], {name.title(): value for name, value in said[1]}, whole)


def busy() -> Answered:
    """Said at once, while all who answer are at work."""
    refusal = problem(429, "busy")
    return Answered(
        "429", {"Content-Type": refusal["Content-Type"], "Retry-After": refusal["Retry-After"]}, refusal.content
    )


@dataclass(slots=True)
class Desk:
    """Answers questions of all agencies on one line, so many at once and no more; nothing waits in line."""

    application: Application
    at_once: int = AT_ONCE
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    threads: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.threads = ThreadPoolExecutor(self.at_once, thread_name_prefix="answering")

    async def hear(self, message: Msg) -> None:
        if not message.reply:
            return  # nobody waits: nothing is asked of anybody
        if len(self.under_way) >= self.at_once:
            await reply(message, busy())
            return
        task = asyncio.create_task(self.answer(message))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def answer(self, message: Msg) -> None:
        words = (self.application, message.subject, dict(message.headers or {}), message.data)
        made = await asyncio.get_running_loop().run_in_executor(self.threads, answered, *words)
        await reply(message, made)


async def reply(message: Msg, made: Answered) -> None:
    kept = {name: made.headers[name] for name in ("Content-Type", "Retry-After") if name in made.headers}
    with contextlib.suppress(nats.errors.Error):
        await message._client.publish(message.reply, made.body, headers={"Status": made.status, **kept})


async def answer_agencies(stop: Callable[[], bool], application: Application) -> None:
    """Answer until told to stop. Several programs share the questions; a broker that is away is tried again."""
    desk = Desk(application)
    while not stop():
        try:
            line = await reached(settings.NATS_URL)
        except (OSError, nats.errors.Error, ValueError):
            await asyncio.sleep(2)
            continue
        try:
            await heard(line, desk, stop)
        finally:
            with contextlib.suppress(Exception):
                await line.drain()
    if desk.under_way:
        await asyncio.wait(desk.under_way, timeout=5)
    desk.threads.shutdown(wait=False)


async def heard(line: Client, desk: Desk, stop: Callable[[], bool]) -> None:
    for what in ASKED:
        await line.subscribe(f"ask.*.{what}", queue="suar", cb=desk.hear)
    while not stop() and line.is_connected:
        await asyncio.sleep(LOOKS_S)
