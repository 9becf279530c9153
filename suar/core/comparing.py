"""Rates of groups, with intervals, and which small cells are not shown. Whole permille; nothing here is hashed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

LEAST = 10  # a smaller cell could point at somebody
Z = 1.959964  # two-sided 95 %
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, in permille, with its 95 % interval."""

    count: int
    of: int
    permille: int
    low: int
    high: int


def interval(count: float, of: float) -> tuple[float, float]:
    """Wilson's score interval of a share (1927): honest also for rare events and small groups, where the usual one is not.

    Asserts 0 <= count <= of and of > 0.
    """
    assert 0 <= count <= of and of > 0, (count, of)
    share, z2 = count / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return (0.0 if count == 0 else middle - half), (1.0 if count == of else middle + half)


def wilson(count: int, of: int) -> Rate:
    """The rate with its interval, in whole permille outwards."""
    low, high = interval(count, of)
    return Rate(count, of, round(1000 * count / of), max(math.floor(1000 * low), 0), min(math.ceil(1000 * high), 1000))


def hidden(cells: Mapping[K, int], least: int = LEAST) -> frozenset[K]:
    """Which cells of one table with a known total are not shown: the small ones, and where that leaves just one, the next smallest besides,
    or else it could be subtracted out. A zero is shown: it speaks of nobody.
    """
    small = {name for name, count in cells.items() if 0 < count < least}
    if len(small) == 1:
        others = [name for name, count in cells.items() if count > 0 and name not in small]
        small |= {min(others, key=lambda name: cells[name])} if others else set()
    return frozenset(small)
