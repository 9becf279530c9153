"""How many steps one officer or one office asks for in a day: what is far above its usual alarms, and past that it waits (SECURITY T06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from pydantic import Field

from suar.core.standard.tables import Dated, Table, read_table

Whose = Literal["officer", "office"]


class StepRow(Table):
    from_: int = Field(alias="from", gt=0)
    permille: int = Field(ge=1000)
    why: str

    def passed(self, today: int, usual: int) -> bool:
        return today > max(self.from_, usual * self.permille // 1000)


class UsualRow(Table):
    days: int = Field(gt=0)
    enough: int = Field(gt=0)
    why: str


class LimitRow(Table):
    high: StepRow
    hold: StepRow


class PaceFile(Table):
    """policy/nominations.yaml."""

    dated: Dated
    source: str
    usual: UsualRow
    officer: LimitRow
    office: LimitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Requests within 24 hours, the one that is being made among them; and those of each earlier day on which there was any."""

    whose: Whose
    today: int
    days: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is above its usual: whose, by which numbers, and whether the request waits until somebody has looked."""

    whose: Whose
    today: int
    usual: int  # 0 where nobody can say
    held: bool


def read_pace(table: Mapping[str, Any]) -> PaceFile:
    """Raises BadTable with every mistake."""
    return read_table(PaceFile, table, "nominations")


def judge(counts: Sequence[Counted], told: PaceFile) -> Judged | None:
    """The first that holds the request, else the first that alarms; None where nothing does."""
    found = []
    for one in counts:
        limit: LimitRow = getattr(told, one.whose)
        usual = int(median(one.days)) if len(one.days) >= told.usual.enough else 0
        if limit.high.passed(one.today, usual):
            held = limit.hold.passed(one.today, usual)
            found.append(Judged(whose=one.whose, today=one.today, usual=usual, held=held))
    return min(found, key=lambda one: not one.held, default=None)
