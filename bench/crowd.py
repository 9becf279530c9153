"""A crowd apart: a process of its own that asks at instants fixed beforehand, whatever the answers take, and pushes records beside.

Each question's time counts from the instant at which it was due, so a server that stalls cannot hide it by being asked less. One JSON line in:
{"address", "token": file, "bodies": file of one question a line, "pushes": file of one delivery a line, "rate", "seconds", "records": a
second, "batch": records a delivery, "secret"}. One out: what `Told` holds.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 30.0
MOST_LINES = 400  # connections open at once; past that a question fails
CREATED, ACCEPTED, WAIT = 201, 202, 429


@dataclass(slots=True)
class Told:
    """Milliseconds of each question from the instant it was due, by second; what went wrong; what became of the deliveries."""

    asked: list[tuple[float, float]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    advice: dict[str, int] = field(default_factory=dict)
    silent: int = 0  # answers in which the civil register had not answered
    late_ms: float = 0.0  # the longest that this process itself was late in asking
    accepted: dict[str, list[str]] = field(default_factory=dict)  # delivery -> its batches
    accepted_records: int = 0
    refused: int = 0  # deliveries told to wait
    refused_rightly: int = 0  # of them with Retry-After
    push_ms: list[float] = field(default_factory=list)

    def fault(self, what: str) -> None:
        self.faults[what] = self.faults.get(what, 0) + 1


class Lines:
    """Connections to one server, kept open and lent one at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.open = 0

    async def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body. Raises OSError, TimeoutError or ValueError."""
        while self.free:
            line = self.free.pop()
            if not line[0].at_eof():
                break
        else:
            if self.open >= MOST_LINES:
                raise OSError("too many lines")
            self.open += 1
            line = await asyncio.open_connection(self.host, self.port)
        try:
            answer = await asyncio.wait_for(self.asked(line, path, headers, body), PATIENCE_SECONDS)
        except BaseException:
            self.open -= 1
            line[1].close()
            raise
        self.free.append(line)
        return answer

    async def asked(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        reader, writer = line
        head = {"Host": f"localhost:{self.port}", "Content-Type": "application/json", "Content-Length": str(len(body))}
        said = "".join(f"{name}: {value}\r\n" for name, value in (head | headers).items())
        writer.write(f"POST {path} HTTP/1.1\r\n{said}\r\n".encode() + body)
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        given = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest if one)}
        return int(first.split()[1]), given, await reader.readexactly(int(given["content-length"]))


class Token:
    """What the parent process writes anew before it ends."""

    def __init__(self, path: Path) -> None:
        self.path, self.seen, self.text = path, 0, ""

    def now(self) -> str:
        changed = self.path.stat().st_mtime_ns
        if changed != self.seen:
            self.seen, self.text = changed, self.path.read_text()
        return self.text


async def ask(lines: Lines, token: Token, body: bytes, due: float, began: float, told: Told) -> None:
    headers = {"Authorization": f"Bearer {token.now()}", "Idempotency-Key": uuid.uuid4().hex}
    try:
        status, _, answer = await lines.post("/api/v1/screenings", headers, body)
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        told.fault(type(error).__name__)
        return
    finally:
        told.asked.append((round(due - began, 3), (time.monotonic() - due) * 1000))
    if status != CREATED:
        told.fault(str(status))
        return
    said = json.loads(answer)
    told.advice[said["advice"]] = told.advice.get(said["advice"], 0) + 1
    told.silent += any(one["source"] == "dukcapil" and one["state"] == "unreachable" for one in said["sources"])


async def push(lines: Lines, secret: bytes, events: list[Any], due: float, told: Told) -> None:
    """One delivery, signed as SIAPkerja signs; told to wait it is lost here, and would come again in earnest."""
    body = json.dumps({"from": 0, "to": 0, "events": events}, separators=(",", ":")).encode()
    delivery, stamp = str(uuid.uuid4()), str(int(time.time()))
    sign = hmac.new(secret, f"{delivery}.{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "X-Siapkerja-Delivery": delivery,
        "X-Siapkerja-Timestamp": stamp,
        "X-Siapkerja-Signature": f"v1={sign}",
    }
    try:
        status, given, answer = await lines.post("/api/v1/push/siapkerja/push", headers, body)
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        told.fault(f"push {type(error).__name__}")
        return
    finally:
        told.push_ms.append((time.monotonic() - due) * 1000)
    if status == ACCEPTED:
        told.accepted[delivery] = json.loads(answer)["batches"]
        told.accepted_records += len(events)
    elif status == WAIT:
        told.refused += 1
        told.refused_rightly += given.get("retry-after", "").isdecimal()
    else:
        told.fault(f"push {status}")


async def paced(
    rate: float, seconds: float, began: float, told: Told, one: Callable[[float], Awaitable[None]]
) -> list[asyncio.Task[None]]:
    """Begin one at each instant of the schedule, never waiting for an answer."""
    tasks = []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        told.late_ms = max(told.late_ms, (time.monotonic() - due) * 1000)
        tasks.append(asyncio.ensure_future(one(due)))
    return tasks


async def crowd(asked: dict[str, Any]) -> Told:
    told, began = Told(), time.monotonic() + 0.2
    host, _, port = asked["address"].partition(":")
    lines, pushing, token = Lines(host, int(port)), Lines(host, int(port)), Token(Path(asked["token"]))
    bodies = itertools.cycle(Path(asked["bodies"]).read_bytes().splitlines())
    events = read_events(Path(asked["pushes"]), asked.get("skip", 0))
    secret, size = str(asked["secret"]).encode(), int(asked["batch"])

    def question(due: float) -> Awaitable[None]:
        return ask(lines, token, next(bodies), due, began, told)

    def delivery(due: float) -> Awaitable[None]:
        return push(pushing, secret, list(itertools.islice(events, size)), due, told)

    paces = [paced(asked["rate"], asked["seconds"], began, told, question)]
    if asked["records"]:
        paces.append(paced(asked["records"] / size, asked["seconds"], began, told, delivery))
    for tasks in await asyncio.gather(*paces):
        await asyncio.gather(*tasks)
    return told


def read_events(path: Path, skip: int) -> Iterator[Any]:
    with path.open() as lines:
        yield from (json.loads(one) for one in itertools.islice(lines, skip, None))


def main() -> None:
    for line in sys.stdin:
        with suppress(BrokenPipeError):
            print(json.dumps(asdict(asyncio.run(crowd(json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
