"""The agencies' bytes: an invented nation's systems are started, asked once over their own protocols, and stopped.

What came is kept in `build/bench`, so that neither making a nation nor fetching it is ever timed.
"""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hub import FOLDER, fingerprint
from suar.site.running.home import ROOT, CannotRun, read_json

SECONDS = 900.0
#: What decides which bytes come: how the agencies talk and how they are asked.
TALK = (("sandbox", "*.py"), ("sandbox", "*.csv"), ("suar/intake/connectors", "*.py"), ("policy/sources", "*.yaml"))


@dataclass(frozen=True, slots=True)
class Stream:
    """Everything that one stream of a source sends to somebody who has nothing yet."""

    source: str
    agency: str
    wall: str
    sendings: list[Any]


def streams(people: int, seed: int) -> list[Stream]:
    """The bytes of the nation of that size and seed, fetched now or before."""
    kept = FOLDER / f"nation-{people}-{seed}-{fingerprint(TALK)}.pickle"
    if kept.exists():
        return list(pickle.loads(kept.read_bytes()))  # noqa: S301  # written by ourselves, in our own build folder
    print(f"The agencies of {people:,} people are made and asked once …", flush=True)
    home = FOLDER / "sandbox"
    shutil.rmtree(home, ignore_errors=True)
    words = ["run", "--home", str(home), "--people", str(people), "--seed", str(seed), "--frozen"]
    with (FOLDER / "sandbox.log").open("wb") as log:
        program = subprocess.Popen([sys.executable, "-m", "sandbox", *words], cwd=ROOT, stdout=log, stderr=log)
    try:
        fetched = fetch_all(addresses(home, program))
    finally:
        program.terminate()
        program.wait(30)
    shutil.rmtree(home, ignore_errors=True)
    for old in FOLDER.glob(f"nation-{people}-{seed}-*.pickle"):
        old.unlink()
    part = kept.with_suffix(".part")
    part.write_bytes(pickle.dumps(fetched))
    part.replace(kept)
    return fetched


def addresses(home: Path, program: subprocess.Popen[bytes]) -> dict[str, Any]:
    started = time.monotonic()
    while not (home / "addresses.json").exists():
        if program.poll() is not None or time.monotonic() - started > SECONDS:
            raise CannotRun(f"The sandbox does not start; see {FOLDER / 'sandbox.log'}.")
        time.sleep(0.2)
    return read_json(home / "addresses.json")


def fetch_all(where: dict[str, Any]) -> list[Stream]:
    from suar.intake.connectors.http import Client
    from suar.intake.jobs.pull import fetch
    from suar.intake.queries.mappings import sources
    from suar.site.auth import now
    from suar.vault.queries import DEFAULT

    known = sources(now())
    found = []
    for name in known.names:
        mapping = known[name]
        if mapping.reach.get("connector") in {"answers", None}:
            continue
        with closing(Client(where[name], mapping.reach.get("auth", {}))) as client:
            for stream, words in mapping.reach["streams"].items():
                if not words.get("push_only"):
                    sendings = list(fetch(mapping, client, stream, words, ""))
                    found.append(Stream(name, mapping.agency, words.get("wall", DEFAULT), sendings))
    return found
