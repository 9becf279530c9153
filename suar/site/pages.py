"""The first pages: log in, choose the desk, my work; lock and leave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth import logout as end_session
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import DoorShut, Request, opens
from suar.intake.queries.mappings import region_names
from suar.journeys.access import MOST, placements_for
from suar.persons.access import search_for
from suar.screening.access import numbered_for
from suar.site import alive, panels
from suar.site.auth import my_postings
from suar.site.forms import LoginForm, SearchForm
from suar.site.logins import demo_logins, log_in
from suar.site.logins import lock as leave_seat
from suar.site.searching import wanted


@require_GET
def home(request: Request) -> HttpResponse:
    act = request.act()
    found = list(panels.queues(act))
    context = {
        "start": panels.start(act),
        "waiting": [one for one in found if one["count"]],
        "empty": [one for one in found if not one["count"]],
    }
    return render(request, "site/home.html", context)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: Request) -> HttpResponse:
    after = safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        form = LoginForm(initial={"username": request.session.get("was", {}).get("username", "")})
        return render(request, "site/login.html", {"form": form, "next": after, "demo_logins": demo_logins()})
    form = LoginForm(request.POST)
    if form.is_valid():
        if log_in(request, form.cleaned_data["username"], form.cleaned_data["password"]):
            return redirect(after or "home")
        form.add_error(None, "login.wrong")
    return render(request, "site/login.html", {"form": form, "next": after, "demo_logins": demo_logins()}, status=422)


def safe(request: Request, address: str) -> str:
    """Where to go afterwards, only inside this house."""
    here = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if here else ""


@require_POST
def logout(request: Request) -> HttpResponse:
    end_session(request)
    return redirect("login")


@require_POST
def lock(request: Request) -> HttpResponse:
    leave_seat(request)
    return redirect("login")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_desk(request: Request) -> HttpResponse:
    """The seats this officer may take today. The button carries the posting, because one desk may seat her in two roles."""
    mine = my_postings(request)
    chosen = next((one for one in mine if str(one.id) == request.POST.get("desk")), None)
    if request.method == "POST" and chosen:
        request.session["posting"] = str(chosen.id)
        request.session.pop("reference", None)
        return redirect("home")
    desks = [
        panels.seat(one)
        | {"code": str(one.id), "role": one.role, "until": one.until_at.isoformat() if one.until_at else ""}
        for one in mine
    ]
    return render(request, "site/choose_desk.html", {"desks": desks}, status=422 if request.method == "POST" else 200)


@never_cache
@require_GET
def placements(request: Request) -> HttpResponse:
    """The placements that this KP2MI office has to verify; each leads to its person, with the placement as the case."""
    names = region_names()
    rows = [{"step": step, "region": names.get(step.region, step.region)} for step in placements_for(request.act())]
    return render(request, "site/placements.html", {"rows": rows, "most": MOST})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: Request) -> HttpResponse:
    """Look somebody up for a case that is open. What is typed travels in the body, never in an address; hits are masked."""
    act = request.act()
    if not opens(act, "person.see"):
        raise DoorShut(door="person.see")
    given = str(request.session.get("reference", ""))
    if request.method != "POST" or ("reference" not in request.POST and not given):
        form = SearchForm(initial={"q": request.POST.get("q", ""), "reference": given})
        return render(request, "site/search.html", {"form": form, "asked": False})
    form = SearchForm({"reference": given, **request.POST.dict()})
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_valid():
        context |= found(request, form)
    return render(request, "site/search.html", context, status=200 if form.is_valid() else 422)


def found(request: Request, form: SearchForm) -> dict[str, Any]:
    """What the page shows of an answer; faults of what was typed go to their fields."""
    act, told = request.act(), form.cleaned_data
    looked = wanted(told["q"], told["birth_date"])
    for fault in looked.faults:
        form.add_error(fault.field, ValidationError(fault.code, code=fault.code))
    if looked.faults:
        return {}
    hits = search_for(act, looked.described, looked.number, typed=told["q"], reference=told["reference"])
    sees = opens(act, "screening.see")
    rows = numbered_for(replace(act, reference=told["reference"]), looked.number) if looked.number and sees else []
    return {"asked": True, "hits": hits, "screenings": rows, "reference": told["reference"]}


@never_cache
@require_GET
def healthz(request: Request) -> HttpResponse:
    """For whoever watches the process: 200 when every part answers, else 503."""
    parts = alive.parts()
    return JsonResponse({"well": all(parts.values()), "parts": parts}, status=200 if all(parts.values()) else 503)
