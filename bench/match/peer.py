"""The other engines: each in an environment of its own, locked by hash, and a process of its own that answers JSON lines.

A request is one line on its standard input and its answer one line on its standard output:
  {"load": FILE, "store": FOLDER} → {"people": …, "seconds": …}         the register, once; a store is kept between runs
  {"search": [{field: value}, …]} → {"ms": […], "found": [[number, …]]}   milliseconds measured inside the peer
  {"score": [[{…}, {…}], …]}      → {"us": […]}                           microseconds a pair
What fails answers {"failed": "why"}.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hub import FOLDER
from suar.site.running import apart
from suar.site.running.home import ROOT, CannotRun

LOCKS = ROOT / "requirements" / "peers"
#: Only these come without a wheel and are built from source, where the machine has a compiler and ICU's headers.
FROM_SOURCE = {"nomenklatura": "pyicu"}


class NotHere(Exception):
    """This peer cannot be measured on this machine; the reason is said in the table."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer that has its register and answers."""

    name: str
    process: subprocess.Popen[str]

    def ask(self, **request: Any) -> dict[str, Any]:
        """Raises NotHere when the peer fails or falls silent."""
        assert self.process.stdin and self.process.stdout
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise NotHere(f"{self.name} stopped; see {log_of(self.name)}")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise NotHere(f"{self.name}: {answer['failed']}")
        return answer

    def load(self, file: Path, store: Path) -> dict[str, Any]:
        store.parent.mkdir(parents=True, exist_ok=True)
        return self.ask(load=str(file), store=str(store))

    def search(self, fields: Sequence[Mapping[str, str]]) -> tuple[list[float], list[list[int]], list[list[float]]]:
        """Milliseconds, numbers found best first, and their scores where the peer has any."""
        answer = self.ask(search=list(fields))
        return answer["ms"], answer["found"], answer.get("scores", [[] for _ in answer["ms"]])


@contextmanager
def started(name: str, told: Mapping[str, str] | None = None) -> Iterator[Peer]:
    """The peer's process for as long as the block lasts. Raises NotHere where its environment cannot be made."""
    python = environment(name)
    words = [str(python), "-W", "ignore", "-P", "-m", f"bench.match.peers.by_{name}"]
    with log_of(name).open("wb") as log:
        process = subprocess.Popen(
            words, cwd=FOLDER, env=surroundings() | dict(told or {}),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    try:
        yield Peer(name, process)
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def log_of(name: str) -> Path:
    (FOLDER / "peers").mkdir(parents=True, exist_ok=True)
    return FOLDER / "peers" / f"{name}.log"


def surroundings() -> dict[str, str]:
    """Nothing of our own environment but the way to this folder: a peer never sees Suar's database."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return kept | {"PYTHONPATH": str(ROOT)}


def environment(name: str) -> Path:
    """The Python of a peer's environment, made when its lock is new here. pg_trgm needs only what Suar has: psycopg. Raises NotHere where it
    cannot be made.
    """
    lock = LOCKS / f"{name}.lock"
    if not lock.exists():
        return Path(sys.executable)
    try:
        return apart.installed(lock, FOLDER / "peers" / name, from_source=FROM_SOURCE.get(name, ""))
    except CannotRun as why:
        raise NotHere(f"{name} cannot be installed here: {why}") from None


def stands(name: str) -> bool:
    """Whether the peer's environment is there, of the very lock that is committed."""
    lock = LOCKS / f"{name}.lock"
    return not lock.exists() or apart.stands(lock, FOLDER / "peers" / name)
