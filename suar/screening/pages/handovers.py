"""Hand over at the end of a shift, and take on what a colleague leaves."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from suar.agencies.access import Request
from suar.screening.access.handovers import handovers_for
from suar.screening.actions.handover import NoteMissing, NothingOpen, OfferedAlready, accept, hand_over, withdraw


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request: Request) -> HttpResponse:
    """What is in my hands, and what waits for me; a POST offers mine to the next officer."""
    refused = ""
    if request.method == "POST":
        try:
            hand_over(request.POST.get("note", "")[:2000], act=request.act())
        except (NoteMissing, NothingOpen, OfferedAlready) as error:
            refused = error.code
        else:
            messages.success(request, "told.handover_offered")
            return redirect("handovers")
    context = {"told": handovers_for(request.act()), "refused": refused, "note": request.POST.get("note", "")}
    return render(request, "screening/handovers.html", context, status=422 if refused else 200)


@never_cache
@require_POST
def accepted(request: Request, id: UUID) -> HttpResponse:
    accept(id, act=request.act())
    messages.success(request, "told.handover_accepted")
    return redirect("tasks")


@never_cache
@require_POST
def withdrawn(request: Request, id: UUID) -> HttpResponse:
    withdraw(id, act=request.act())
    messages.success(request, "told.handover_withdrawn")
    return redirect("handovers")
