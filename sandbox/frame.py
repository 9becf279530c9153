"""One running sandbox: has history told once, starts the servers, writes the addresses, and lives on until it is
stopped.

Three processes: this one absorbs and lives; first two tell history and end (telling.py), then two serve (servers.py).
A serving one that dies is started again; when this process dies, however it dies, its children end.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from sandbox.breakage import read_breaks
from sandbox.life import Life, absorbers
from sandbox.ports import kept_ports, port_names
from sandbox.receiving import Receiver
from sandbox.running import SYSTEM_NAMES, Address, wall_clock, write_private
from sandbox.servers import GROUPS, Child
from sandbox.store import Store
from sandbox.telling import Stopped, onward_of, tell_history, told
from sandbox.terms import Terms, keep_terms, kept_terms

TICK_S = 1.0
LOCK_WAIT_S = 3.0  # those who told history for a predecessor killed a moment ago may still be ending


class AlreadyRunning(Exception):
    """Another process runs the sandbox of this HOME."""


def run(home: Path, terms: Terms, names: Sequence[str], *, ports_from: int = 0) -> None:
    """Run until SIGTERM or SIGINT. Says progress and, when all listen, `ready` on standard output."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with only_one(home), suppress(Stopped), ExitStack() as closing:
        (home / "addresses.json").unlink(missing_ok=True)
        terms = with_history(home, terms, names, stopping.is_set)
        ports = kept_ports(home, port_names(names), ports_from=ports_from)
        children = [Child(home, group) for group in groups_of(names)]
        addresses: dict[str, Address] = {}
        for child in children:
            closing.callback(child.stop)
            child.start()
        for child in children:
            addresses |= child.addresses()
        closing.callback((home / "addresses.json").unlink, missing_ok=True)
        write_private(home / "addresses.json", addresses)
        closing.enter_context(Receiver(home))
        say(f"ready {len(addresses)} systems on ports {min(ports.values())} to {max(ports.values())}")
        live(None if terms.frozen else going_on(home, terms, names, stopping.is_set), children, stopping)


def with_history(home: Path, terms: Terms, names: Sequence[str], stopping: Callable[[], bool]) -> Terms:
    """The terms, with history standing in every store. It is written once; one that was cut off is begun again."""
    if told(home, names, terms):
        return terms
    tell_history(home, names, terms, say, stopping)
    made = replace(terms, made=True)
    keep_terms(home, made)
    return made


def going_on(home: Path, terms: Terms, names: Sequence[str], stopping: Callable[[], bool]) -> Life:
    """The nation's life. Where an older sandbox left nothing to live on from, the nation is made once more."""
    from sandbox.nation import Living

    until = datetime.fromisoformat(terms.history_until)
    living = Living.from_file(onward_of(home), seed=terms.seed, now=until)
    if living is None:
        tell_history(home, (), terms, say, stopping)
        living = Living.from_file(onward_of(home), seed=terms.seed, now=until)
    if living is None:
        raise RuntimeError(f"{onward_of(home)} cannot be written or read")
    return Life(living, absorbers(home, names, terms, living=True), terms)


def live(life: Life | None, children: Sequence[Child], stopping: threading.Event) -> None:
    """Once a second: let happen what is due, and start again a child that died."""
    while not stopping.wait(TICK_S):
        if life:
            life.go_on(wall_clock(), stopping=stopping.is_set)
        for child in children:
            if child.ended() and not stopping.is_set():
                print(
                    f"the servers of {', '.join(child.names)} ended; starting them again", file=sys.stderr, flush=True
                )
                child.stop()
                child.start()
                child.addresses()


def groups_of(names: Sequence[str]) -> list[tuple[str, ...]]:
    groups = [tuple(name for name in group if name in names) for group in GROUPS]
    return [group for group in groups if group]


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold HOME for this process. The lock goes with the process, so none is left behind by a kill or a power loss."""
    with (home / "running.lock").open("a+") as lock:
        if not locked(lock):
            lock.seek(0)
            raise AlreadyRunning(f"the sandbox of {home} is already running (process {lock.read().strip()})")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def locked(file: IO[str]) -> bool:
    """Take the lock, waiting a while for it. The processes that tell history hold it too, having been forked from us."""
    until = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        else:
            return True


def status(home: Path) -> dict[str, object]:
    """What an onlooker can say of a sandbox, running or not."""
    terms = kept_terms(home)
    addresses = home / "addresses.json"
    running: dict[str, Address] = json.loads(addresses.read_text()) if addresses.exists() else {}
    systems: dict[str, object] = {}
    for name in SYSTEM_NAMES:
        store = home / name / "store.sqlite"
        if store.exists():
            systems[name] = {
                "base": running.get(name, {}).get("base", ""),
                "absorbed_until_us": Store(store, "").upto(),
                "broken": sorted(read_breaks(home / name / "breaks.json")),
            }
    return {"listening": bool(running), "people": terms.people if terms else 0, "systems": systems}


def say(words: str) -> None:
    """A line for whoever started us. That he has gone is no reason to stop."""
    with suppress(BrokenPipeError):
        print(words, flush=True)
