"""Who is found: recall at candidates, among the first 20, and at a share of false positives.

A false positive is a query of somebody who is in no register with even one hit over the threshold in the whole
register; the threshold is where just the stated share of such queries has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.match.questions import STRATA, Question

FIRST = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """One query's hits: number of the person in the register and score, best first."""

    question: Question
    hits: tuple[tuple[int, float], ...]

    @property
    def best(self) -> float:
        return self.hits[0][1] if self.hits else float("-inf")

    @property
    def place(self) -> int:
        """Where the right person stands, from 0; -1 where he is not."""
        return next((n for n, (who, _) in enumerate(self.hits) if who == self.question.of), -1)

    @property
    def score(self) -> float:
        return self.hits[self.place][1] if self.place >= 0 else float("-inf")


def threshold(strangers: Sequence[Answered], false_share: float) -> float:
    """The score that at most this share of strangers' queries goes over."""
    best = sorted((one.best for one in strangers), reverse=True)
    return best[int(len(best) * false_share)] if best else float("-inf")


def recall(matching: Sequence[Answered], over: float) -> dict[str, float]:
    """Share of the right persons that score over the threshold: in all, and by stratum."""
    found: Mapping[str, list[bool]] = {kind: [] for kind in ("all", *STRATA)}
    for one in matching:
        for kind in ("all", one.question.kind):
            found[kind].append(one.score > over)
    return {kind: sum(said) / len(said) if said else 0.0 for kind, said in found.items()}


def among_first(matching: Sequence[Answered], first: int) -> float:
    """Share of the right persons among the first so many."""
    return sum(0 <= one.place < first for one in matching) / len(matching)


def candidates(matching: Sequence[Answered]) -> float:
    return sum(one.place >= 0 for one in matching) / len(matching)
