"""Cases of trafficking at the protection desk: what may be handed over to the services' own system, and how far each is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.screening.access.cases import case_for, cases_for, origin_for
from suar.screening.actions.hand_over import (
    AdultsWord,
    AgeUnknown,
    ChildsWord,
    ConsentMissing,
    NotAgreed,
    Unreadable,
    Wanted,
    WhyMissing,
    agree,
    decline,
    hand_over,
    withdraw,
)

REFUSED = (AdultsWord, AgeUnknown, ChildsWord, ConsentMissing, NotAgreed, Unreadable, WhyMissing)


@never_cache
@require_GET
def cases(request: Request) -> HttpResponse:
    """What may be handed over, and what was; without a name."""
    return render(request, "screening/cases.html", {"told": cases_for(request.act())})


@never_cache
@require_GET
def case(request: Request, id: UUID) -> HttpResponse:
    """One case, opened by this look."""
    return render(request, "screening/case.html", {"told": case_for(request.act(reference=str(id)), id)})


@never_cache
@require_GET
def beginning(request: Request, of: UUID) -> HttpResponse:
    """The form, with what a police report says already."""
    return shown(request, of)


def shown(request: Request, of: UUID, refused: Refusal | None = None) -> HttpResponse:
    told = origin_for(request.act(reference=str(of)), of)
    for field in told["fields"]:
        said = told["said"].get(field["name"], "")
        field["chosen"] = request.POST.getlist(field["name"]) or (said if isinstance(said, list) else [str(said)])
        field["wrong"] = refused is not None and field["name"] in str(refused.params.get("fields", "")).split(", ")
    context = {"told": told, "refused": refused, "posted": request.POST}
    return render(request, "screening/case_new.html", context, status=422 if refused else 200)


@never_cache
@require_POST
def handed(request: Request, of: UUID) -> HttpResponse:
    """Hand it over; or, of a child without a guardian, ask a colleague."""
    act = request.act(reference=str(of))
    fields = origin_for(act, of)["fields"]
    typed = {one["name"]: typed_in(request, one["name"], one["type"]) for one in fields}
    post = request.POST
    wanted = Wanted(
        typed=typed, consent=post.get("consent", ""), receiver=post.get("consented", ""), why=post.get("why", "")
    )
    try:
        made = hand_over(of, wanted, act=act)
    except REFUSED as error:
        return shown(request, of, error)
    messages.success(request, "told.case_waits" if wanted.consent == "ppt" else "told.case_handed")
    return redirect("case", made)


def typed_in(request: Request, name: str, type_: str) -> str | list[str]:
    given = [one.strip() for one in request.POST.getlist(name)]
    return [one for one in given if one] if type_ in {"codes", "countries", "texts"} else next(iter(given), "")


def said(request: Request, id: UUID, do: Callable[..., None], told: str) -> HttpResponse:
    act: Act = request.act(reference=str(id))
    do(id, act=act)
    messages.success(request, told)
    return redirect("case", id)


@never_cache
@require_POST
def agreed(request: Request, id: UUID) -> HttpResponse:
    """The second officer's word."""
    return said(request, id, agree, "told.case_agreed")


@never_cache
@require_POST
def declined(request: Request, id: UUID) -> HttpResponse:
    """The second officer's no."""
    return said(request, id, decline, "told.case_declined")


@never_cache
@require_POST
def withdrawn(request: Request, id: UUID) -> HttpResponse:
    """Consent was taken back."""
    return said(request, id, withdraw, "told.case_withdrawn")
