"""Which records of one file are likelier one person than not: sets held together by the evidence between all their records.

Two sets become one only where the mean of the evidence between their records is enough, so nobody is drawn in through a single
record, and no chain of likely pairs becomes one giant person (average linkage; PERFORMANCE 3: closure collapsed). What contradicts
counts, as it counts in a weight, and keeps nobody apart by itself: this is for whoever looks through a file, not for the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from suar.core.linking.clusters import At, components, groups
from suar.core.standard.tables import Table

Odds = npt.NDArray[np.int64]


class LikelyRow(Table):
    """`likely` of policy/matching/batch.yaml: odds of one pair in a file, millibits."""

    joined_from: int
    remembered_from: int
    unknown: int


def likely(count: int, one: At, other: At, odds: Odds, row: LikelyRow) -> At:
    """The smallest place of each record's person. Pairs stand once each, with `one` < `other`, and only those worth remembering.

    Heaviest pairs are looked at first, then by place. A pair that is not among them counts as `unknown`.
    """
    persons = np.arange(count, dtype=np.int64)
    joins = np.flatnonzero(odds >= row.joined_from)
    if not len(joins):
        return persons
    root = components(count, one[joins], other[joins])
    size, links = np.bincount(root, minlength=count), np.bincount(root[one[joins]], minlength=count)
    whole = links == size * (size - 1) // 2
    persons = np.where(whole[root], root, persons)
    inside = np.flatnonzero((root[one] == root[other]) & ~whole[root[one]])
    order = inside[np.lexsort((other[inside], one[inside], -odds[inside]))]
    for _, rows in groups(root, root[one[order]]):
        mine = order[rows]
        for place, person in _decided(one[mine].tolist(), other[mine].tolist(), odds[mine].tolist(), row):
            persons[place] = person
    return persons


def _decided(one: list[int], other: list[int], odds: list[int], row: LikelyRow) -> Iterator[tuple[int, int]]:
    """Place and person of the records of one component, whose pairs are given heaviest first."""
    known = dict(zip(zip(one, other, strict=True), odds, strict=True))
    sets: dict[int, list[int]] = {}
    for a, b, weight in zip(one, other, odds, strict=True):
        if weight < row.joined_from:
            break
        left, right = sets.get(a) or [a], sets.get(b) or [b]
        if left is right or not _belong(left, right, known, row):
            continue
        left += right
        for place in left:
            sets[place] = left
    for place, members in sets.items():
        yield place, min(members)


def _belong(left: list[int], right: list[int], known: Mapping[tuple[int, int], int], row: LikelyRow) -> bool:
    """Whether the mean of the evidence between two sets is enough."""
    total = 0
    for a in left:
        for b in right:
            total += known.get((a, b) if a < b else (b, a), row.unknown)
    return total >= row.joined_from * len(left) * len(right)
