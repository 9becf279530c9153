"""`suar resolve FILE`: which records of one file are one person, held together by constraint (`core.linking.decide`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from suar.core.linking.clusters import clusters, sizes
from suar.core.linking.guard import Found, alarms
from suar.core.matching.score import JOIN
from suar.site.batch import parts, runs
from suar.site.batch.parts import Side
from suar.site.batch.scoring import NOTHING, Question, Scored, compared, weighed
from suar.site.batch.work import Work
from suar.site.batch.workers import Workers
from suar.site.terminal import files
from suar.site.terminal.weights import batch_policy

HEADER = ("id", "person")


def resolve(path: Path, asked: runs.Asked) -> int:
    """Write each record's person: the smallest id of its records. Exit status 1 where the run looks wrong."""
    work, shapes = runs.opened(asked, "resolve", path)
    try:
        with Workers(asked.workers(path)) as workers:
            side, unread = parts.read(path, shapes[0], 0, work, workers)
            runs.tell_unread(path, unread)
            scored = _scored(side, asked, work, workers)
        ids = side.ids()
        sure = scored.where(np.flatnonzero(scored.verdict == JOIN))
        persons = clusters(ids, side.stated(), sure.one, sure.other, sure.weight)
        if not runs.may_publish(alarms(found(sure, persons, side, asked), batch_policy().guard), asked):
            return 1
        files.write(asked.out, HEADER, zip(ids, persons, strict=True))
        told = f"{side.records:,} records, {compared(side, work) if side.parts else 0:,} pairs compared"
        print(f"{told}, {len(set(persons)):,} persons: {asked.out}")
        work.remove()
    finally:
        work.let_go()
    return 0


def _scored(side: Side, asked: runs.Asked, work: Work, workers: Workers) -> Scored:
    question = Question(work.folder, 0, 0, max(1, side.records), runs.floor())
    blocks = batch_policy().blocks
    if not side.records:
        return NOTHING
    with runs.engine_of(asked, work) as engine:
        plan = engine.plan(work.folder, within=True, together=blocks.together, neighbours=blocks.neighbours)
        runs.say(f"{plan.whole:,} keys, {plan.refined:,} refined, {plan.neighbours:,} to neighbours only")
        return weighed(question, engine, plan, side, work, workers)


def found(sure: Scored, persons: list[str], side: Side, asked: runs.Asked) -> Found:
    """What the guard judges, after the clusters were made."""
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
