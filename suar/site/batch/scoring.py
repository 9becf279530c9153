"""Pairs of a run, weighed part by part; what is far below the threshold is forgotten at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from suar.core.linking.kin import sobered
from suar.core.matching.explain import explain
from suar.core.matching.policy import MatchingPolicy
from suar.core.matching.score import score, verdicts_of, warm
from suar.persons.pairs import Blocking, Engine
from suar.site.batch.parts import TOGETHER, Side, encoded, people
from suar.site.batch.progress import Progress
from suar.site.batch.work import Work
from suar.site.batch.workers import Workers
from suar.site.terminal.weights import batch_policy, matching

Places = npt.NDArray[np.int64]
#: Pairs weighed in one go: what a worker is sent, and answers, at once.
AT_ONCE = 100_000


class Scored(NamedTuple):
    """Pairs with what was found of each. Weights in millibits, without prior."""

    one: Places
    other: Places
    weight: npt.NDArray[np.int32]
    verdict: npt.NDArray[np.uint8]

    def where(self, rows: npt.NDArray[np.generic]) -> Scored:
        return Scored(*(column[rows] for column in self))


NOTHING = Scored(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8))


def together(several: list[Scored]) -> Scored:
    """Several as one."""
    return Scored(*(np.concatenate(columns) for columns in zip(NOTHING, *several, strict=True)))


@dataclass(frozen=True, slots=True)
class Question:
    """What is weighed against what, in a register of how many, and from which odds (millibits) it is remembered."""

    folder: Path
    left: int
    right: int
    register_size: int
    floor: int

    @property
    def policy(self) -> MatchingPolicy:
        return matching().for_register(self.register_size)


def weigh(question: Question, one: Places, other: Places) -> Scored:
    """Weigh these pairs, wherever their records lie, and keep those from the floor on."""
    policy = question.policy
    one_part, other_part = one // TOGETHER, other // TOGETHER
    found = []
    for pair in np.unique(np.stack((one_part, other_part)), axis=1).T.tolist():
        rows = np.flatnonzero((one_part == pair[0]) & (other_part == pair[1]))
        left = encoded(question.folder, question.left, pair[0])
        right = encoded(question.folder, question.right, pair[1])
        least = question.floor - policy.prior
        weights, codes = score(left, one[rows] % TOGETHER, right, other[rows] % TOGETHER, policy, least=least)
        kept = np.flatnonzero(weights >= least)
        verdicts = verdicts_of(weights[kept], codes[kept], policy)
        found.append(Scored(one[rows[kept]], other[rows[kept]], weights[kept], verdicts))
    return together(found)


def weighed(question: Question, engine: Engine, plan: Blocking, side: Side, work: Work, workers: Workers) -> Scored:
    """Weigh every pair of the engine, one part of the left side after another; a part that was done is done."""
    warm(matching())  # compiled here the first time, else every worker would compile it for itself
    progress = Progress("comparing", "pairs", plan.comparisons)
    here: list[Scored] = []
    compared = 0
    for part, last, count, scored in _weighed(question, engine, side, work, workers):
        here.append(scored)
        compared += count
        progress.more(count)
        if last:
            work.keep(_name(part), (compared, together(here)))
            here, compared = [], 0
    progress.end()
    return together([work.kept(_name(part))[1] for part in range(side.parts)])


def compared(side: Side, work: Work) -> int:
    """How many pairs were compared in all."""
    return sum(int(work.kept(_name(part))[0]) for part in range(side.parts))


def _name(part: int) -> str:
    return f"scored-{part:05}"


def _weighed(
    question: Question, engine: Engine, side: Side, work: Work, workers: Workers
) -> Iterator[tuple[int, bool, int, Scored]]:
    told: list[tuple[int, bool, int]] = []

    def jobs() -> Iterator[tuple[Question, Places, Places]]:
        for part in range(side.parts):
            if work.has(_name(part)):
                continue
            one, other = engine.pairs(part * TOGETHER, (part + 1) * TOGETHER)
            near = np.argsort(other // TOGETHER, kind="stable")
            pieces = range(0, max(1, len(one)), AT_ONCE)
            for start in pieces:
                rows = near[start : start + AT_ONCE]
                told.append((part, start == pieces[-1], len(rows)))
                yield question, one[rows], other[rows]

    for number, scored in enumerate(workers.each(weigh, jobs())):
        yield *told[number], scored


def weigh_all(question: Question, one: Places, other: Places, workers: Workers) -> Scored:
    """Weigh a list of pairs that is at hand."""
    order = np.lexsort((other // TOGETHER, one // TOGETHER))
    jobs = (
        (question, one[order[at : at + AT_ONCE]], other[order[at : at + AT_ONCE]])
        for at in range(0, len(order), AT_ONCE)
    )
    return together(list(workers.each(weigh, jobs)))


def sober(question: Question, rows: Places, one: Places, other: Places) -> tuple[Places, Places]:
    """These rows, and their odds with a family in mind (`core.linking.kin`)."""
    policy, kin = question.policy, batch_policy().kin
    odds = np.zeros(len(rows), dtype=np.int64)
    for at in np.lexsort((other // TOGETHER, one // TOGETHER)).tolist():
        left = people(question.folder, question.left, int(one[at]) // TOGETHER)[int(one[at]) % TOGETHER]
        right = people(question.folder, question.right, int(other[at]) // TOGETHER)[int(other[at]) % TOGETHER]
        odds[at] = sobered(explain(left, right, candidate="", policy=policy), kin, policy)
    return rows, odds
