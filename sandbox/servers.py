"""The systems' servers: in this process, or in child processes that end with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from sandbox.ports import HOST
from sandbox.running import Address, System, make_system
from sandbox.terms import Terms, place_of

START_S = 30.0
STOP_S = 8.0

#: The two processes that serve. The systems that carry most records are parted, so that both cores of a machine work.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("simkim", "sipmi", "polri", "simfoni", "pimpasa", "dukcapil"),
    ("siskop2mi", "siapkerja", "peduliwni", "disnaker", "bp3mi"),
)


class Servers:
    """The servers of some systems in this process, each in threads of its own."""

    def __init__(self, home: Path, names: Sequence[str], terms: Terms, ports: dict[str, int]) -> None:
        self._systems: list[System] = [make_system(place_of(home, name, terms, ports)) for name in names]
        self._ports = ports

    def start(self) -> dict[str, Address]:
        return {system.name: system.start(HOST, self._ports[system.name]) for system in self._systems}

    def stop(self) -> None:
        for system in self._systems:
            system.stop()
            system.store.close()


def serve(home: Path, names: Sequence[str], terms: Terms, ports: dict[str, int]) -> None:
    """Serve until the parent closes our standard input, dies, or tells us to stop. Says the addresses in one line."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=wait_for_parent, args=(stopping,), daemon=True).start()
    servers = Servers(home, names, terms, ports)
    print(json.dumps(servers.start()), flush=True)
    stopping.wait()
    servers.stop()


def wait_for_parent(stopping: threading.Event) -> None:
    """Our standard input ends when the parent closes it, and also when the parent is killed."""
    sys.stdin.buffer.read()
    stopping.set()


class Child:
    """One serving process. It ends when we end, however we end: its standard input is a pipe that only we hold."""

    def __init__(self, home: Path, names: Sequence[str]) -> None:
        self.home, self.names = home, tuple(names)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [sys.executable, "-m", "sandbox", "serve", "--home", str(self.home), "--systems", ",".join(self.names)]
        root = str(Path(__file__).resolve().parent.parent)
        paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # Ctrl-C reaches the parent alone, which then stops us in order
        )

    def addresses(self) -> dict[str, Address]:
        """What it said when it listened. Raises RuntimeError when it ended first or says nothing for too long."""
        line = first_line(self._process) if self._process else b""
        if not line:
            self.stop()
            raise RuntimeError(f"the servers of {', '.join(self.names)} did not start")
        addresses: dict[str, Address] = json.loads(line)
        return addresses

    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def stop(self) -> None:
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None


def first_line(process: subprocess.Popen[bytes]) -> bytes:
    """The first line that a process says, or nothing when it ends or is silent for START_S."""
    said: list[bytes] = []

    def listen(out: IO[bytes]) -> None:
        said.append(out.readline())

    if process.stdout is None:
        return b""
    listening = threading.Thread(target=listen, args=(process.stdout,), daemon=True)
    listening.start()
    listening.join(START_S)
    return said[0] if said else b""
