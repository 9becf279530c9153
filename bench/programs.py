"""The hub's programs while a benchmark runs: told where the database is, started as `suar up` starts them, ended with it, and what they used."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import psutil

from bench.hub import FOLDER, Hub, disconnect
from suar.site.running.home import CannotRun, Home
from suar.site.running.processes import Part, Process


def home() -> Home:
    it = Home(FOLDER / "home")
    it.make()
    return it


@contextlib.contextmanager
def told_to(hub: Hub, name: str, more: Mapping[str, str] | None = None) -> Iterator[None]:
    """Programs started within work on this database, and are told what else is to be told."""
    before = dict(os.environ)
    os.environ.update(hub.environment(name) | dict(more or {}))
    try:
        yield
    finally:
        disconnect()
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def program(part: Part) -> Iterator[Process]:
    """A part of Suar, once it answers. Raises CannotRun when it ends instead, or does not answer within a minute."""
    process = part.launch()
    try:
        wait_for(part.answers, 60, part.name, process)
        yield process
    finally:
        part.end(process)


def wait_for(there: Callable[[], bool], seconds: float, name: str, process: Process | None = None) -> None:
    until = time.monotonic() + seconds
    while not there():
        if time.monotonic() > until or (process is not None and process.poll() is not None):
            raise CannotRun(f"{name} does not start; see {FOLDER / 'home' / 'logs'}.")
        time.sleep(0.1)


Pids = Mapping[str, Sequence[int]]


def used(programs: Pids) -> dict[str, float]:
    """Processor seconds of each so far, with its children, also those that have ended."""
    return {name: sum(seconds_of(pid) for pid in pids) for name, pids in programs.items()}


def seconds_of(pid: int) -> float:
    program = psutil.Process(pid)
    times = program.cpu_times()
    spent = times.user + times.system + times.children_user + times.children_system
    for child in program.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            spent += sum(child.cpu_times()[:2])
    return float(spent)


def database_of(hub: Hub) -> list[int]:
    server = hub.cluster.running()
    assert server
    return [server]
