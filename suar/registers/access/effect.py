"""How long changes take until everybody has them, for whoever answers for that: numbers, and the changes behind each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from suar.agencies.access import as_hub, enter, may_read, opens
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.registers.queries.effect import MOST_ROWS, Limits, Line, Took, limits, lines, took

#: Over how many days it is counted.
DAYS = (1, 7)
WHICH = ("all", "late", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Each class of change at each target, over a day and over a week."""

    over: list[dict[str, Any]]  # {days, rows}
    limits: Limits

    @property
    def overdue(self) -> list[Took]:
        """The alarm: what has not arrived within its time, over the longest time that is counted."""
        return [row for row in self.over[-1]["rows"] if row.overdue]

    @property
    def nothing(self) -> bool:
        return not self.over[-1]["rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The changes behind one number, the missing first, then the slowest."""

    lines: list[Line]
    limited: bool  # only the first are there


@transaction.atomic
def effect_for(act: Act) -> Effect:
    """Counts and times alone: nobody is opened by them."""
    enter(act, "register.effect")
    return Effect(
        over=[{"days": days, "rows": took(act.at - timedelta(days=days), act.at)} for days in DAYS],
        limits=limits(act.at),
    )


@transaction.atomic
def lines_for(act: Act, of_class: str, target: str, which: str, *, days: int) -> Lines:
    """The changes behind a number; an entry is named only to whoever may open it. Refuses: NotFound for a number that there is not."""
    enter(act, "register.effect")
    if days not in DAYS or which not in WHICH:
        raise NotFound()
    readable = set(may_read(act).split(",")) if opens(act, "register.entry") else set()
    as_hub()
    found = lines(of_class, target, which, act.at - timedelta(days=days), act.at)
    return Lines(
        lines=[one if one.giver in readable else replace(one, entry=None) for one in found],
        limited=len(found) == MOST_ROWS,
    )
