"""The parts of a side as files that every process maps instead of reading: numbers for the compiled loop, and records one by one.

A worker meets every part of the other side in turn; reading each anew would cost more than weighing its pairs.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from suar.core.identity.columns import Columns
from suar.core.identity.person import FIELDS, Description
from suar.core.matching.kernel import Side
from suar.site.batch.work import whole_or_not

#: Between two values of one record; `values.cleaned` leaves none in a value.
BETWEEN = "\x1f"


def keep(path: Path, side: Side) -> None:
    """All columns one behind the other."""

    def write(file: IO[bytes]) -> None:
        for column in side:
            np.lib.format.write_array(file, np.ascontiguousarray(column), allow_pickle=False)

    whole_or_not(path, write)


def opened(path: Path) -> Side:
    """The same columns, in memory only as far as they are looked at. Changes would stay in this process; nobody makes any."""
    with path.open("rb") as file:
        return Side(*(_column(path, file) for _ in Side._fields))


def _column(path: Path, file: IO[bytes]) -> npt.NDArray[Any]:
    np.lib.format.read_magic(file)
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    at = file.tell()
    size = int(np.prod(shape)) * dtype.itemsize
    file.seek(at + size)
    if not size:
        return np.zeros(shape, dtype)
    mapped = np.memmap(path, dtype=dtype, mode="c", offset=at, shape=shape)
    return mapped.view(np.ndarray)


def keep_people(path: Path, people: Columns) -> None:
    """Where each record ends, and the records."""
    columns = [getattr(people, name) for name in FIELDS]
    records = [BETWEEN.join(values).encode("utf-8", "surrogatepass") for values in zip(*columns, strict=True)]
    ends = np.cumsum([0, *map(len, records)], dtype=np.int64)

    def write(file: IO[bytes]) -> None:
        np.lib.format.write_array(file, ends, allow_pickle=False)
        file.writelines(records)

    whole_or_not(path, write)


class People(Sequence[Description]):
    """The people of one part as they were read, for the few pairs that are explained in full."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._ends = np.lib.format.read_array(file, allow_pickle=False)
            self._first = file.tell()
            self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: Any) -> Any:
        text = self._text[self._first + int(self._ends[place]) : self._first + int(self._ends[place + 1])]
        values = text.decode("utf-8", "surrogatepass").split(BETWEEN)
        return Description(**dict(zip(FIELDS, values, strict=True)))
