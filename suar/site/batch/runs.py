"""What both commands share: the policy of a batch, its work folder, its engine, and the word when it looks wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from pathlib import Path

from suar.core.canonical import sha256
from suar.core.errors import Params
from suar.core.linking.guard import Alarm
from suar.core.matching.keys import KEYS_VERSION
from suar.persons.pairs import Engine, EngineMissing, engine
from suar.site.batch.people import Shape, Unread, fingerprint, shape
from suar.site.batch.work import Work
from suar.site.batch.workers import cores
from suar.site.running.home import CannotRun
from suar.site.terminal.weights import batch_policy, matching

#: Files smaller than this together are linked in one process: starting a second costs more than it saves.
SMALL_BYTES = 1 << 20
#: Changed with whatever a part holds: a work folder of another form is begun again.
FORM = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a batch was asked for."""

    out: Path
    work: Path | None = None
    engine: str = "duckdb"
    memory_mb: int = 1024
    cores: int = 0
    anyway: bool = False
    usual_permille: int | None = None
    likely: bool = False  # `suar resolve`: also what a human would be asked about

    @property
    def folder(self) -> Path:
        return self.work or self.out.with_name(f".{self.out.name}.work")

    def workers(self, *files: Path) -> int:
        small = sum(path.stat().st_size for path in files) < SMALL_BYTES
        return 1 if small else self.cores or cores()


def floor() -> int:
    """Odds in millibits from which a pair may be written."""
    return _odds(batch_policy().write.from_permille) - 1


def ceiling() -> int:
    """Odds in millibits above which nothing comes that the text cannot tell."""
    return _odds(batch_policy().write.cannot_tell_at_most)


def _odds(permille: int) -> int:
    """Millibits of the odds of a probability."""
    share = permille / 1000
    return int(1000 * log2(share / (1 - share)))


def opened(asked: Asked, verb: str, *files: Path) -> tuple[Work, list[Shape]]:
    """The shapes of the files, and the work folder for just these files, this policy and this engine."""
    if asked.out.is_dir() or not asked.out.parent.is_dir():
        raise CannotRun(f"{asked.out} cannot be written: it is a folder, or its folder is not there.")
    prints = {f"file {number}": fingerprint(path) for number, path in enumerate(files)}
    shapes = [shape(path) for path in files]
    told = {
        "verb": verb,
        "engine": asked.engine,
        "policy": matching().name,
        "batch": sha256(batch_policy().model_dump()),
        "form": FORM,
        "likely": str(asked.likely),
    }
    work = Work(asked.folder, told | prints | {"keys": str(KEYS_VERSION)})
    if work.goes_on:
        say(f"going on where an earlier run of the same files stopped ({asked.folder})")
    for path, found in zip(files, shapes, strict=True):
        if found.encoding == "cp1252":
            say(f"{path}: not UTF-8, read as Windows-1252")
    return work, shapes


@contextmanager
def engine_of(asked: Asked, work: Work) -> Iterator[Engine]:
    try:
        made = engine(asked.engine, work.folder, memory_mb=asked.memory_mb, threads=asked.cores or cores())
    except EngineMissing as why:
        raise CannotRun(f"The engine {asked.engine} cannot run here: {why}.") from why
    try:
        yield made
    finally:
        made.close()


def tell_unread(path: Path, unread: Unread) -> None:
    for column, count in sorted(unread.counts.items()):
        say(f"{path}: {count:,} values of {column} cannot be read and count as not stated")


SAID = {
    "guard.many": "{found} in 1,000 records have more certain partners than {many}; {at_most} in 1,000 are allowed",
    "guard.largest_person": "one person would have {found} records; {at_most} are allowed",
    "guard.joined": "{found} in 1,000 records would be duplicates of others; {at_most} are allowed",
    "guard.moved": "the share of matched records is {found} in 1,000 away from the usual; {at_most} are allowed",
}


def may_publish(raised: list[Alarm], asked: Asked) -> bool:
    """Whether a run may be moved into place; says every limit that it broke."""
    limits: Params = {"many": batch_policy().guard.many}
    for alarm in raised:
        say(f"This run looks wrong: {SAID[alarm.code].format(**limits, **alarm.params)}.")
    if raised and not asked.anyway:
        say(
            f"Nothing was written. Look at the files; if they are right, the same command with --anyway goes on from {asked.folder}."
        )
    return not raised or asked.anyway


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
