"""Arriving workers at the mission's desk: who, when and whereto, as far as the agreements give it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.screening.access.arrivals import arrival_for, arrivals_for


@never_cache
@require_GET
def arrivals(request: Request) -> HttpResponse:
    """Days and codes; nobody is opened by this."""
    return render(request, "screening/arrivals.html", {"rows": arrivals_for(request.act())})


@never_cache
@require_GET
def arrival(request: Request, id: UUID) -> HttpResponse:
    """One worker, opened by this look."""
    return render(request, "screening/arrival.html", {"told": arrival_for(request.act(reference=str(id)), id)})
