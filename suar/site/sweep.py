"""What a worker that was killed left open is found by its state and taken up again: jobs are nudges, states are the truth."""

from __future__ import annotations

from datetime import timedelta

from suar.core.act import Act
from suar.intake.jobs.read import read_batch
from suar.intake.queries.batches import open_batches
from suar.persons.jobs import place_batch
from suar.site.projecting import project
from suar.vault.queries import PROTECTION

LEFT = timedelta(seconds=60)  # a batch younger than this is most likely in somebody's hands


def sweep(*, act: Act, left: timedelta = LEFT) -> int:
    """Read, place and project everything that waits, on both sides of the wall. Returns how many batches were moved on.

    Behind the wall no job tells of a batch that was read: there this is what places it, and nobody else has it in hand.
    """
    moved, before = 0, act.at - left
    for wall in ("default", PROTECTION):
        for batch in open_batches("kept", before, wall=wall):
            moved += read_batch(batch, act=act, wall=wall) is not None
        for batch in open_batches("read", act.at if wall == PROTECTION else before, wall=wall):
            place_batch(batch, act=act, wall=wall)
            moved += 1
    for batch in open_batches("placed", before):
        project(batch, act=act)
        moved += 1
    return moved
