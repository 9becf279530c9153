"""`suar resolve FILE`: which records of one file are one person, held together by constraint (`core.linking.decide`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from suar.core.linking.clusters import clusters, sizes
from suar.core.linking.guard import Found, alarms
from suar.core.linking.likely import likely
from suar.core.matching.score import CANNOT_TELL, JOIN
from suar.site.batch import parts, runs
from suar.site.batch.parts import Side
from suar.site.batch.scoring import NOTHING, Question, Scored, compared, weighed
from suar.site.batch.work import Work
from suar.site.batch.workers import Workers
from suar.site.terminal import files
from suar.site.terminal.weights import batch_policy, matching

HEADER = ("id", "person")


def resolve(path: Path, asked: runs.Asked) -> int:
    """Write each record's person: the smallest id of its records. Exit status 1 where the run looks wrong."""
    work, shapes = runs.opened(asked, "resolve", path)
    try:
        with Workers(asked.workers(path)) as workers:
            side, unread = parts.read(path, shapes[0], 0, work, workers)
            runs.tell_unread(path, unread)
            pairs = scored(side, asked, work, workers)
        ids = side.ids()
        persons = persons_of(ids, side, pairs, asked)
        if not runs.may_publish(alarms(found(pairs, persons, side, asked), batch_policy().guard), asked):
            return 1
        files.write(asked.out, HEADER, zip(ids, persons, strict=True))
        told = f"{side.records:,} records, {compared(side, work) if side.parts else 0:,} pairs compared"
        print(f"{told}, {len(set(persons)):,} persons: {asked.out}")
        work.remove()
    finally:
        work.let_go()
    return 0


def scored(side: Side, asked: runs.Asked, work: Work, workers: Workers) -> Scored:
    """Every pair of one file that may matter, weighed."""
    if not side.records:
        return NOTHING
    floor = batch_policy().likely.remembered_from if asked.likely else matching().join_at
    question, blocks = Question(work.folder, 0, 0, side.records, floor), batch_policy().blocks
    with runs.engine_of(asked, work) as engine:
        plan = engine.plan(work.folder, within=True, together=blocks.together, neighbours=blocks.neighbours // 2)
        runs.say(f"{plan.whole:,} keys, {plan.refined:,} refined, {plan.neighbours:,} to neighbours only")
        return weighed(question, engine, plan, side, work, workers)


def persons_of(ids: list[str], side: Side, pairs: Scored, asked: runs.Asked) -> list[str]:
    """Each record's person: what the desk would join, or what is likelier one than not."""
    if not asked.likely:
        sure = pairs.where(np.flatnonzero(pairs.verdict == JOIN))
        return clusters(ids, side.stated(), sure.one, sure.other, sure.weight)
    roots = likely(side.records, pairs.one, pairs.other, odds_of(pairs, side), batch_policy().likely).tolist()
    named: dict[int, str] = {}
    for root, id_ in zip(roots, ids, strict=True):
        named[root] = min(named.get(root, id_), id_)
    return [named[root] for root in roots]


def odds_of(pairs: Scored, side: Side) -> npt.NDArray[np.int64]:
    """In millibits; of what the text cannot tell never more than is written of it."""
    odds = pairs.weight.astype(np.int64) + matching().for_register(side.records).prior
    return np.where(pairs.verdict == CANNOT_TELL, np.minimum(odds, runs.ceiling()), odds)


def found(pairs: Scored, persons: list[str], side: Side, asked: runs.Asked) -> Found:
    """What the guard judges, after the clusters were made."""
    sure = pairs.where(np.flatnonzero(pairs.verdict == JOIN))
    partners = np.bincount(np.concatenate((sure.one, sure.other)), minlength=max(1, side.records))
    of_each = sizes(persons)
    return Found(
        records=side.records,
        with_many=int((partners > batch_policy().guard.many).sum()),
        matched=int((partners > 0).sum()),
        largest_person=int(of_each[0]) if len(of_each) else 0,
        joined=len(persons) - len(of_each),
        usual_matched=asked.usual_permille,
    )
