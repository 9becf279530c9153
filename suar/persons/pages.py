"""The person page, and the pages of those who judge whether two records are of one person."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.errors import NotFound, Refusal
from suar.core.linking.decide import Ruling
from suar.persons.access import Revealed, RevealReason, person_for, quality_for, reveal_choices, reveal_for
from suar.persons.access.pair import look_again_reasons, pair_for, rulings_for
from suar.persons.access.review import NotTaken, queue_for
from suar.persons.actions.look_again import look_again
from suar.persons.actions.rule import ChangedMeanwhile, ReasonUnknown, rule
from suar.persons.actions.take import Taken, give_back, take, take_next

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,63}")


@never_cache
@require_GET
def person(request: Request, person: UUID) -> HttpResponse:
    """Somebody as the sources know him. The reference is the one of the case open at this desk, or the one in the address."""
    act, reference = request.act(), reference_of(request, request.GET.get("reference", ""))
    seen = person_for(act, person, reference)
    request.session["reference"] = reference  # the case that is open at this desk from now on, for the next look too
    context: dict[str, Any] = {"person": seen.person, "sources": seen.sources, "looked_at": seen.looked_at}
    context |= {"rulings": seen.rulings, "look_again": look_again_reasons(act)}
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


# Possible same person ----------------------------------------------------------------------------------------------------------------

#: The key of each ruling, the same on every page of the room.
KEYS = {Ruling.JOINED: "1", Ruling.NOT_SAME: "2", Ruling.CANNOT_TELL: "3", Ruling.WITHDRAWN: "4"}


@never_cache
@require_GET
def reviews(request: Request) -> HttpResponse:
    """The pairs that wait, oldest first; none is opened by this."""
    act = request.act()
    return render(request, "persons/reviews.html", {"queue": queue_for(act), "look_again": look_again_reasons(act)})


@require_POST
def review_next(request: Request) -> HttpResponse:
    """The pair in hand, else the oldest that waits, else the queue, which says that nothing does."""
    return to_next(request)


def to_next(request: Request) -> HttpResponse:
    pair = take_next(act=request.act())
    return redirect("review", *pair) if pair else redirect("reviews")


@never_cache
@require_GET
def review(request: Request, a: UUID, b: UUID) -> HttpResponse:
    """Two records side by side. Whoever has not taken the pair is led to the queue, where he may."""
    try:
        pair = pair_for(request.act(), a, b)
    except NotTaken as error:
        messages.info(request, error.code)
        return redirect("reviews")
    rulings = [{"ruling": one, "key": KEYS[Ruling(one)], "label_code": f"review_act.{one}"} for one in pair["rulings"]]
    context = {"pair": pair, "rulings": rulings, "reasons": rulings_for(request.act(), pair["rulings"])}
    returning = {"key": "r", "label_code": "review_act.give_back"}
    return render(request, "persons/review.html", context | {"actions": [*rulings, returning]})


@require_POST
def review_take(request: Request, a: UUID, b: UUID) -> HttpResponse:
    try:
        take(a, b, act=request.act())
    except Taken as error:
        messages.info(request, error.code)
        return redirect("reviews")
    return redirect("review", a, b)


@require_POST
def review_return(request: Request, a: UUID, b: UUID) -> HttpResponse:
    give_back(a, b, act=request.act())
    messages.info(request, "told.review_returned")
    return redirect("reviews")


@require_POST
def review_rule(request: Request, a: UUID, b: UUID) -> HttpResponse:
    """Keep the ruling and go on to the next pair. A key pressed twice says nothing new of a pair that is settled."""
    told, act = request.POST, request.act()
    try:
        ruling = Ruling(told.get("ruling", ""))
    except ValueError as error:
        raise NotFound() from error
    seen = named(told.get("evidence", ""))
    try:
        came_to = rule(a, b, ruling, reason=told.get("reason", ""), note=told.get("note", ""), seen=seen, act=act)
    except (ChangedMeanwhile, ReasonUnknown) as error:
        return refused_at(request, error, a, b)
    except NotTaken:
        return to_next(request)
    messages.success(request, f"told.review_{came_to}_{ruling.value}" if came_to == "judged" else "told.review_waits")
    return to_next(request)


def refused_at(request: Request, error: Refusal, a: UUID, b: UUID) -> HttpResponse:
    messages.error(request, error.code)
    return redirect("review", a, b)


def named(text: str) -> UUID | None:
    """The id in a form; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
def review_ask(request: Request, a: UUID, b: UUID) -> HttpResponse:
    """Ask that a pair be looked at again; back to the person's page, or to the queue for whoever works there."""
    person, reference = request.POST.get("person", ""), reference_of(request, request.POST.get("reference", ""))
    act = request.act(reference=reference or f"{a}/{b}")
    look_again(a, b, request.POST.get("why", ""), act=act)
    messages.success(request, "told.review_asked")
    holder = named(person)
    return redirect("person", holder) if holder else redirect("reviews")
