"""One running sandbox: makes the nation once, starts the servers, writes the addresses, and lives on until it is
stopped.

Three processes: this one makes the nation, absorbs and lives; two children serve (servers.py). A child that dies is
started again; when this process dies, however it dies, the children end.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.breakage import read_breaks
from sandbox.life import Life, absorbers, forget_history, make_nation, microseconds, write_history
from sandbox.ports import kept_ports, port_names
from sandbox.receiving import Receiver
from sandbox.running import SYSTEM_NAMES, Address, wall_clock, write_private
from sandbox.servers import GROUPS, Child
from sandbox.store import Store
from sandbox.terms import Terms, keep_terms, kept_terms

if TYPE_CHECKING:
    from sandbox.nation import Nation

TICK_S = 1.0


class AlreadyRunning(Exception):
    """Another process runs the sandbox of this HOME."""


def run(home: Path, terms: Terms, names: Sequence[str], *, ports_from: int = 0) -> None:
    """Run until SIGTERM or SIGINT. Says progress and, when all listen, `ready` on standard output."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with only_one(home), ExitStack() as closing:
        (home / "addresses.json").unlink(missing_ok=True)
        terms, nation = with_history(home, terms, names)
        ports = kept_ports(home, port_names(names), ports_from=ports_from)
        children = [Child(home, group) for group in groups_of(names)]
        addresses: dict[str, Address] = {}
        for child in children:
            closing.callback(child.stop)
            addresses |= child.start()
        closing.callback((home / "addresses.json").unlink, missing_ok=True)
        write_private(home / "addresses.json", addresses)
        closing.enter_context(Receiver(home))
        say(f"ready {len(addresses)} systems on ports {min(ports.values())} to {max(ports.values())}")
        life = None
        if not terms.frozen:
            life = Life(nation or make_nation(terms), absorbers(home, names, terms, living=True), terms)
        del nation
        gc.collect()  # history is a few hundred megabytes, of which a frozen sandbox needs nothing
        live(life, children, stopping)


def with_history(home: Path, terms: Terms, names: Sequence[str]) -> tuple[Terms, Nation | None]:
    """The terms, with history standing in every store, and the nation if it had to be made.

    History is written once; one that was cut off is begun again.
    """
    if terms.made and all(whole(home / name / "store.sqlite", terms) for name in names):
        return terms, None
    forget_history(home, names)
    say(f"progress 0 0 making a nation of {terms.people} people")
    nation = make_nation(terms)
    (home / "truth").mkdir(mode=0o700, exist_ok=True)
    nation.write_truth(home / "truth" / "truth.jsonl")
    systems = absorbers(home, names, terms)
    write_history(nation, systems, terms, say)
    for system in systems:
        system.store.close()
    made = replace(terms, made=True)
    keep_terms(home, made)
    return made, nation


def whole(store: Path, terms: Terms) -> bool:
    """Whether a store has all of history. After a power loss one may stand that the disk never saw complete."""
    return store.exists() and Store(store, "").upto() >= microseconds(datetime.fromisoformat(terms.history_until))


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


def groups_of(names: Sequence[str]) -> list[tuple[str, ...]]:
    groups = [tuple(name for name in group if name in names) for group in GROUPS]
    return [group for group in groups if group]


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold HOME for this process. The lock goes with the process, so none is left behind by a kill or a power loss."""
    with (home / "running.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(f"the sandbox of {home} is already running (process {lock.read().strip()})") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


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
