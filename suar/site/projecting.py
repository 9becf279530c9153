"""Registers and journeys make their rows of a placed batch, from one reading of it; idempotent, in one transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.intake.actions.settle import projected
from suar.intake.queries.batches import stated_in
from suar.journeys.jobs import project as project_steps
from suar.registers.jobs import project as project_entries


@transaction.atomic
def project(batch: UUID, *, act: Act) -> None:
    as_hub()
    records = stated_in(batch)
    project_entries(batch, records, act=act)
    project_steps(records)
    projected(batch)
