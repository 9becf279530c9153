"""The integration console's pages of the sources: connectors, one connector with its history, its districts, and the last messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.intake.access.console import connector_for, connectors_for, districts_for, messages_for
from suar.intake.queries.console import Connector, outcome_of

MOST_OUTAGES = 50


@never_cache
@require_GET
def connectors(request: Request) -> HttpResponse:
    act = request.act()
    rows = [row_of(one, act.at) for one in connectors_for(act)]
    return render(request, "intake/connectors.html", {"rows": rows, "at": act.at})


def row_of(one: Connector, at: datetime) -> dict[str, Any]:
    return {
        "source": one.mapping.source, "agency": one.mapping.agency, "state": one.state.state.value, "age_s": one.state.age_s,
        "tried_at": one.tried_at, "due_at": one.due_at, "overdue": bool(one.due_at and one.due_at < at), "fault": one.fault,
        "fault_params": one.fault_params, "rhythm_s": one.mapping.rhythm_minutes * 60, "late_s": one.mapping.stale_after_minutes * 60,
        "shares": one.history.shares, "since": one.history.since if one.history.state == one.state.state.value else None,
    }  # fmt: skip


@never_cache
@require_GET
def connector(request: Request, source: str) -> HttpResponse:
    act = request.act()
    one = connector_for(act, source)
    found = list(reversed(one.history.outages))
    told = {
        "one": row_of(one, act.at), "streams": one.streams, "history": one.history, "at": act.at, "everywhere": one.mapping.covers.everywhere,
        "outages": found[:MOST_OUTAGES], "more": max(0, len(found) - MOST_OUTAGES), "lengths": lengths(found[:MOST_OUTAGES]),
    }  # fmt: skip
    return render(request, "intake/connector.html", told)


def lengths(found: Sequence[Any]) -> list[tuple[Any, int]]:
    """Each outage with how long it was, in seconds."""
    return [(one, int((one.until - one.from_at).total_seconds())) for one in found]


@never_cache
@require_GET
def districts(request: Request, source: str) -> HttpResponse:
    act = request.act()
    found = districts_for(act, source, request.GET.get("province", ""))
    provinces = [
        {"code": one.code, "name": found.names[one.code], "all": one.all, "states": one.states}
        for one in found.provinces
    ]
    rows = [{"name": found.names[one.region], "region": one.region, "one": one} for one in found.districts]
    told: dict[str, Any] = {
        "one": row_of(found.connector, act.at),
        "provinces": provinces,
        "province": found.names.get(found.province, ""),
        "rows": rows,
    }
    told["everywhere"] = found.connector.mapping.covers.everywhere
    return render(request, "intake/districts.html", told)


@never_cache
@require_GET
def messages(request: Request) -> HttpResponse:
    found = messages_for(request.act(), request.GET.get("source", ""), faulty=request.GET.get("faulty") == "1")
    rows = [{"batch": one, "outcome": outcome_of(one), "short": str(one.id)[-12:]} for one in found.batches]
    return render(request, "intake/messages.html", {"rows": rows, "found": found})
