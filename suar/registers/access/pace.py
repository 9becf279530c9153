"""Who asks for far more on the registers than usual: the alarm of the oversight, and what a legal reviewer of another office lets go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from suar.agencies.access import as_hub, enter, opens
from suar.agencies.queries import office_of, officer_names
from suar.core.act import Act
from suar.registers.access.work import row_of
from suar.registers.queries.pace import Alarm, alarms, pace_told
from suar.registers.queries.pending import open_at

SHOWN_FOR = timedelta(days=28)
LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Officers by name, offices and counts; nobody whom a nomination is about."""

    waits: list[dict[str, Any]]  # requests that are held; `may`: this officer may let it go
    alarms: list[tuple[Alarm, str]]  # with the officer's name
    limits: dict[str, dict[str, int]]


@transaction.atomic
def pace_for(act: Act) -> Pace:
    """What is held, and what was above its usual in the last weeks."""
    enter(act, "register.pace")
    as_hub()
    told, here = pace_told(act.at), office_of(act.desk)
    held = [one for one in open_at(act.at) if one.held]
    found = alarms(act.at - SHOWN_FOR, act.at)
    names = officer_names({*(one.by for one in found), *(one.first.officer for one in held)})
    may = opens(act, "register.let_go")
    return Pace(
        waits=[
            row_of(one, act)
            | {
                "office": one.first.office,
                "officer": names.get(one.first.officer, ""),
                "may": may and one.first.office != here,
            }
            for one in held
        ],
        alarms=[(one, names.get(one.by, "")) for one in found],
        limits={
            whose: {step: getattr(getattr(told, whose), step).from_ for step in ("high", "hold")}
            for whose in ("officer", "office")
        },
    )


@transaction.atomic
def hurried_for(act: Act) -> tuple[int, list[Alarm]]:
    """For the first page: how many requests are held, and the alarms of the last day."""
    enter(act, "register.pace")
    as_hub()
    return sum(one.held for one in open_at(act.at)), alarms(act.at - LATELY, act.at)
