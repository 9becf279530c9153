"""The parts of a side: so many records each, as encoded descriptions, ids, what cannot differ, and rows of keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from suar.core.identity.columns import Columns
from suar.core.linking.clusters import Stated
from suar.core.matching.encoding import side_of
from suar.core.matching.score import Encoded
from suar.persons.pairs import keyed
from suar.site.batch import columned
from suar.site.batch.people import Rows, Shape, Unread, described, rows
from suar.site.batch.progress import Progress
from suar.site.batch.work import Work, keep, kept
from suar.site.batch.workers import Workers
from suar.site.terminal.weights import matching

#: Records of one part: a few seconds of work to lose, and small beside 4 GB when two are open.
TOGETHER = 50_000
SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Side:
    """One file, read: how many records, in parts of so many."""

    side: int
    records: int
    parts: int
    work: Path

    def part_of(self, place: int) -> int:
        return place // TOGETHER

    def ids(self) -> list[str]:
        return [id_ for n in range(self.parts) for id_ in kept(self.work / name(self.side, n, "ids"))]

    def stated(self) -> list[Stated]:
        parts = (kept(self.work / name(self.side, n, "stated")) for n in range(self.parts))
        return [one for part in parts for one in zip(*part, strict=True)]


def name(side: int, part: int, what: str) -> str:
    return f"{SIDES[side]}-{part:05}.{what}"


def read(path: Path, shape: Shape, side: int, work: Work, workers: Workers) -> tuple[Side, Unread]:
    """Read a file into parts; those that an earlier run made are not made again."""
    done = f"{SIDES[side]}.done"
    if work.has(done):
        records, parts, counts = work.kept(done)
        return Side(side, records, parts, work.folder), Unread(counts)
    progress = Progress(f"reading {path.name}", "records", _expected(path))
    unread = Unread()
    records = parts = 0
    for count, counts in workers.each(make, _jobs(path, shape, side, work, progress)):
        for column, many in counts.items():
            unread.counts[column] = unread.counts.get(column, 0) + many
        records, parts = records + count, parts + 1
        progress.more(count)
    progress.end()
    work.keep(done, (records, parts, unread.counts))
    return Side(side, records, parts, work.folder), unread


def _expected(path: Path) -> int:
    """About how many records: by the lines of the first megabyte."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
    return max(1, head.count(b"\n")) * path.stat().st_size // max(1, len(head))


Job = tuple[Path, int, int, Rows | None, Sequence[str]]


def _jobs(path: Path, shape: Shape, side: int, work: Work, progress: Progress) -> Iterator[Job]:
    for part, found in enumerate(rows(path, shape, together=TOGETHER)):
        there = work.has(name(side, part, "made"))
        yield work.folder, side, part, None if there else found, shape.columns


def make(folder: Path, side: int, part: int, found: Rows | None, columns: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Make one part, its last file last; returns how many records, and unreadable values by column."""
    made = folder / name(side, part, "made")
    if found is None:
        count, counts = kept(made)
        return count, counts
    unread = Unread()
    people = described(found.cells, columns, unread)
    write(folder, side, part, found.first, found.ids, people)
    keep(made, (len(people), unread.counts))
    return len(people), unread.counts


def write(folder: Path, side: int, part: int, first: int, ids: Sequence[str], people: Columns) -> None:
    keep(folder / name(side, part, "ids"), list(ids))
    keep(folder / name(side, part, "stated"), (people.nik, people.birth_date, people.sex))
    columned.keep_people(folder / name(side, part, "people"), people)
    columned.keep(folder / name(side, part, "encoded"), side_of(people, matching().names))
    keyed.write(
        people,
        side=side,
        first=first,
        keys_at=folder / name(side, part, "keys.parquet"),
        traits_at=folder / name(side, part, "traits.parquet"),
    )


@lru_cache(maxsize=256)
def encoded(folder: Path, side: int, part: int) -> Encoded:
    """One part, mapped."""
    return Encoded(people(folder, side, part), columned.opened(folder / name(side, part, "encoded")))


@lru_cache(maxsize=256)
def people(folder: Path, side: int, part: int) -> columned.People:
    """One part as it was read, for the few pairs that are explained in full."""
    return columned.People(folder / name(side, part, "people"))
