"""`suar link`: the records of two files that may be of one person, each pair with its weight and its probability.

One person may have several records on either side, so nothing is forced to be one to one; but a record that fits two
people who are not each other is one of them at most, and the probabilities say so (`core.linking.rivals`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from suar.core.linking.constraints import Held, surely_two
from suar.core.linking.guard import Found, alarms
from suar.core.linking.rivals import rivals, shared_out
from suar.core.matching.score import ASK, CANNOT_TELL, JOIN, NEW
from suar.site.batch import parts, runs
from suar.site.batch.parts import Side
from suar.site.batch.scoring import AT_ONCE, NOTHING, Places, Question, Scored, compared, sober, weigh_all, weighed
from suar.site.batch.work import Work
from suar.site.batch.workers import Workers
from suar.site.terminal import files
from suar.site.terminal.weights import batch_policy

HEADER = ("left_id", "right_id", "weight", "probability")
#: A floor below which nothing can fall: rivals are compared to see them differ.
NO_FLOOR = -(10**6)


def link(left: Path, right: Path, asked: runs.Asked) -> int:
    """Write the pairs, likeliest first for each left record. Exit status 1 where the run looks wrong."""
    work, shapes = runs.opened(asked, "link", left, right)
    try:
        with Workers(asked.workers(left, right)) as workers:
            sides = []
            for number, path in enumerate((left, right)):
                side, unread = parts.read(path, shapes[number], number, work, workers)
                runs.tell_unread(path, unread)
                sides.append(side)
            scored = _scored(sides[0], sides[1], asked, work, workers)
            odds = settled(scored, sides[0], sides[1], work, workers)
        if not runs.may_publish(alarms(found(scored, odds, sides[0], asked), batch_policy().guard), asked):
            return 1
        count = files.write(asked.out, HEADER, lines(scored, odds, sides[0].ids(), sides[1].ids()))
        told = f"{sides[0].records:,} and {sides[1].records:,} records, {compared(sides[0], work):,} compared"
        print(f"{told}, {count:,} pairs: {asked.out}")
        work.remove()
    finally:
        work.let_go()
    return 0


def register_size(left: Side, right: Side) -> int:
    """At most so many of all left × right pairs are true as the smaller file has people: one in the larger's number."""
    return max(left.records, right.records, 1)


def _scored(left: Side, right: Side, asked: runs.Asked, work: Work, workers: Workers) -> Scored:
    question = Question(work.folder, 0, 1, register_size(left, right), runs.floor())
    blocks = batch_policy().blocks
    if not left.records or not right.records:
        return NOTHING
    with runs.engine_of(asked, work) as engine:
        plan = engine.plan(work.folder, within=False, together=blocks.together, neighbours=blocks.neighbours)
        runs.say(f"{plan.whole:,} keys, {plan.refined:,} refined, {plan.neighbours:,} to neighbours only")
        return weighed(question, engine, plan, left, work, workers)


def settled(scored: Scored, left: Side, right: Side, work: Work, workers: Workers) -> npt.NDArray[np.int64]:
    """Posterior odds of each pair in millibits, when its rivals on both sides are known."""
    size = register_size(left, right)
    odds = _sobered(scored, Question(work.folder, 0, 1, size, 0), workers)
    rows, others = [], []
    for side, mine, theirs in ((1, scored.one, scored.other), (0, scored.other, scored.one)):
        row, rival = rivals(mine, theirs, odds)
        of_side = (left, right)[side]
        apart = _apart(theirs[row], theirs[rival], of_side, Question(work.folder, side, side, size, NO_FLOOR), workers)
        rows.append(row[apart])
        others.append(rival[apart])
    odds = shared_out(odds, np.concatenate(rows), np.concatenate(others))
    return np.where(scored.verdict == CANNOT_TELL, np.minimum(odds, runs.ceiling()), odds)


def _sobered(scored: Scored, question: Question, workers: Workers) -> npt.NDArray[np.int64]:
    """The odds of each pair in millibits; of one that a human would be asked about, with its family in mind."""
    odds: npt.NDArray[np.int64] = scored.weight.astype(np.int64) + question.policy.prior
    asked = np.flatnonzero(scored.verdict == ASK)
    rows = (asked[at : at + AT_ONCE // 10] for at in range(0, len(asked), AT_ONCE // 10))
    for part, found in workers.each(
        sober, ((question, rows_, scored.one[rows_], scored.other[rows_]) for rows_ in rows)
    ):
        odds[part] = found
    return odds


def _apart(one: Places, other: Places, side: Side, question: Question, workers: Workers) -> npt.NDArray[np.bool_]:
    """Which of these pairs of one side are two people: the comparison says so, and not for want of anything to compare,
    or what cannot differ differs twice.
    """
    if not len(one):
        return np.zeros(0, dtype=bool)
    low, high = np.minimum(one, other), np.maximum(one, other)
    pairs, back = np.unique(np.stack((low, high)), axis=1, return_inverse=True)
    scored = weigh_all(question, pairs[0], pairs[1], workers)
    order = np.lexsort((scored.other, scored.one))
    different: npt.NDArray[np.bool_] = scored.verdict[order] == NEW
    stated = side.stated()
    doubtful = np.flatnonzero(scored.verdict[order] == ASK)
    for at in doubtful.tolist():
        different[at] = surely_two(Held.by(*stated[pairs[0][at]]), Held.by(*stated[pairs[1][at]]))
    return different[back.reshape(-1)]


def found(scored: Scored, odds: npt.NDArray[np.int64], left: Side, asked: runs.Asked) -> Found:
    """What the guard judges: partners that are certain, and records that have any."""
    certain = scored.one[(scored.verdict == JOIN) & (odds > 0)]
    _, partners = np.unique(certain, return_counts=True)
    many = int((partners > batch_policy().guard.many).sum())
    return Found(records=left.records, with_many=many, matched=len(partners), usual_matched=asked.usual_permille)


def lines(
    scored: Scored, odds: npt.NDArray[np.int64], left: list[str], right: list[str]
) -> Iterator[tuple[str, str, int, str]]:
    """Each pair worth writing: left records in the order of their file, likeliest partner first."""
    kept = np.flatnonzero(odds >= runs.floor())
    order = kept[np.lexsort((scored.other[kept], -scored.weight[kept], -odds[kept], scored.one[kept]))]
    probability = 1 / (1 + np.exp2(-np.clip(odds[order], -64_000, 64_000) / 1000.0))
    columns = (scored.one[order], scored.other[order], scored.weight[order], probability)
    for one, other, weight, likely in zip(*(column.tolist() for column in columns), strict=True):
        yield left[one], right[other], weight, f"{likely:.3f}"
