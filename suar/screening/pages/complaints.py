"""Complaints from abroad at the protection desk: what waits, and one of them, to be let out as a signal or not."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.errors import Refusal
from suar.core.registers.acts import ActRefused
from suar.screening.access.complaints import complaint_for, complaints_for
from suar.screening.actions.release import CodeUnknown, NotFreed, NotNamed, TooFew, approve, decline, end_signal
from suar.screening.forms import ReleaseForm


@never_cache
@require_GET
def complaints(request: Request) -> HttpResponse:
    """What waits, without a name."""
    return render(request, "screening/complaints.html", {"rows": complaints_for(request.act())})


@never_cache
@require_GET
def complaint(request: Request, id: UUID) -> HttpResponse:
    """One complaint, opened by this look."""
    return shown(request, id, ReleaseForm())


def shown(request: Request, id: UUID, form: ReleaseForm, refused: Refusal | None = None) -> HttpResponse:
    told = complaint_for(request.act(reference=str(id)), id)
    context = {"told": told, "form": form, "refused": refused}
    return render(request, "screening/complaint.html", context, status=422 if form.errors or refused else 200)


@never_cache
@require_POST
def released(request: Request, id: UUID) -> HttpResponse:
    """Let it out, freed; another agency is asked."""
    form = ReleaseForm(request.POST)
    act = request.act(reference=str(id))
    if not form.is_valid():
        return shown(request, id, form)
    try:
        approve(id, form.wanted(), act=act)
    except (CodeUnknown, NotNamed, NotFreed, TooFew, ActRefused) as error:
        return shown(request, id, form, error)
    messages.success(request, "told.complaint_released")
    return redirect("complaints")


@never_cache
@require_POST
def declined(request: Request, id: UUID) -> HttpResponse:
    """Nothing of it leaves."""
    try:
        decline(id, request.POST.get("code", ""), act=request.act(reference=str(id)))
    except CodeUnknown as error:
        return shown(request, id, ReleaseForm(), error)
    messages.success(request, "told.complaint_declined")
    return redirect("complaints")


@never_cache
@require_POST
def ended(request: Request, id: UUID) -> HttpResponse:
    """Its signal is suspended since it lost its ground; another agency is asked to lift it."""
    try:
        end_signal(id, request.POST.get("code", ""), act=request.act(reference=str(id)))
    except (CodeUnknown, ActRefused) as error:
        return shown(request, id, ReleaseForm(), error)
    messages.success(request, "told.complaint_ending")
    return redirect("complaints")
