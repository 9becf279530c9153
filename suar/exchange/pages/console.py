"""The integration console: replays with their progress, and what the agencies' conformance runs found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.errors import Refusal
from suar.exchange.access.console import contracts_for, replays_for
from suar.exchange.actions.endpoint import replay_endpoint
from suar.exchange.forms import ReplayOneForm


@never_cache
@require_GET
def replays(request: Request) -> HttpResponse:
    return shown(request)


def shown(request: Request, *, refused: str = "", status: int = 200) -> HttpResponse:
    found = replays_for(request.act())
    told: dict[str, Any] = {
        "found": found,
        "refused": refused,
        "running": any(one.left for one, _, _, _ in found.replays),
    }
    return render(request, "exchange/replays.html", told, status=status)


@never_cache
@require_POST
def replay(request: Request) -> HttpResponse:
    """Read the outbox again for one endpoint; how far it has come stands on the same page."""
    act, form = request.act(), ReplayOneForm(request.POST)
    zone = replays_for(act).zone
    if not form.is_valid():
        return shown(request, refused="endpoint.since", status=422)
    try:
        replay_endpoint(form.cleaned_data["endpoint"], form.instant(zone), act=act)
    except Refusal as error:
        if error.code in ("not_found", "door.shut"):
            raise
        return shown(request, refused=error.code, status=error.status)
    messages.success(request, "told.endpoint_replayed")
    return redirect("replays")


@never_cache
@require_GET
def contracts(request: Request) -> HttpResponse:
    return render(request, "exchange/contracts.html", {"agencies": contracts_for(request.act())})
