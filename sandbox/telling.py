"""How history is told: by two processes that are gone afterwards, and with them half a gigabyte of nation.

The first makes the nation and then becomes two, which need not be told what the other knows. Each tells some of the
systems, so that both cores of a machine work; none of the stores has two writers. What it takes to live on stays behind
in HOME/onward.sqlite, so that nobody makes the nation again.
"""

from __future__ import annotations

import csv
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.life import Say, absorbers, make_nation, microseconds, write_history
from sandbox.store import Store
from sandbox.terms import Terms

if TYPE_CHECKING:
    from sandbox.nation import Nation

#: Who is told by whom. SIMKIM has as much to write as all others together.
FIRST = ("simkim",)
LOOK_S = 0.2
FORK = multiprocessing.get_context("fork")


class Stopped(Exception):
    """We were told to stop before history stood."""


def tell_history(home: Path, names: Sequence[str], terms: Terms, say: Say, stopping: Callable[[], bool]) -> None:
    """Have all of history told to systems whose stores are empty. Raises Stopped; RuntimeError when it cannot be done."""
    forget_history(home, names)
    maker = FORK.Process(target=_make_and_tell, args=(home, names, terms, say), name="history")
    maker.start()
    try:
        while maker.is_alive():
            maker.join(LOOK_S)
            if stopping():
                raise Stopped
    finally:
        maker.kill()
        maker.join()
    if maker.exitcode:
        raise RuntimeError(f"history was not told: the process that tells it ended with {maker.exitcode}")


def onward_of(home: Path) -> Path:
    return home / "onward.sqlite"


def told(home: Path, names: Sequence[str], terms: Terms) -> bool:
    """Whether all of history stands in every store. After a power loss one may stand that the disk never saw complete."""
    until = microseconds(datetime.fromisoformat(terms.history_until))
    stores = [home / name / "store.sqlite" for name in names]
    return terms.made and all(store.exists() and Store(store, "").upto() >= until for store in stores)


def forget_history(home: Path, names: Sequence[str]) -> None:
    """Remove the stores, so that a history which was cut off is written again from its beginning."""
    for name in names:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                (home / name / f"store.sqlite{ending}").unlink()


def _make_and_tell(home: Path, names: Sequence[str], terms: Terms, say: Say) -> None:
    _end_with_parent()
    gc.disable()  # millions of new things and no rubbish among them
    say(f"progress 0 0 making a nation of {terms.people} people")
    nation = make_nation(terms)
    second = FORK.Process(target=_tell_others, args=(home, [n for n in names if n not in FIRST], terms, nation))
    second.start()
    _tell(home, [n for n in names if n in FIRST], terms, nation, say)
    second.join()
    if second.exitcode:
        sys.exit(second.exitcode)


def _tell_others(home: Path, names: Sequence[str], terms: Terms, nation: Nation) -> None:
    _end_with_parent()
    (home / "truth").mkdir(mode=0o700, exist_ok=True)
    nation.write_truth(home / "truth" / "truth.jsonl")
    _tell(home, names, terms, nation, lambda _: None)
    if not terms.frozen:
        nation.write_onward(onward_of(home))


def _tell(home: Path, names: Sequence[str], terms: Terms, nation: Nation, say: Say) -> None:
    systems = absorbers(home, names, terms)
    write_history(nation, systems, terms, say)
    for system in systems:
        write_tellings(home, system.name, system.store.tellings)
        system.store.close()


def write_tellings(home: Path, name: str, tellings: dict[str, str]) -> None:
    """Which record of a system is about whom, as HOME/truth/records-NAME.csv: for whoever measures a matcher, and nobody else.

    Only of history. What is lived by the wall clock afterwards is not written down.
    """
    folder = home / "truth"
    folder.mkdir(mode=0o700, exist_ok=True)
    number = os.open(folder / f"records-{name}.csv", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(("record", "person"))
        written.writerows(tellings.items())


def _end_with_parent() -> None:
    """End at once when the parent does, however it ends; leave Ctrl-C to it, and heed SIGTERM as anybody does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("only a child has a parent to end with")
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
