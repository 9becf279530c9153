"""Which two are compared: by the house's own keys, as its desk and its placing do it, and at random."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from suar.core.matching.keys import Key, keys
from suar.site.training.people import Described

#: As in `persons.actions` and `persons.queries`, which need a server; a test holds them equal.
COMMON, BLOCK_CAP, CANDIDATE_CAP = 40, 300, 30
#: Places in the list of people, the smaller first.
Pair = tuple[int, int]


def blocks(people: Sequence[Described]) -> dict[Key, list[int]]:
    """Whoever has a key, for each key that two have and not too many."""
    found: dict[Key, list[int]] = defaultdict(list)
    for place, one in enumerate(people):
        for key in keys(one.description):
            found[key].append(place)
    return {key: who for key, who in found.items() if 2 <= len(who) <= BLOCK_CAP}


def by_kind(blocks: dict[Key, list[int]]) -> dict[str, set[Pair]]:
    """The pairs that each kind of strong key finds, common ones left out, as `persons.actions.relink` does."""
    found: dict[str, set[Pair]] = defaultdict(set)
    for key, who in blocks.items():
        if key.strong and len(who) <= COMMON:
            found[key.kind].update((a, b) for at, a in enumerate(who) for b in who[at + 1 :])
    return found


def as_the_desk(people: Sequence[Described], blocks: dict[Key, list[int]]) -> set[Pair]:
    """The candidates of everybody, ranked and capped as in the database's `persons_candidates`; each pair once."""
    found: set[Pair] = set()
    for place, one in enumerate(people):
        rank: dict[int, float] = defaultdict(float)
        for key in keys(one.description):
            who = blocks.get(key, ())
            for other in who:
                rank[other] += 1 + 1 / len(who) / 1000
        rank.pop(place, None)
        best = sorted(rank, key=lambda other: (-rank[other], other))[:CANDIDATE_CAP]
        found.update((min(place, other), max(place, other)) for other in best)
    return found


def at_random(people: int, pairs: int, *, seed: int) -> Iterator[Pair]:
    """Two different ones, any two alike likely; a pair may come twice."""
    rnd = Random(seed)
    for _ in range(pairs):
        a, b = rnd.randrange(people), rnd.randrange(people - 1)
        b += b >= a
        yield min(a, b), max(a, b)
