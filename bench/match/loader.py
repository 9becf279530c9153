"""One loader process: `python -m bench.match.loader FILE FIRST LAST` reads those bytes of a register into Suar's tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bench.match.register import COLUMNS
from suar.core.errors import Read
from suar.core.identity.dates import read_partial_date
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.person import Description
from suar.core.identity.phone import read_phone
from suar.core.identity.region import read_region
from suar.core.identity.sex import read_sex

BATCH = 10_000
NO_REGIONS: frozenset[str] = frozenset()
T = TypeVar("T")


def valid(read: Read[T]) -> T:
    """What was read; the generator makes no faults, so one is a bug."""
    assert read.value is not None, read.faults
    return read.value


READERS: Mapping[str, Callable[[str], Any]] = {
    "nik": lambda text: valid(read_nik(text, NO_REGIONS)).digits,
    "birth_date": lambda text: valid(read_partial_date(text)),
    "sex": lambda text: valid(read_sex(text)),
    "passport_no": lambda text: valid(read_passport_no(text)),
    "phone": lambda text: valid(read_phone(text)),
    "region_code": lambda text: valid(read_region(text, NO_REGIONS)),
}


def main(words: list[str]) -> int:
    import django

    django.setup()
    from bench.match.layout import load
    from suar.site.running.ready import for_bulk

    for_bulk()
    print("ready", flush=True)
    sys.stdin.read()  # until the other is ready as well
    file, first, last = Path(words[0]), int(words[1]), int(words[2])
    batch = []
    for line in lines(file, first, last):
        batch.append(described(line))
        if len(batch) == BATCH:
            load(batch)
            batch = []
    if batch:
        load(batch)
    return 0


def lines(file: Path, first: int, last: int) -> Iterator[str]:
    """The whole lines between these two marks."""
    left = last - first
    with file.open("rb") as handle:
        handle.seek(first)
        while left > 0:
            line = handle.readline()
            left -= len(line)
            yield line.decode()


def described(line: str) -> tuple[int, Description]:
    """A line through the standard's own readers, as each field of an agency's record goes."""
    said: dict[str, Any] = dict(zip(COLUMNS, line.rstrip("\n").split("\t"), strict=True))
    for name, reader in READERS.items():
        if said[name]:
            said[name] = reader(said[name])
    return int(said.pop("number")), Description.of(said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
