"""Suar's own engine as the benchmark's first player: its register loaded once and kept, and searched as a desk does.

A register is kept in a database whose name says of which program, people and tables it is made; it outlives runs, so
that ten million are loaded once. The matching policy is today's, whatever was adopted when the register was loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hub import FOLDER, Hub, fingerprint, turned_to
from bench.match.register import COLUMNS, WORKERS, pieces
from suar.site.running import databases
from suar.site.running.home import ROOT, CannotRun

#: What decides which rows a register has. When one of these changes it is loaded anew.
ROWS = (
    ("bench/match", "words.py"), ("bench/match", "people.py"), ("suar/core/identity", "*.py"),
    ("suar/core/matching", "keys.py"), ("suar/vault", "*.py"), ("suar/persons/migrations", "*.py"),
)  # fmt: skip


DELTA, DELTA_BATCH = 10_000, 1_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """How the register came in: rows a second of ours and of raw COPY of the same people; bytes of each table."""

    people: int
    per_s: float
    copied_per_s: float
    bytes: dict[str, int]

    @property
    def share(self) -> float:
        return self.per_s / self.copied_per_s

    @property
    def bytes_a_person(self) -> float:
        """Of what a search reads, tables and indexes; who belongs together is printed beside it."""
        from bench.match.layout import SEARCHED

        return sum(self.bytes[name] for name in SEARCHED) / self.people


def database_of(people: int, seed: int) -> str:
    return f"match_{people}_{seed}_{fingerprint(ROWS)}{stored()}"


def stored() -> str:
    """Of the part of `layout` that fills the tables: changing how they are searched leaves a loaded register as it is."""
    text = Path(__file__).with_name("layout.py").read_text()
    part = text[text.index("Rows =") : text.index("# What is stored ends here")]
    return hashlib.sha256(part.encode()).hexdigest()[:4]


@contextmanager
def register(hub: Hub, people: int, seed: int, file: Path) -> Iterator[Loaded]:
    """The register of that size with all connections turned to it; loaded now or before."""
    name = database_of(people, seed)
    notes = FOLDER / "match" / f"{name}.json"
    if not (databases.exists(hub.cluster, name) and notes.exists()):
        for old in databases.newest_first(hub.cluster, f"match_{people}_{seed}_"):
            databases.drop_database(hub.cluster, old)
        load(hub, name, people, file, notes)
    with turned_to(name):
        from bench.match.layout import read_once

        read_once()
        yield Loaded(**json.loads(notes.read_text()))


def load(hub: Hub, name: str, people: int, file: Path, notes: Path) -> None:
    """A first load by two processes, the keys' indexes made when all rows are there; raw COPY of the same people beside it."""
    from bench.hub import disconnect
    from bench.match import layout

    print(f"{people:,} people are loaded …", flush=True)
    disconnect()
    databases.clone_database(hub.cluster, hub.template, name)
    with turned_to(name):
        copied = raw_copy(file)
        layout.open_for_copy(opened=True)
        indexes = layout.without_key_indexes()
        spent = run_loaders(hub, name, file)
        started = time.perf_counter()
        layout.with_key_indexes(indexes)
        spent += time.perf_counter() - started
        layout.open_for_copy(opened=False)
        vacuum()
        said = {"people": people, "per_s": people / spent, "copied_per_s": copied, "bytes": layout.stored_bytes()}
    notes.write_text(json.dumps(said))


def run_loaders(hub: Hub, name: str, file: Path) -> float:
    """Seconds of two processes, each with half of the file, from when both stand ready to when the last is through."""
    words = [sys.executable, "-W", "ignore", "-m", "bench.match.loader", str(file)]
    told = os.environ | hub.environment(name)
    parts = [[*words, str(first), str(last)] for first, last in pieces(file, WORKERS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    running = [subprocess.Popen(part, cwd=ROOT, env=told, text=True, **pipes) for part in parts]  # type: ignore[call-overload]
    ready = [one.stdout.readline() for one in running]
    started = time.perf_counter()
    for one in running:
        one.stdin.close()
    ended = [one.wait() for one in running]
    if not all(ready) or any(ended):
        raise CannotRun(f"The register {name} could not be loaded.")
    return time.perf_counter() - started


def raw_copy(file: Path) -> float:
    """Rows a second of COPY of the people's file into a table of texts without an index, full durability; one process."""
    from django.db import connections

    columns = ", ".join(f"{name} {'bigint' if name == 'number' else 'text'}" for name in COLUMNS)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS raw_copy; CREATE TABLE raw_copy ({columns})")
        raw: Any = cursor.cursor
        started = time.perf_counter()
        with raw.copy("COPY raw_copy FROM STDIN") as into, file.open("rb") as lines:
            while piece := lines.read(1 << 20):
                into.write(piece)
        rows = int(raw.rowcount)
        spent = time.perf_counter() - started
        cursor.execute("DROP TABLE raw_copy")
    return rows / spent


def delta(file: Path, people: int, seed: int) -> float:
    """Share of raw COPY that a delta of new people reaches in the loaded register, one process; they are taken out again."""
    from bench.match import layout
    from bench.match.loader import described
    from bench.match.register import lines

    text = lines(seed, people, people + DELTA)
    newcomers = file.with_name("delta.tsv")
    newcomers.write_text(text)
    copied = raw_copy(newcomers)
    layout.open_for_copy(opened=True)
    started = time.perf_counter()
    for start in range(0, DELTA, DELTA_BATCH):
        layout.load([described(line) for line in text.splitlines()[start : start + DELTA_BATCH]])
    spent = time.perf_counter() - started
    layout.open_for_copy(opened=False)
    layout.remove(range(people, people + DELTA))
    return DELTA / spent / copied


def vacuum() -> None:
    from django.db import connections

    from bench.match.layout import TABLES

    with connections["owner"].cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {name}")


def policy_of_today(people: int) -> Any:
    """The matching policy in force in the template, that of this program, for a register of that size."""
    from suar.persons.queries.found import matching_policy
    from suar.policies.queries import in_force
    from suar.site.auth import now

    return matching_policy(in_force(now())).for_register(people)
