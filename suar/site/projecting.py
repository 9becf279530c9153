"""Registers and journeys make their rows of placed batches, from one reading of them; idempotent, in one transaction.

Signed lists are judged first, so that what is in force is so from the moment it is projected.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.intake.actions.settle import projected
from suar.intake.queries.batches import TOGETHER, left_in, stated_in, waiting_with
from suar.journeys.jobs.look import mark
from suar.journeys.jobs.project import project as project_steps
from suar.registers.jobs import project as project_entries
from suar.registers.jobs.lists import judge_lists


@transaction.atomic
def project(batch: UUID, *, act: Act) -> None:
    """Project a placed batch, and what else waits with it; nothing the second time."""
    as_hub()
    waiting = waiting_with(batch, state="placed", at_most=TOGETHER)
    batches = [kept.id for kept in waiting]
    if not batches:
        return
    if any(kept.doubt is not None for kept in waiting):
        judge_lists(act=act)
    records = stated_in(batches)
    project_entries(records, act=act)
    project_steps(records)
    mark({record.subject for record in records if record.subject} | set(left_in(batches)))
    projected(batches)
