"""The supervisor's queue of proposed refusals, and one of them: evidence first, then what the officer says, then sign or decline."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.errors import Refusal
from suar.screening.access.refusals import refusal_for, refusals_for
from suar.screening.actions.sign import EvidenceFirst, OwnProposal, WordsMissing, look, sign
from suar.screening.panels import spoken


@never_cache
@require_GET
def refusals(request: Request) -> HttpResponse:
    return render(request, "screening/refusals.html", {"rows": refusals_for(request.act())})


@never_cache
@require_GET
def refusal(request: Request, id: UUID) -> HttpResponse:
    return shown(request, id)


def shown(request: Request, id: UUID, refused: Refusal | None = None) -> HttpResponse:
    told = refusal_for(request.act(reference=str(id)), id)
    told["answer"] = spoken(told["answer"], request.words)
    context = {"told": told, "answer": told["answer"], "refused": refused.code if refused else ""}
    return render(request, "screening/refusal.html", context, status=422 if refused else 200)


@never_cache
@require_POST
def looked(request: Request, id: UUID) -> HttpResponse:
    """The evidence was looked at; what the officer says stands below it from now on."""
    look(id, act=request.act(reference=str(id)))
    return redirect("refusal", id)


@never_cache
@require_POST
def signed(request: Request, id: UUID) -> HttpResponse:
    """Sign or decline."""
    act = request.act(reference=str(id))
    try:
        came_to = sign(id, request.POST.get("ruling") == "sign", request.POST.get("reason", "")[:2000], act=act)
    except (EvidenceFirst, WordsMissing, OwnProposal) as error:
        return shown(request, id, error)
    messages.success(request, f"told.refusal_{came_to}")
    return redirect("refusals")
