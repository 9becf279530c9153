"""The register as a file: one person a line in the standard's person columns, made once for each size and seed and kept."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise, repeat
from pathlib import Path
from random import Random

from bench.hub import FOLDER, fingerprint
from bench.match.people import Person, people
from bench.match.questions import as_written, outsider

COLUMNS = Person._fields
PIECE = 50_000
WORKERS = 2
TRAINING_PAIRS = 5_000
GENERATOR = (("bench/match", "words.py"), ("bench/match", "people.py"))


def kept(size: int, seed: int) -> Path:
    """Tab-separated, in the order of COLUMNS, without a heading."""
    folder = FOLDER / "match"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"people-{size}-{seed}"
    path = folder / f"{name}-{fingerprint(GENERATOR)}.tsv"
    if path.exists():
        return path
    for old in folder.glob(f"{name}-*.tsv"):
        old.unlink()
    print(f"{size:,} people are made once …", flush=True)
    starts = range(0, size, PIECE)
    with path.with_suffix(".part").open("w") as file, ProcessPoolExecutor(WORKERS) as workers:
        for text in workers.map(lines, repeat(seed), starts, (min(size, start + PIECE) for start in starts)):
            file.write(text)
    path.with_suffix(".part").replace(path)
    return path


def training(seed: int, folder: Path) -> Path:
    """Pairs of people in no register, each twice under one number: what a peer that learns may learn from."""
    path = folder / "train.tsv"
    draw = Random(f"training {seed}")
    with path.open("w") as file:
        for number in range(TRAINING_PAIRS):
            who = outsider(draw, seed)
            again = as_written(who, draw, seed)
            for fields in (who._asdict(), again):
                file.write("\t".join([str(number), *(fields.get(name, "") for name in COLUMNS[1:])]) + "\n")
    return path


def lines(seed: int, first: int, last: int) -> str:
    return "".join("\t".join(map(str, one)) + "\n" for one in people(seed, first, last))


def pieces(path: Path, parts: int) -> list[tuple[int, int]]:
    """Byte ranges of about equal size that begin and end with whole lines."""
    size = path.stat().st_size
    marks = [0]
    with path.open("rb") as file:
        for part in range(1, parts):
            file.seek(size * part // parts)
            file.readline()
            marks.append(file.tell())
    marks.append(size)
    return list(pairwise(marks))
