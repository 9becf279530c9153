"""Quarantines: stop, confirm and lift, and the rows behind their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request
from suar.core.errors import NotFound, Refusal
from suar.intake.access.quarantines import held_for, quarantine_for, quarantines_for
from suar.intake.actions.quarantine import ask_lift, confirm, lift, stop
from suar.intake.forms import StopForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quarantines(request: Request) -> HttpResponse:
    """Every quarantine; a POST stops a source, or one of its keys."""
    act = request.act()
    context = quarantines_for(act)
    if request.method != "POST":
        return render(request, "intake/quarantines.html", context)
    form = StopForm(request.POST)
    refused = "quarantine.instant" if "since" in form.errors else "quarantine.reason"
    status = 422
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = stop(told["source"], told["key"], form.instant(context["zone"]), told["reason"], act=act)
        except Refusal as error:
            refused, status = error.code, error.status
        else:
            messages.success(request, "told.quarantine_stopped")
            return redirect("quarantine", made)
    return render(request, "intake/quarantines.html", context | {"form": form, "refused": refused}, status=status)


@never_cache
@require_GET
def quarantine(request: Request, id: UUID) -> HttpResponse:
    return render(request, "intake/quarantine.html", {"one": quarantine_for(request.act(), id)})


@never_cache
@require_POST
def quarantine_step(request: Request, id: UUID, step: str) -> HttpResponse:
    """Confirm it, ask that it be lifted, or lift it; a rule that says no is said on the same page."""
    act = request.act()
    steps: Mapping[str, tuple[str, Callable[[], None]]] = {
        "confirm": ("confirmed", lambda: confirm(id, act=act)),
        "ask_lift": ("lift_asked", lambda: ask_lift(id, request.POST.get("reason", ""), act=act)),
        "lift": ("lifted", lambda: lift(id, act=act)),
    }
    quarantine_for(act, id)
    if step not in steps:
        raise NotFound()
    told, do = steps[step]
    try:
        do()
    except Refusal as error:
        context = {"one": quarantine_for(act, id), "refused": error.code}
        return render(request, "intake/quarantine.html", context, status=error.status)
    messages.success(request, f"told.quarantine_{told}")
    return redirect("quarantine", id)


@never_cache
@require_GET
def quarantine_rows(request: Request, id: UUID, count: str) -> HttpResponse:
    """The batches or records behind a number, a page at a time: `?after=` is the last row of the page before."""
    held = held_for(request.act(), id, count, after_of(request.GET.get("after", "")))
    here = reverse("quarantine_rows", args=[id, count])
    told = {
        "one": held.quarantine,
        "count": count,
        "records": held.records,
        "batches": [
            {
                "kind": one.stream,
                "received_at": one.received_at,
                "state": one.state,
                "taken": one.accepted + one.remarked,
                "url": reverse("batch", args=[one.id]) if held.opens_reports else "",
            }
            for one in held.batches
        ],
        "next": f"{here}?after={held.after}" if held.after else "",
        "first": here if request.GET.get("after") else "",
    }
    return render(request, "intake/quarantine_rows.html", told)


def after_of(text: str) -> UUID | None:
    """Refuses: NotFound for what no page of ours leads to."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error
