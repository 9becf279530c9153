"""The service standard: noted at the desk by key, shown to the office and to the oversight; and the line of the procedure above an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request, opens
from suar.core.act import Act
from suar.core.service.procedure import Procedure, followed, offered
from suar.core.service.standard import Measured, Row
from suar.core.service.stop import NOTED, Stop
from suar.policies.queries import in_force
from suar.screening.access.service import (
    MOST_ROWS,
    Kept,
    Lines,
    kept_at,
    kept_everywhere,
    lines_at,
    lines_everywhere,
    stop_for,
)
from suar.screening.access.unscreened import DAYS
from suar.screening.actions.note import NotOffered, note
from suar.screening.queries.service import procedure_for

MILLISECOND, SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
#: By which key each note is made; the same at every desk.
KEYS = dict(zip(NOTED, "srijkcwfote", strict=True))


def gone_through(act: Act, purpose: str, screening: UUID | None = None) -> dict[str, Any]:
    """For a desk page: where in the procedure this traveller is, and what may be noted now. By the version under which he was asked about."""
    stop = stop_for(act, screening) if screening else None
    procedure = procedure_for(purpose, stop.asked_at if stop else act.at)
    shown = {"name": procedure.name, "dated": procedure.dated, "steps": steps_of(procedure, stop)}
    if stop is None or not opens(act, "service.note"):
        return {"procedure": shown}
    return {"procedure": shown, "service": card_of(procedure, stop)}


def steps_of(procedure: Procedure, stop: Stop | None) -> list[dict[str, Any]]:
    return [
        {"code": step.code, "name": step.name, "text": step.text, "owner": step.owner, "standing": standing.value}
        for step, standing in followed(procedure, stop)
    ]


def card_of(procedure: Procedure, stop: Stop) -> dict[str, Any]:
    """What was noted, in order, and what can be noted with its key."""
    noted = sorted(stop.steps.items(), key=lambda one: one[1])
    return {
        "stopped": stop.stopped, "noted": [{"note": step, "at": at} for step, at in noted], "begun_at": stop.begun_at,
        "offers": [{"note": one.note, "key": KEYS[one.note], "now": one.now} for one in offered(procedure, stop)],
    }  # fmt: skip


@login_required
@require_POST
def noted(request: Request, id: UUID) -> HttpResponse:
    """One step noted, the moment it is done."""
    usual = request.act()
    try:
        note(id, request.POST.get("step", ""), act=request.act(purpose=usual.purpose, reference=str(id)))
    except NotOffered:
        return redirect("screening", id=id)  # the page as it stands now no longer offers it
    return redirect("screening", id=id)


@never_cache
@login_required
@require_GET
def office(request: Request, days: int = DAYS[1]) -> HttpResponse:
    """The standard as this office kept it."""
    act = request.act()
    return render(request, "screening/service.html", told(kept_at(act, days=days), act, days, oversight=False))


@never_cache
@login_required
@require_GET
def everywhere(request: Request, days: int = DAYS[1]) -> HttpResponse:
    """The standard as every office kept it, for the oversight."""
    act = request.act()
    return render(request, "screening/service.html", told(kept_everywhere(act, days=days), act, days, oversight=True))


def told(kept: Kept, act: Act, days: int, *, oversight: bool) -> dict[str, Any]:
    words = in_force(act.at).tables["service_standard"]["words"]
    return {
        "lanes": by_lane(kept), "broken": kept.broken, "days": days, "choices": DAYS, "oversight": oversight, "words": words, "at": act.at,
        "promised": [{"item": item.code, "limit": length(item.limit), "owed_to": item.owed_to} for item in kept.items],
    }  # fmt: skip


def by_lane(kept: Kept) -> list[dict[str, Any]]:
    """One table a lane, each with a line for every item that was owed there."""
    lanes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in kept.rows:
        lanes.setdefault((row.office, row.lane), []).append(row_of(row))
    return [{"office": office, "lane": lane, "rows": rows} for (office, lane), rows in lanes.items()]


def row_of(row: Row) -> dict[str, Any]:
    return {
        "item": row.item, "owed": row.owed, "broken": row.broken, "half": length(row.half), "worst": length(row.worst),
    }  # fmt: skip


def length(took: timedelta | None) -> dict[str, int] | None:
    return None if took is None else {"ms": took // MILLISECOND, "s": took // SECOND}


@never_cache
@login_required
@require_GET
def office_rows(request: Request, days: int, item: str, lane: str, which: str) -> HttpResponse:
    """The travellers behind one number of this office; each leads to its screening."""
    act = request.act()
    found = lines_at(act, item, lane, which, days=days)
    return render(request, "screening/service_rows.html", rows_told(act, found, days, item, lane, which))


@never_cache
@login_required
@require_GET
def everywhere_rows(request: Request, days: int, item: str, office: str, lane: str, which: str) -> HttpResponse:
    """The travellers behind one number, by numbers alone."""
    act = request.act()
    found = lines_everywhere(act, item, office, lane, which, days=days)
    return render(request, "screening/service_rows.html", rows_told(act, found, days, item, lane, which, office))


def rows_told(act: Act, found: Lines, days: int, item: str, lane: str, which: str, office: str = "") -> dict[str, Any]:
    words = in_force(act.at).tables["service_standard"]["words"]
    return {
        "rows": [line_of(one) for one in found.lines], "most": MOST_ROWS if found.limited else 0, "days": days, "item": item, "lane": lane,
        "which": which, "office": office, "word": words[item],
    }  # fmt: skip


def line_of(one: Measured) -> dict[str, Any]:
    return {
        "screening": one.screening, "since": one.since, "due_at": one.due_at, "done_at": one.done_at, "took": length(one.took), "broken": one.broken,
    }  # fmt: skip
