"""Objections: the public form that asks for no log-in, the form at a desk, the reviewer's queue, one objection, and the oversight's clocks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import DoorShut, Request, opens
from suar.core.errors import Refusal
from suar.core.registers.acts import ActRefused
from suar.registers.access.objections import clocks_for, document_of, objection_for, queue_for, target_for
from suar.registers.actions.decide_objection import ObjectionReason, decide_objection
from suar.registers.actions.objection import TooMany, file_objection
from suar.registers.forms import ObjectionForm, RulingForm
from suar.registers.pages.download import as_download


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def public(request: Request) -> HttpResponse:
    """Anybody objects, with no log-in. The answer is the same whatever stands behind the number."""
    form, status = ObjectionForm(request.POST or None, request.FILES or None), 200
    context: dict[str, Any] = {"form": form}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act = request.system(desk="keberatan")
                context["receipt"] = file_objection(
                    form.filed(), heard_from=request.META.get("REMOTE_ADDR", "?"), act=act
                )
                status = 201
            except TooMany as error:
                context["refused"], status = error.code, error.status
    return render(request, "registers/objection_public.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: Request) -> HttpResponse:
    """An officer takes an objection down for whoever stands before him."""
    act = request.act(reference=request.POST.get("number", "")[:64].strip() or "keberatan")
    if not opens(act, "register.object"):
        raise DoorShut(door="register.object")
    return taken_down(request, None, act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_entry(request: Request, entry: UUID) -> HttpResponse:
    """The same, from the entry that it is about."""
    act = request.act(reference=str(entry))
    return taken_down(request, target_for(act, entry), act)


def taken_down(request: Request, about: dict[str, Any] | None, act: Any) -> HttpResponse:
    form = ObjectionForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "about": about}
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        context["receipt"] = file_objection(form.filed(about["entry"] if about else None), act=act)
        status = 201
    return render(request, "registers/objection_desk.html", context, status=status)


@never_cache
@require_GET
def queue(request: Request) -> HttpResponse:
    """What waits for this reviewer, and whose clock runs; nobody is opened by this."""
    return render(request, "registers/objections.html", {"queue": queue_for(request.act())})


@never_cache
@require_GET
def objection(request: Request, id: UUID) -> HttpResponse:
    return shown(request, id, RulingForm())


def shown(request: Request, id: UUID, form: RulingForm, refused: Refusal | None = None) -> HttpResponse:
    context = {
        "objection": objection_for(request.act(reference=str(id)), id),
        "form": form,
        "refused": {"code": refused.code, "params": refused.params} if refused else None,
    }
    return render(request, "registers/objection.html", context, status=422 if refused else 200)


@never_cache
@require_POST
def decided(request: Request, id: UUID) -> HttpResponse:
    """Uphold, uphold in part, dismiss, or answer."""
    act, form = request.act(reference=str(id)), RulingForm(request.POST)
    if not form.is_valid():
        return shown(request, id, form, ObjectionReason())
    try:
        decide_objection(id, form.ruling(), act=act)
    except (ObjectionReason, ActRefused) as error:
        return shown(request, id, form, error)
    messages.success(request, f"told.objection_{form.cleaned_data['outcome']}")
    return redirect("objections")


@never_cache
@require_GET
def document(request: Request, id: UUID) -> HttpResponse:
    """The paper that came with it."""
    name, body = document_of(request.act(reference=str(id)), id)
    return as_download(name, body, id)


@never_cache
@require_GET
def clocks(request: Request) -> HttpResponse:
    """Which clocks were met and which were missed, by agency; nobody's name."""
    return render(request, "registers/objection_clocks.html", {"clocks": clocks_for(request.act())})
