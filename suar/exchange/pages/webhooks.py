"""Integration: endpoints and their last deliveries, one endpoint with its confirmation by a second person, and the dead letters."""

from __future__ import annotations

import functools
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request
from suar.agencies.access.done import done
from suar.core.errors import Refusal
from suar.exchange.access.webhooks import choices_for, endpoint_for, integration_for, letters_for
from suar.exchange.actions.endpoint import (
    EndpointUnfit,
    close_endpoint,
    correct_endpoint,
    propose_endpoint,
    replay_endpoint,
    rule_on_endpoint,
)
from suar.exchange.actions.resend import resend
from suar.exchange.forms import EndpointForm, LettersForm, ReplayForm

RULINGS = ("confirmed", "declined")


@never_cache
@require_GET
def integration(request: Request) -> HttpResponse:
    act = request.act()
    return render(request, "exchange/integration.html", integration_for(act) | {"at": act.at})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Propose an endpoint."""
    act = request.act()
    choices = choices_for(act)
    form = EndpointForm(request.POST or None, kinds=choices["events"])
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_endpoint(form.wished(act.at, choices["zone"]), act=act)
        except EndpointUnfit as error:
            refused = error.code
        else:
            messages.success(request, "told.endpoint_proposed")
            return redirect("endpoint", made)
    context = choices | {"form": form, "refused": refused}
    return render(request, "exchange/endpoint_new.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: Request, id: UUID) -> HttpResponse:
    """One endpoint; a POST proposes its correction."""
    act = request.act()
    if request.method != "POST":
        return shown(request, id)
    shown_now = endpoint_for(act, id)
    choices, told = choices_for(act), request.POST.copy()
    told["agency"] = shown_now["agency"]
    form = EndpointForm(told, kinds=choices["events"])
    if not form.is_valid():
        return shown(request, id, form=form, status=422)

    def do() -> None:
        correct_endpoint(id, form.wished(act.at, choices["zone"]), act=act)

    return endpoint_done(request, id, do, "told.endpoint_proposed", form=form)


def shown(
    request: Request, id: UUID, *, form: EndpointForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    act = request.act()
    context = choices_for(act) | {"one": endpoint_for(act, id), "form": form, "refused": refused}
    return render(request, "exchange/endpoint.html", context, status=status)


endpoint_done = functools.partial(done, page="endpoint", shown=shown)


@never_cache
@require_POST
def ruled(request: Request, id: UUID, wording: UUID) -> HttpResponse:
    """Confirm or decline a wording, as the second person."""
    act = request.act()
    ruling = request.POST.get("ruling", "")
    endpoint_for(act, id)
    if ruling not in RULINGS:
        return shown(request, id, refused="endpoint.ruling", status=422)
    return endpoint_done(request, id, lambda: rule_on_endpoint(wording, ruling, act=act), f"told.endpoint_{ruling}")


@never_cache
@require_POST
def closed(request: Request, id: UUID) -> HttpResponse:
    act = request.act()
    return endpoint_done(request, id, lambda: close_endpoint(id, act=act), "told.endpoint_closed")


@never_cache
@require_POST
def replayed(request: Request, id: UUID) -> HttpResponse:
    """Read the outbox again from an instant."""
    act, form = request.act(), ReplayForm(request.POST)
    endpoint_for(act, id)
    zone = choices_for(act)["zone"]
    if not form.is_valid():
        return shown(request, id, refused="endpoint.since", status=422)
    return endpoint_done(
        request, id, lambda: replay_endpoint(id, form.instant(zone), act=act), "told.endpoint_replayed"
    )


@never_cache
@require_GET
def letters(request: Request) -> HttpResponse:
    form = LettersForm(request.GET)
    wanted = form.wanted()
    return render(request, "exchange/dead_letters.html", letters_for(request.act(), wanted) | {"wanted": wanted})


@never_cache
@require_POST
def sent_again(request: Request) -> HttpResponse:
    """Send one dead letter again, or all of those that are looked at whose endpoint holds."""
    act, form = request.act(), LettersForm(request.POST)
    letters_for(act, form.wanted())
    if not form.is_valid():
        return redirect("dead_letters")
    of, event = form.one()
    try:
        resend(act=act, endpoint=of, event=event)
        messages.success(request, "told.letters_resent")
    except Refusal as error:
        if error.code == "door.shut":
            raise
        messages.error(request, error.code)
    back = {key: form.cleaned_data[key] for key in ("endpoint", "reason") if form.cleaned_data[key] and not event}
    return redirect(reverse("dead_letters") + (f"?{urlencode(back)}" if back else ""))
