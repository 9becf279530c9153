"""Registers and journeys make their rows of a placed batch; each is idempotent, so the two together are."""

from __future__ import annotations

from uuid import UUID

from suar.core.act import Act
from suar.intake.actions.settle import projected
from suar.journeys.jobs import project_batch as project_steps
from suar.registers.jobs import project_batch as project_entries


def project(batch: UUID, *, act: Act) -> None:
    project_entries(batch, act=act)
    project_steps(batch, act=act)
    projected(batch)
