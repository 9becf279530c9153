"""Keys of machines: every machine, one of them with its keys and certificates, and the confirmation by the other side."""

from __future__ import annotations

import functools
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request
from suar.agencies.access.done import done
from suar.agencies.access.machines import machine_for, machines_for
from suar.agencies.actions.machines import (
    end_key,
    end_machine,
    propose_certificate,
    propose_key,
    propose_terms,
    rule_on_machine,
    scopes_known,
)
from suar.agencies.forms import NewForm, PemForm, TermsForm
from suar.core.errors import Refusal

RULINGS = ("confirmed", "declined")


@never_cache
@require_GET
def machines(request: Request) -> HttpResponse:
    act = request.act()
    return render(request, "agencies/machines.html", machines_for(act) | {"at": act.at})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Propose a machine."""
    act = request.act()
    context = {"agencies": machines_for(act)["agencies"], "scopes": scopes_known(act.at)}
    form = NewForm(request.POST or None, scopes=context["scopes"])
    refused = ""
    if request.method == "POST" and form.is_valid():
        terms = form.terms(form.cleaned_data["client"].strip(), form.cleaned_data["agency"])
        try:
            propose_terms(terms, act=act)
        except Refusal as error:
            if error.code == "door.shut":
                raise
            refused = "machine.name_taken" if error.code == "not_found" else error.code
        else:
            messages.success(request, "told.machine_proposed")
            return redirect("machine", terms.client)
    told = context | {"form": form, "refused": refused}
    return render(request, "agencies/machine_new.html", told, status=422 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def machine(request: Request, id: str) -> HttpResponse:
    """One machine; a POST proposes other terms for it."""
    act = request.act()
    if request.method != "POST":
        return shown(request, id)
    agency = machine_for(act, id)["agency"]
    form = TermsForm(request.POST, scopes=scopes_known(act.at))
    if not form.is_valid():
        return shown(request, id, refused="machine.scopes", form=form, status=422)
    return machine_done(
        request, id, lambda: propose_terms(form.terms(id, agency), act=act), "told.machine_proposed", form=form
    )


def shown(
    request: Request, id: str, *, refused: str = "", form: TermsForm | None = None, status: int = 200
) -> HttpResponse:
    act = request.act()
    context = machine_for(act, id) | {"scopes": scopes_known(act.at), "refused": refused, "form": form}
    return render(request, "agencies/machine.html", context, status=status)


machine_done = functools.partial(done, page="machine", shown=shown)


@never_cache
@require_POST
def key_proposed(request: Request, id: str) -> HttpResponse:
    return handed_in(request, id, propose_key, "machine.key")


@never_cache
@require_POST
def certificate_proposed(request: Request, id: str) -> HttpResponse:
    return handed_in(request, id, propose_certificate, "machine.certificate")


def handed_in(request: Request, id: str, propose: Callable[..., UUID], unfit: str) -> HttpResponse:
    """A key or a certificate, as PEM."""
    act, form = request.act(), PemForm(request.POST)
    machine_for(act, id)
    if not form.is_valid():
        return shown(request, id, refused=unfit, status=422)
    return machine_done(request, id, lambda: propose(id, form.cleaned_data["pem"], act=act), "told.machine_proposed")


@never_cache
@require_POST
def ruled(request: Request, id: str, proposal: UUID) -> HttpResponse:
    """Confirm a proposal as the other side, or decline it."""
    act, ruling = request.act(), request.POST.get("ruling", "")
    machine_for(act, id)
    if ruling not in RULINGS:
        return shown(request, id, refused="machine.ruling", status=422)
    return machine_done(request, id, lambda: rule_on_machine(proposal, ruling, act=act), f"told.machine_{ruling}")


@never_cache
@require_POST
def key_ended(request: Request, id: str, proposal: UUID) -> HttpResponse:
    act = request.act()
    machine_for(act, id)
    return machine_done(request, id, lambda: end_key(proposal, act=act), "told.machine_key_ended")


@never_cache
@require_POST
def ended(request: Request, id: str) -> HttpResponse:
    act = request.act()
    machine_for(act, id)
    return machine_done(request, id, lambda: end_machine(id, act=act), "told.machine_ended")
