"""The queues, one entry with its acts, a nomination, and the request before whoever must agree."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request
from suar.core.errors import Refusal
from suar.core.identity.person import Description
from suar.core.registers.acts import ActRefused
from suar.registers.access.work import (
    came_to_for,
    choices_for,
    document_for,
    entry_for,
    found_for,
    request_for,
    work_for,
)
from suar.registers.actions.protect import MarkedAlready, MarkerWordGiven, end_marker, set_marker
from suar.registers.actions.request import request as ask_for
from suar.registers.actions.rule import EvidenceFirst, MovedOn, RulingReason, look, rule, withdraw
from suar.registers.forms import ActForm, NewForm, SignalForm, WhomForm
from suar.registers.pages.download import as_download


@never_cache
@require_GET
def work(request: Request) -> HttpResponse:
    """What waits, whose clock runs; nobody is opened by this."""
    return render(request, "registers/work.html", {"work": work_for(request.act())})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def whom(request: Request) -> HttpResponse:
    """Whom a nomination is about. Asked by POST, so that no number stands in an address."""
    signals = choices_for(request.act(), signals=True)
    form = WhomForm(request.POST if request.method == "POST" else None)
    hits, asked = [], request.method == "POST" and form.is_valid()
    if asked:
        told = form.cleaned_data
        act = request.act(reference=told["reference"])
        request.session["reference"] = told["reference"]
        described = Description.of(
            {name: told[name] for name in ("nik", "passport_no", "full_name", "birth_date") if told[name]}
        )
        hits = found_for(act, described, " ".join(str(told[name]) for name in sorted(told) if name != "reference"))
    status = 422 if request.method == "POST" and not asked else 200
    return render(
        request, "registers/whom.html", {"form": form, "hits": hits, "asked": asked, "signals": signals}, status=status
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: Request, subject: UUID) -> HttpResponse:
    """A new entry on this person: what, why, on which facts, under which decision, until when."""
    act = request.act(reference=request.POST.get("reference", "") or str(request.session.get("reference", "")))
    choices = choices_for(act)
    form = NewForm(
        request.POST or None, request.FILES or None, initial={"subject": subject, "reference": act.reference}
    )
    if done := tried(request, form, lambda: ask_for(form.asked(), act=act)):
        return done
    status = 422 if request.method == "POST" else 200
    return render(
        request, "registers/nominate.html", {"form": form, "choices": choices, "subject": subject}, status=status
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: Request) -> HttpResponse:
    """A signal on a phone, an account, a P3MI, an address or a route."""
    act = request.act(reference=request.POST.get("reference", ""))
    choices, form = choices_for(act, signals=True), SignalForm(request.POST or None, request.FILES or None)
    if done := tried(request, form, lambda: ask_for(form.asked(), act=act)):
        return done
    status = 422 if request.method == "POST" else 200
    return render(request, "registers/signal.html", {"form": form, "choices": choices}, status=status)


def tried(request: Request, form: Form, ask: Callable[[], UUID]) -> HttpResponse | None:
    """The next page where the step was asked for; None where nothing was, with what is wrong, or what the law says, on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        came_to = ask()
    except ActRefused as error:
        named = {"text": "facts"}.get(told := str(error.params.get("field", "")), told)
        form.add_error(named if named in form.fields else None, error.code)
        form.refused = error  # type: ignore[attr-defined]
        return None
    messages.success(request, f"told.register_{came_to_for(request.act(), came_to)}")
    return redirect("registers")


@never_cache
@require_GET
def entry(request: Request, entry: UUID) -> HttpResponse:
    return render(request, "registers/entry.html", {"shown": entry_for(request.act(), entry), "form": ActForm()})


@never_cache
@require_POST
def entry_act(request: Request, entry: UUID) -> HttpResponse:
    """Ask for a step on this entry."""
    act, form = request.act(reference=str(entry)), ActForm(request.POST, request.FILES)
    if done := tried(request, form, lambda: ask_for(form.asked(entry), act=act)):
        return done
    return render(request, "registers/entry.html", {"shown": entry_for(act, entry), "form": form}, status=422)


@never_cache
@require_GET
def asked(request: Request, id: UUID) -> HttpResponse:
    """A request: the evidence first."""
    return shown(request, id)


def shown(request: Request, id: UUID, refused: Refusal | None = None) -> HttpResponse:
    context = {"asked": request_for(request.act(), id), "refused": refused.code if refused else ""}
    return render(request, "registers/request.html", context, status=422 if refused else 200)


@never_cache
@require_POST
def looked(request: Request, id: UUID) -> HttpResponse:
    """The evidence was looked at; the recommendation stands below it from now on."""
    look(id, act=request.act(reference=str(id)))
    return redirect("register_request", id)


@never_cache
@require_POST
def ruled(request: Request, id: UUID) -> HttpResponse:
    """Agree or decline."""
    act = request.act(reference=str(id))
    try:
        came_to = rule(id, request.POST.get("ruling") == "agree", request.POST.get("reason", "")[:2000], act=act)
    except (EvidenceFirst, RulingReason, ActRefused) as error:
        return shown(request, id, error)
    except MovedOn as error:
        messages.error(request, error.code)
        return redirect("registers")
    messages.success(request, f"told.register_{came_to}")
    return redirect("registers")


@never_cache
@require_POST
def withdrawn(request: Request, id: UUID) -> HttpResponse:
    withdraw(id, act=request.act(reference=str(id)))
    messages.success(request, "told.register_withdrawn")
    return redirect("registers")


@never_cache
@require_GET
def document(request: Request, id: UUID) -> HttpResponse:
    """The paper behind a request."""
    name, body = document_for(request.act(reference=str(id)), id)
    return as_download(name, body, id)


@never_cache
@require_POST
def marked(request: Request, subject: UUID) -> HttpResponse:
    """Mark somebody for the protection desk."""
    try:
        set_marker(subject, act=request.act(reference=str(subject)))
    except MarkedAlready as error:
        messages.info(request, error.code)
    else:
        messages.success(request, "told.register_marked")
    return redirect("registers")


@never_cache
@require_POST
def marker_ended(request: Request, marker: UUID) -> HttpResponse:
    """Say that a marker may end; it ends when another office has said so too."""
    try:
        came_to = end_marker(marker, act=request.act(reference=str(marker)))
    except MarkerWordGiven as error:
        messages.info(request, error.code)
    else:
        messages.success(request, f"told.register_marker_{came_to}")
    return redirect("registers")
