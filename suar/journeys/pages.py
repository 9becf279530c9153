"""The queue of findings, and one finding with its evidence side by side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.agencies.queries import officer_names
from suar.journeys import actions
from suar.journeys.access import MOST, finding_for, findings_for


@never_cache
@require_GET
def findings(request: Request) -> HttpResponse:
    """What waits: sentences and days, nobody opened."""
    act = request.act()
    rows = findings_for(act)
    names = officer_names([row.taken_by for row in rows if row.taken_by])
    listed = [{"finding": row, "taken_by": names.get(row.taken_by, "") if row.taken_by else ""} for row in rows]
    return render(request, "journeys/findings.html", {"rows": listed, "most": MOST})


@never_cache
@require_GET
def finding(request: Request, finding: UUID) -> HttpResponse:
    return shown(request, finding)


def shown(request: Request, finding: UUID, refused: str = "") -> HttpResponse:
    laid = finding_for(request.act(), finding)
    decided = laid.finding.ruled in {"explained", "passed"}
    context = {"laid": laid, "finding": laid.finding, "decided": decided, "refused": refused}
    return render(request, "journeys/finding.html", context, status=422 if refused else 200)


@require_POST
def take(request: Request, finding: UUID) -> HttpResponse:
    """Take it, or give it back."""
    actions.take(finding, act=request.act())
    return redirect("finding", finding)


@require_POST
def rule(request: Request, finding: UUID) -> HttpResponse:
    """Decide; then the queue again, where the next one waits."""
    try:
        actions.rule(finding, request.POST.get("outcome", ""), request.POST.get("reason", ""), act=request.act())
    except actions.ReasonNeeded as error:
        return shown(request, finding, error.code)
    messages.success(request, "told.finding")
    return redirect("findings")
