"""The person page."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.persons.access import Revealed, RevealReason, person_for, quality_for, reveal_choices, reveal_for

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,63}")


@never_cache
@require_GET
def person(request: Request, person: UUID) -> HttpResponse:
    """Somebody as the sources know him. The reference is the one of the case open at this desk, or the one in the address."""
    act, reference = request.act(), reference_of(request, request.GET.get("reference", ""))
    seen = person_for(act, person, reference)
    request.session["reference"] = reference  # the case that is open at this desk from now on, for the next look too
    context: dict[str, Any] = {"person": seen.person, "sources": seen.sources, "looked_at": seen.looked_at}
    if seen.reveal:
        url = reverse("person_reveal", args=[person])
        context["reveal"] = {"url": url, "reference": reference, **reveal_choices(act, seen.reveal)}
    return render(request, "persons/person.html", context)


def reference_of(request: Request, asked: str) -> str:
    return asked if REFERENCE.fullmatch(asked) else str(request.session.get("reference", ""))


@never_cache
@require_GET
def quality(request: Request) -> HttpResponse:
    """How right the matcher is, and how that has been."""
    measured = quality_for(request.act())
    return render(request, "persons/quality.html", {"measured": measured, "newest": newest_of_each(measured)})


def newest_of_each(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    newest: dict[str, dict[str, Any]] = {}
    for one in measured:
        newest.setdefault(one["by"], one)
    return list(newest.values())


@never_cache
@require_POST
def reveal(request: Request, person: UUID) -> HttpResponse:
    """One masked field, opened for a short time, with the reason given."""
    told, reference = request.POST, reference_of(request, request.POST.get("reference", ""))
    back = f"{reverse('person', args=[person])}?reference={reference}"
    shown, refused = None, ""
    try:
        shown = reveal_for(request.act(), person, told.get("field", ""), told.get("why", ""), reference)
    except RevealReason as error:
        refused = error.code
    return revealed(request, shown, refused, back=back)


def revealed(request: Request, shown: Revealed | None, refused: str, *, back: str) -> HttpResponse:
    """What was opened: in its place where the page asked by script, else on a page of its own that goes back by itself."""
    context = {"shown": shown, "back": back, "refused": refused}
    if request.headers.get("HX-Request"):
        return render(request, "persons/_revealed.html", context, status=422 if refused else 200)
    answer = render(request, "persons/revealed.html", context, status=422 if refused else 200)
    if shown:
        answer["Refresh"] = f"{shown.seconds};url={back}"
    return answer
