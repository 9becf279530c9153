"""The work of the desks as adopted: queues with their clocks and results, what comes of outcomes, late hits, re-screening and pre-lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from suar.core.advice.values import Advice
from suar.core.standard.tables import Dated, Said, Table, read_table


class QueueRow(Table):
    """`agency: same` is the queue of the office that asked; any other is the queue of that agency, whichever office takes it."""

    agency: str
    roles: tuple[str, ...] = Field(min_length=1)
    within_minutes: int = Field(gt=0)
    results: tuple[str, ...] = Field(min_length=1)

    @property
    def within(self) -> timedelta:
        return timedelta(minutes=self.within_minutes)


class OutcomesRow(Table):
    small_cell: int = Field(gt=1)


class LateRow(Table):
    looks_back_days: int = Field(gt=0)
    at_once: int = Field(gt=0)


class AgainRow(Table):
    open_hours: int = Field(gt=0)
    at_once: int = Field(gt=0)


class PrelistRow(Table):
    cap_per_flight: int = Field(gt=0)
    most_rows: int = Field(gt=0)
    advices: tuple[Advice, ...] = Field(min_length=1)
    set_aside: Mapping[str, Said]


class DeskWorkFile(Table):
    dated: Dated
    source: str
    queues: Mapping[Literal["secondary", "kp2mi", "protection", "mission"], QueueRow]
    returned: Mapping[str, Said]
    outcomes: OutcomesRow
    late_hits: LateRow
    rescreening: AgainRow
    prelist: PrelistRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskWork:
    """`policy/desk/queues.yaml` of one adopted version."""

    file: DeskWorkFile

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> DeskWork:
        """Raises BadTable."""
        return cls(file=read_table(DeskWorkFile, table, "desk/queues"))

    def queue(self, name: str) -> QueueRow:
        found: Mapping[str, QueueRow] = {str(key): row for key, row in self.file.queues.items()}
        return found[name]

    def worked_by(self, role: str, agency: str) -> tuple[str, ...]:
        """The queues of which an officer of this role at this agency takes tasks."""
        return tuple(
            name for name, row in self.file.queues.items() if role in row.roles and row.agency in {"same", agency}
        )
