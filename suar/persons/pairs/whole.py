"""Blocks that are followed whole, in columns: nearly all pairs come from keys that few share, and numbers sorted are joined soonest.

What a key pairs is written to files by the place of its left record, as one number a pair; who asks for a range gets each pair once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
#: Pairs made at once, and left places of one file.
AT_ONCE, OF_ONE_FILE = 1 << 22, 1 << 16
_PLACE_BITS = 32
_PLACE = (1 << _PLACE_BITS) - 1


class Rows(NamedTuple):
    """Keys, with the side and the place of whose they are."""

    key: Numbers
    side: npt.NDArray[np.int8]
    place: Numbers

    def where(self, rows: npt.NDArray[np.generic]) -> Rows:
        return Rows(self.key[rows], self.side[rows], self.place[rows])


@dataclass(slots=True)
class Followed:
    """How many keys were followed whole, and at most how many pairs they make."""

    keys: int = 0
    made: int = 0


class Whole:
    """The pairs of one folder."""

    def __init__(self, folder: Path, *, within: bool) -> None:
        self._folder, self._within = folder, within

    def begin(self) -> None:
        """Throw away what a run that was killed left half done."""
        for path in self._folder.glob("pairs-*.raw"):
            path.unlink()

    def settle(self) -> None:
        """See to it that what was written outlives a power cut, before the plan says that it is there."""
        for path in self._folder.glob("pairs-*.raw"):
            with path.open("rb+") as file:
                os.fsync(file.fileno())

    def follow(self, rows: Rows, few: int, told: Followed) -> Rows:
        """Write the pairs of the keys whose records make at most `few`, counted as left × right, or all × all of one file; returns the
        rows of those that make more. All rows of a key come in one call.
        """
        rows = rows.where(np.argsort(rows.key) if self._within else np.lexsort((rows.side, rows.key)))
        blocks = _Blocks.of(rows)
        crossed = blocks.size * blocks.size if self._within else blocks.lefts * blocks.rights
        useful = blocks.size > 1 if self._within else crossed > 0
        chosen = useful & (crossed <= few)
        made = (blocks.size * (blocks.size - 1) // 2 if self._within else crossed)[chosen]
        told.keys += len(made)
        told.made += int(made.sum())
        for one, other in self._pairs(blocks.where(chosen), rows.place, made):
            self._write(one, other)
        return rows.where(np.repeat(useful & ~chosen, blocks.size))

    def _pairs(self, blocks: _Blocks, place: Numbers, made: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
        """The places of each pair, so many at once."""
        part = np.cumsum(made) // AT_ONCE
        for first, end in _runs(part):
            some = blocks.where(slice(first, end))
            one, other = some.within() if self._within else some.across()
            yield place[one], place[other]

    def beside(self, rows: Rows, neighbours: int) -> int:
        """Write the pairs of each row and the next so many of its block; returns how many were looked at. Rows come in their order."""
        looked = 0
        for step in range(1, neighbours + 1):
            same = np.flatnonzero(rows.key[:-step] == rows.key[step:])
            looked += len(same)
            one, other = rows.where(same), rows.where(same + step)
            if not self._within:
                across = np.flatnonzero(one.side != other.side)
                one, other = one.where(across), other.where(across)
                left = one.side == 0
                self._write(np.where(left, one.place, other.place), np.where(left, other.place, one.place))
            else:
                self._write(one.place, other.place)
        return looked

    def _write(self, one: Numbers, other: Numbers) -> None:
        """Left places and right ones; of one file the smaller place is the left one."""
        if self._within:
            one, other = np.minimum(one, other), np.maximum(one, other)
        pairs = np.sort(joined(one, other))
        for number in range(int(one.max()) // OF_ONE_FILE + 1 if len(one) else 0):
            first, end = np.searchsorted(
                pairs, (number * OF_ONE_FILE << _PLACE_BITS, (number + 1) * OF_ONE_FILE << _PLACE_BITS)
            )
            if end > first:
                with self._file(number).open("ab") as file:
                    pairs[first:end].tofile(file)

    def between(self, first: int, end: int) -> Numbers:
        """The pairs with left places from `first` to before `end`, each once, in order."""
        found = [np.zeros(0, np.int64)]
        for number in range(first // OF_ONE_FILE, (end - 1) // OF_ONE_FILE + 1):
            if self._file(number).exists():
                pairs = np.fromfile(self._file(number), np.int64)
                found.append(pairs[(pairs >= first << _PLACE_BITS) & (pairs < end << _PLACE_BITS)])
        pairs = np.sort(np.concatenate(found))
        return pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs

    def _file(self, number: int) -> Path:
        return self._folder / f"pairs-{number:05}.raw"


class _Blocks(NamedTuple):
    """Where each block starts among the sorted rows, how many rows it has, and how many of them are left ones, which come first."""

    start: Numbers
    size: Numbers
    lefts: Numbers

    @classmethod
    def of(cls, rows: Rows) -> _Blocks:
        """The runs of equal keys."""
        if not len(rows.key):
            return cls(*(np.zeros(0, np.int64) for _ in cls._fields))
        start = np.flatnonzero(np.append(True, rows.key[1:] != rows.key[:-1]))
        size = np.diff(np.append(start, len(rows.key)))
        return cls(start, size, size - np.add.reduceat(rows.side.astype(np.int64), start))

    @property
    def rights(self) -> Numbers:
        return self.size - self.lefts

    def where(self, rows: Any) -> _Blocks:
        return _Blocks(*(column[rows] for column in self))

    def within(self) -> tuple[Numbers, Numbers]:
        """Every row with all that come after it in its block."""
        row = _ranges(self.start, self.size)
        after = np.repeat(self.start + self.size, self.size) - row - 1
        return np.repeat(row, after), _ranges(row + 1, after)

    def across(self) -> tuple[Numbers, Numbers]:
        """Every left row with all right ones of its block."""
        row = _ranges(self.start, self.lefts)
        rights = np.repeat(self.rights, self.lefts)
        return np.repeat(row, rights), _ranges(np.repeat(self.start + self.lefts, self.lefts), rights)


def _ranges(start: Numbers, count: Numbers) -> Numbers:
    """start, start + 1, … of each, `count` of them, one behind the other."""
    before = np.cumsum(count) - count
    return np.repeat(start - before, count) + np.arange(int(count.sum()), dtype=np.int64)


def _runs(part: Numbers) -> Iterator[tuple[int, int]]:
    """First and end of each run of equal numbers."""
    if len(part):
        marks = [0, *(np.flatnonzero(part[1:] != part[:-1]) + 1).tolist(), len(part)]
        yield from pairwise(marks)


def joined(one: Numbers, other: Numbers) -> Numbers:
    return one << _PLACE_BITS | other


def parted(pairs: Numbers) -> tuple[Numbers, Numbers]:
    return pairs >> _PLACE_BITS, pairs & _PLACE
