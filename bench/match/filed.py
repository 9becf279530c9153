"""The file of records that a batch is given, and beside it who is who: made once for each size and seed and kept."""

from __future__ import annotations

import csv
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from bench.hub import FOLDER, fingerprint
from bench.match.records import FIELDS, PEOPLE_IN_A_HUNDRED, records_of

PIECE, WORKERS = 20_000, 2
COLUMNS = ("id", *FIELDS)
MADE_BY = tuple(
    ("bench/match", name) for name in ("words.py", "people.py", "noise.py", "questions.py", "records.py", "filed.py")
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A person file in the standard's columns; record n of it has the id n, and `humans[n]` is who that is."""

    path: Path
    humans: npt.NDArray[np.int64]

    @property
    def truth(self) -> Path:
        """`humans` as a file."""
        return self.path.with_suffix(".npy")


def kept(records: int, seed: int) -> Filed:
    folder = FOLDER / "match"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"records-{records}-{seed}"
    path = folder / f"{name}-{fingerprint(MADE_BY)}.csv"
    truth = path.with_suffix(".npy")
    if not truth.exists():
        for old in folder.glob(f"{name}-*"):
            old.unlink()
        print(f"{records:,} records are made once …", flush=True)
        np.save(truth, made(path, records, seed))
    return Filed(path, np.load(truth))


def made(path: Path, records: int, seed: int) -> npt.NDArray[np.int64]:
    """Write the file, and return who each record is."""
    rows = written(records, seed)
    Random(f"order {seed}").shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        lines.writerows((n, *cells) for n, (_, cells) in enumerate(rows))
    return np.array([human for human, _ in rows], np.int64)


Row = tuple[int, list[str]]


def written(records: int, seed: int) -> list[Row]:
    """The first so many records of the people in the order of their numbers."""
    people = int(records * PEOPLE_IN_A_HUNDRED / 100 * 1.02) + 100
    starts = range(0, people, PIECE)
    with ProcessPoolExecutor(WORKERS) as workers:
        pieces = workers.map(of_people, repeat(seed), starts, (min(people, start + PIECE) for start in starts))
        return [row for piece in pieces for row in piece][:records]


def of_people(seed: int, first: int, last: int) -> list[Row]:
    return [
        (number, [fields.get(name, "") for name in FIELDS])
        for number in range(first, last)
        for fields in records_of(seed, number)
    ]
