"""Which of a million records are one person: `decide`'s own answer, found in columns.

Where nothing in a connected component contradicts anything, its closure is what `decide` would say; each component that
holds a contradiction is given to `decide` itself. That is allowed because components are decided each for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from suar.core.identity.person import Description
from suar.core.linking.constraints import Held
from suar.core.linking.decide import Link, decide
from suar.core.linking.propose import Verdict

At = npt.NDArray[np.int64]
Weights = npt.NDArray[np.int32]


#: What a record states of what cannot differ: NIK, birth date, sex.
Stated = tuple[str, str, str]


def clusters(ids: Sequence[str], stated: Sequence[Stated], a: At, b: At, weights: Weights) -> list[str]:
    """Each record's person, in the order of the records; a person's id is the smallest id of its records.

    `a`, `b` and `weights` are the links that join, by position, in any order, each pair once or more often. Ids are
    unique. The answer equals `decide`'s for the same records and links, without judgements.
    """
    persons = list(ids)
    if not len(a):
        return persons
    root = components(len(ids), a, b)
    for members, of_these in groups(root, root[a]):
        _settle(persons, ids, stated, members, partial(_links, ids, a, b, weights, of_these))
    return persons


def _settle(
    persons: list[str],
    ids: Sequence[str],
    stated: Sequence[Stated],
    members: At,
    links: Callable[[], list[Link]],
) -> None:
    """Say who the records of one component are."""
    places: list[int] = members.tolist()
    if _at_one([stated[at] for at in places]):
        person = min(ids[at] for at in places)
        for at in places:
            persons[at] = person
        return
    decided = decide({ids[at]: _described(stated[at]) for at in places}, links(), ())
    for at in places:
        persons[at] = decided[ids[at]]


def _at_one(said: list[Stated]) -> bool:
    """Whether no two of them can contradict each other: at most one NIK, one birth date, one sex, a NIK's too."""
    if any(len({one[n] for one in said if one[n]}) > 1 for n in range(3)):
        return False
    sexes = frozenset[str]().union(*(Held.by(nik, "", sex).sexes for nik, _, sex in said))
    return len(sexes) < 2


def _described(said: Stated) -> Description:
    return Description(nik=said[0], birth_date=said[1], sex=said[2])


def _links(ids: Sequence[str], a: At, b: At, weights: Weights, of: At) -> list[Link]:
    return [
        Link(a=ids[one], b=ids[other], weight=weight, verdict=Verdict.JOIN)
        for one, other, weight in zip(a[of].tolist(), b[of].tolist(), weights[of].tolist(), strict=True)
    ]


def components(count: int, a: At, b: At) -> At:
    """The smallest position that each position is connected with. Rounds of hooking and shortening, each in columns."""
    root = np.arange(count, dtype=np.int64)
    while True:
        left, right = root[a], root[b]
        if np.array_equal(left, right):
            return root
        lower, upper = np.minimum(left, right), np.maximum(left, right)
        np.minimum.at(root, upper, lower)
        while not np.array_equal(shorter := root[root], root):
            root = shorter


def groups(root: At, links: At) -> Iterator[tuple[At, At]]:
    """The members of every component of two or more, and the places of its links, whose roots are given; none without a link."""
    members, linked = np.argsort(root, kind="stable"), np.argsort(links, kind="stable")
    roots, first = np.unique(root[members], return_index=True)
    ends = np.append(first[1:], len(members))
    link_first = np.searchsorted(links[linked], roots, side="left")
    link_end = np.searchsorted(links[linked], roots, side="right")
    for n in np.flatnonzero((ends - first > 1) & (link_end > link_first)).tolist():
        yield members[first[n] : ends[n]], linked[link_first[n] : link_end[n]]


def sizes(persons: Sequence[str]) -> npt.NDArray[Any]:
    """How many records each person has, largest first."""
    _, counts = np.unique(np.array(persons, dtype=object), return_counts=True)
    return np.sort(counts)[::-1]
