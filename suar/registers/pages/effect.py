"""How long a change takes until every desk and subscriber has it; and the changes behind each number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.registers.access.effect import effect_for, lines_for
from suar.registers.queries.effect import MOST_ROWS, Line, Took

MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)


@never_cache
@require_GET
def effect(request: Request) -> HttpResponse:
    act = request.act()
    shown = effect_for(act)
    told = {
        "over": [{"days": one["days"], "rows": [row_of(row, one["days"]) for row in one["rows"]]} for one in shown.over],
        "alarms": [row_of(row, shown.over[-1]["days"]) for row in shown.overdue],
        "limits": {name: getattr(shown.limits, name) // SECOND for name in ("desks", "mirrored", "subscribers")},
        "nothing": shown.nothing, "at": act.at,
    }  # fmt: skip
    return render(request, "registers/effect.html", told)


def row_of(row: Took, days: int) -> dict[str, Any]:
    return {
        "of_class": row.of_class, "target": row.target, "where": where(row.target), "days": days, "all": row.felt + row.missing, "late": row.late,
        "missing": row.missing, "missing_since": row.missing_since, "overdue": row.overdue, "felt": row.felt, "p50": length(row.p50),
        "p99": length(row.p99), "worst": length(row.worst),
    }  # fmt: skip


def where(target: str) -> dict[str, str]:
    """A target as the page names it: the desks, an agency, a gate."""
    kind, _, code = target.partition(":")
    return {"kind": kind, "code": code}


def length(took: timedelta) -> dict[str, int]:
    return {"ms": took // MILLISECOND, "s": took // SECOND}


@never_cache
@require_GET
def rows(request: Request, days: int, which: str, of_class: str, target: str) -> HttpResponse:
    act = request.act()
    found = lines_for(act, of_class, target, which, days=days)
    told = {
        "of_class": of_class, "where": where(target), "which": which, "days": days, "most": MOST_ROWS if found.limited else 0,
        "lines": [line_of(one, act.at) for one in found.lines],
    }  # fmt: skip
    return render(request, "registers/effect_rows.html", told)


def line_of(one: Line, at: datetime) -> dict[str, Any]:
    return {
        "change": one.change, "giver": one.giver, "decided_at": one.decided_at, "effective_at": one.effective_at, "entry": one.entry,
        "took": length(one.took(at)), "late": one.late(at),
    }  # fmt: skip
