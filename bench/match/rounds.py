"""Rounds: every engine answers the same block of queries in turn, ours between two peers, so that a busy minute meets all.

A ratio is a peer's median over ours in one round, and what counts is the median of the rounds' ratios.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.match.peer import NotHere
from bench.match.questions import Question
from bench.screening import at

#: What an engine does with a block: milliseconds of each query, and the numbers found, best first.
Ask = Callable[[Sequence[Question]], tuple[list[float], list[list[int]]]]


@dataclass(frozen=True, slots=True)
class Player:
    """An engine that takes part; a slow one is asked only the first so many of a block."""

    name: str
    ask: Ask
    a_block: int


@dataclass(slots=True)
class Times:
    """What one engine needed: milliseconds by round."""

    rounds: list[list[float]] = field(default_factory=list)
    found: list[tuple[Question, list[int]]] = field(default_factory=list)
    failed: str = ""

    def round(self, number: int) -> list[float]:
        while len(self.rounds) <= number:
            self.rounds.append([])
        return self.rounds[number]

    @property
    def all(self) -> list[float]:
        return [ms for one in self.rounds for ms in one]

    def at(self, permille: int) -> float:
        """The median over the rounds of this percentile."""
        return statistics.median(at(one, permille) for one in self.rounds if one)

    def among_first(self, first: int) -> float:
        """Share of the right persons among the first so many, of the queries that have one."""
        true = [question.of in hits[:first] for question, hits in self.found if question.of >= 0]
        return sum(true) / max(1, len(true))


def played(
    ours: Player, peers: Sequence[Player], queries: Sequence[Question], rounds: int, between: Callable[[int], None]
) -> dict[str, Times]:
    """Rounds of ours and a peer on one block, ours and the next peer on another: no engine meets a query twice.

    `between` is called after every pair with the round's number. Who fails is out from then on; his failure is kept.
    """
    times = {player.name: Times() for player in (ours, *peers)}
    blocks = cut(queries, ours.a_block)
    warm = next(blocks)
    for player in (ours, *peers):
        attempt(player, warm[: player.a_block], times[player.name], None)
    for number in range(rounds):
        for peer in peers or (None,):
            block = next(blocks)
            attempt(ours, block, times[ours.name], number)
            if peer:
                attempt(peer, block[: peer.a_block], times[peer.name], number)
            between(number)
    return times


def cut(queries: Sequence[Question], size: int) -> Iterator[Sequence[Question]]:
    for start in range(0, len(queries) - size + 1, size):
        yield queries[start : start + size]


def attempt(player: Player, block: Sequence[Question], into: Times, number: int | None) -> None:
    """One block, timed unless it only warms."""
    if into.failed:
        return
    try:
        spent, found = player.ask(block)
    except NotHere as why:
        into.failed = str(why)
        return
    if number is not None:
        into.round(number).extend(spent)
        into.found.extend(zip(block, found, strict=True))


def ratio(peer: Times, ours: Times) -> float:
    """Peer over ours: the median of each round's ratio of medians; 0 where the peer was not measured."""
    both = [
        statistics.median(theirs) / statistics.median(own)
        for theirs, own in zip(peer.rounds, ours.rounds, strict=False)
        if theirs and own
    ]
    return statistics.median(both) if both and not peer.failed else 0.0
