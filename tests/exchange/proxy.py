"""A line that is not to be trusted: what goes by is late, cut, reset, sent twice, spoilt, or swallowed.

Faults are told in a row, one for each connection; one whose byte was not reached waits for the next connection, and an unharmed connection that
began meanwhile is ended, since it may go on for ever. Whatever comes after the last goes by unharmed, so that everything can arrive in the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["late", "cut", "reset", "again", "repeated", "garbage", "half_open"]
KINDS: tuple[Kind, ...] = ("late", "cut", "reset", "again", "repeated", "garbage", "half_open")
LATE_S = 0.15
HEARD_S = 1.0  # so long the answer to what was sent again is listened to
READ = 65_536


@dataclass(frozen=True)
class Fault:
    """What one connection suffers, from byte `at` of one direction on."""

    kind: Kind
    at: int
    asked: bool  # of what the client sends, else of what it is answered


def faults(draw: random.Random, count: int, *, asked: int, answered: int) -> list[Fault]:
    """`count` faults in a drawn order, each kind in both directions as often as any other, beginning within so many bytes."""
    every = [(kind, way) for kind in KINDS for way in (True, False)]
    drawn = [one for _ in range(-(-count // len(every))) for one in draw.sample(every, len(every))]
    return [Fault(kind, draw.randrange(asked if way else answered), way) for kind, way in drawn[:count]]


class Ended(Exception):
    """This connection is over."""


@dataclass
class Proxy:
    """Listens on a port of this machine and passes on to another."""

    target: int
    rows: list[Fault]
    seed: int
    lasts_s: float | None = None  # so long a connection goes on after its fault, where that does not end it
    port: int = 0
    met: list[Fault] = field(default_factory=list)  # those whose byte was reached
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    unharmed: set[asyncio.Task[None]] = field(default_factory=set)

    def through(self) -> bool:
        """Whether every fault was suffered."""
        return len(self.met) == len(self.rows)

    def __enter__(self) -> Proxy:
        self.left = deque(self.rows)
        self.draw = random.Random(self.seed)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def listen(self) -> None:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def serve(self, here: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        fault = self.left.popleft() if self.left else None
        if fault is None:
            self.unharmed.add(task)
            task.add_done_callback(self.unharmed.discard)
        try:
            there, ask = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            answer.close()
            if fault:
                self.wait_for_another(fault)
            return
        line = Line(self, fault, (ask, answer))
        try:
            ways = (line.pump(here, ask, asked=True), line.pump(there, answer, asked=False))
            await first_to_end([asyncio.create_task(one) for one in ways])
        except Ended:
            reset_both = fault is not None and fault.kind == "reset"
            for writer in (ask, answer):
                reset(writer) if reset_both else None
        finally:
            for writer in (ask, answer):
                with contextlib.suppress(OSError):
                    writer.close()
        if fault and not line.met:
            self.wait_for_another(fault)
        elif fault and fault.kind == "again":
            await self.say_again(bytes(line.said))

    def wait_for_another(self, fault: Fault) -> None:
        self.left.appendleft(fault)
        for task in self.unharmed:
            task.cancel()

    async def say_again(self, said: bytes) -> None:
        """All that the client said, on a line of its own; nobody hears the answer."""
        with contextlib.suppress(OSError, TimeoutError):
            there, ask = await asyncio.open_connection("127.0.0.1", self.target)
            try:
                ask.write(said)
                await ask.drain()
                async with asyncio.timeout(HEARD_S):
                    while await there.read(READ):
                        pass
            finally:
                ask.close()


async def first_to_end(ways: Sequence[asyncio.Task[None]]) -> None:
    """A line of which one direction is over is over in both. Raises Ended where a fault ended it."""
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()
    finally:
        for one in ways:
            one.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


@dataclass
class Line:
    """One connection and what is done to it."""

    proxy: Proxy
    fault: Fault | None
    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    said: bytearray = field(default_factory=bytearray)
    met: bool = False

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, asked: bool) -> None:
        passed, fault = 0, self.fault if self.fault and self.fault.asked == asked else None
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(READ):
                if asked and self.fault and self.fault.kind == "again":
                    self.said += chunk
                before, passed = passed, passed + len(chunk)
                if fault and passed > fault.at:
                    chunk = await self.harmed(chunk, fault, max(0, fault.at - before), writer, first=before <= fault.at)
                writer.write(chunk)
                await writer.drain()

    async def harmed(self, chunk: bytes, fault: Fault, at: int, writer: asyncio.StreamWriter, *, first: bool) -> bytes:
        """What becomes of this chunk. Raises Ended where the line ends within it."""
        if first:
            self.met = True
            self.proxy.met.append(fault)
            if self.proxy.lasts_s is not None and fault.kind != "half_open":
                for end in self.ends:
                    self.proxy.loop.call_later(self.proxy.lasts_s, end.close)
        if fault.kind == "late":
            await asyncio.sleep(LATE_S)
        elif fault.kind in ("cut", "reset"):
            writer.write(chunk[:at])
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            raise Ended
        elif fault.kind == "half_open":
            return chunk[:at] if first else b""
        elif fault.kind == "repeated" and first:
            return chunk + chunk
        elif fault.kind == "garbage" and first:
            noise = self.proxy.draw.randbytes(self.proxy.draw.randrange(1, 40))
            return chunk[:at] + noise + chunk[at + len(noise) :]
        return chunk


def reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN: the other side's buffers are thrown away with it."""
    line = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.contextmanager
def between(target: int, rows: Sequence[Fault], seed: int, lasts_s: float | None = None) -> Iterator[Proxy]:
    with Proxy(target, list(rows), seed, lasts_s) as it:
        yield it
