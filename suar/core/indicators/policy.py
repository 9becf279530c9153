"""The tables by which facts are made: how far back they look, and where which placements are stopped. policy/facts/*.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field

from suar.core.standard.tables import BadTable, Dated, Table, read_table

Days = int


class WindowsFile(Table):
    """policy/facts/windows.yaml."""

    dated: Dated
    source: str
    shared_days: Days = Field(gt=0)
    complaints_days: Days = Field(gt=0)
    offices_days: Days = Field(gt=0)
    visa_runs_days: Days = Field(gt=0)
    visa_run_stay: tuple[Days, Days]
    visa_run_home: Days = Field(ge=0)


class StoppedRow(Table):
    """Placement with one kind of employer in one country, stopped from one day to another."""

    country: str = Field(pattern=r"^[A-Z]{3}$")
    employer_kind: str
    begins: date = Field(alias="from")
    ends: date | None = Field(default=None, alias="to")
    listed: Literal["all", "some"]  # whether every source lists it; what only some list is not acted on


class MoratoriumFile(Table):
    """policy/facts/moratorium.yaml."""

    dated: Dated
    law: tuple[str, ...] = Field(min_length=1)
    rows: tuple[StoppedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsPolicy:
    """The tables of one adopted version."""

    windows: WindowsFile
    stopped: tuple[StoppedRow, ...]

    @classmethod
    def read(cls, tables: Mapping[str, Any]) -> FactsPolicy:
        """Read the parsed files of policy/facts. Raises BadTable, also for a row that ends before it begins."""
        stopped = read_table(MoratoriumFile, tables["moratorium"], "facts/moratorium").rows
        bad = [f"{row.country} ends before it begins" for row in stopped if row.ends and row.ends <= row.begins]
        if bad:
            raise BadTable("facts/moratorium", bad)
        return cls(windows=read_table(WindowsFile, tables["windows"], "facts/windows"), stopped=stopped)

    def moratorium(self, country: str, employer_kind: str, day: date) -> bool:
        """Whether placement with this kind of employer in this country is stopped on that day (Kepmenaker 260/2015), by every source."""
        return any(
            row.country == country and row.employer_kind == employer_kind and row.listed == "all"
            and row.begins <= day and (row.ends is None or day < row.ends)
            for row in self.stopped
        )  # fmt: skip
