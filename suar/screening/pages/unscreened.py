"""Crossings that nobody had screened: the supervisor gives reasons, the oversight sees all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.errors import NotFound
from suar.screening.access.unscreened import DAYS, lanes_for, owed_by, rows_for
from suar.screening.actions.explain import NoneChosen, ReasonNotListed, explain
from suar.screening.queries.unscreened import MOST_ROWS, reasons_listed, reconciliation


@never_cache
@login_required
@require_GET
def lanes(request: Request, days: int = DAYS[1]) -> HttpResponse:
    """Every lane of every checkpoint, for the oversight."""
    act = request.act()
    seen = lanes_for(act, days=days)
    told = {
        "seen": seen, "days": days, "choices": DAYS, "missed": sum(one.missed for one in seen.lanes),
        "heard": any(one.crossings for one in seen.lanes),
    }  # fmt: skip
    return render(request, "screening/lanes.html", told)


@never_cache
@login_required
@require_GET
def rows(request: Request, days: int, which: str, place: str, lane: str) -> HttpResponse:
    """The crossings behind one number."""
    act = request.act()
    found = rows_for(act, which, place, lane, days=days)
    told = {
        "rows": found.rows, "days": days, "which": which, "place": place, "lane": lane, "most": MOST_ROWS if found.limited else 0,
        "reasons": reasons_listed(act.at),
    }  # fmt: skip
    return render(request, "screening/lane_rows.html", told)


@never_cache
@login_required
@require_GET
def owed(request: Request) -> HttpResponse:
    """What this office owes a reason for."""
    return owed_again(request)


def owed_again(request: Request, refused: str = "") -> HttpResponse:
    act = request.act()
    told: dict[str, Any] = {
        "owed": owed_by(act),
        "reasons": reasons_listed(act.at),
        "refused": refused,
        "feed": reconciliation(act.at).feed,
    }
    return render(request, "screening/unscreened.html", told, status=422 if refused else 200)


@login_required
@require_POST
def explained(request: Request) -> HttpResponse:
    """The reason that the supervisor gives, for as many crossings as he chose."""
    try:
        crossings = [UUID(text) for text in request.POST.getlist("crossing")]
    except ValueError as error:
        raise NotFound() from error
    try:
        explain(crossings, request.POST.get("reason", ""), act=request.act())
    except (NoneChosen, ReasonNotListed) as error:
        return owed_again(request, error.code)
    messages.success(request, "told.unscreened_explained")
    return redirect("unscreened")
