"""The page on which an agency sees what is shared with it, why, and what it gave to whom."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.exchange.access.overview import overview_for


@never_cache
@require_GET
def sharing(request: Request) -> HttpResponse:
    shown = overview_for(request.act(), request.GET.get("agency", ""))
    return render(request, "exchange/sharing.html", {"shown": shown})
