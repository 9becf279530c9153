"""The desk page: read, answer, act; and the notice to the traveller."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request, officer_at, opens
from suar.agencies.models import Posting
from suar.agencies.queries import contact_of
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.persons.access import Revealed, RevealReason, reveal_choices, revealable
from suar.persons.actions.clear import OnePerson
from suar.policies.queries import in_force
from suar.screening.access import MOST_ROWS, answer_for, clearable_for, open_for, reveal_at
from suar.screening.access.deciding import aftermath_for, departing
from suar.screening.access.interview import link_for
from suar.screening.actions.again import INTERVIEW
from suar.screening.actions.apart import ReasonUnknown, set_apart
from suar.screening.actions.ask import screen
from suar.screening.actions.clear import NoRecordOfHisOwn, OwnWord, confirm
from suar.screening.actions.question import Asked, BadQuestion
from suar.screening.actions.repeat import ask_again
from suar.screening.forms import JOURNEY, TRAVELLER, DeskForm
from suar.screening.pages.form import empty, form_for
from suar.screening.pages.service import gone_through
from suar.screening.panels import actions, printed, spoken
from suar.screening.queries import PURPOSES, namesake_reasons, tables
from suar.screening.queries.deciding import deciding as lists_at

PURPOSE_OF_DESK = {"passport": "passport_application", "departure": "departure"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: Request) -> HttpResponse:
    """Read a traveller, show the answer. A POST without JavaScript gets the whole page, htmx the answer alone."""
    posting = officer_at(request.act())
    purpose = PURPOSE_OF_DESK.get(posting.desk.kind)
    if purpose is None:
        raise NotFound()
    form = form_for(request, posting, purpose)
    answer = ask(request, form, posting, purpose) if request.method == "POST" else None
    context = page_of(request, posting, answer) | {"form": form}
    failed = request.method == "POST" and answer is None
    template = "screening/_answer.html" if request.headers.get("HX-Request") else "screening/desk.html"
    return render(request, template, context, status=422 if failed else 200)


def ask(request: Request, form: DeskForm, posting: Posting, purpose: str) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    act = request.act(purpose=PURPOSES[purpose], reference=form.cleaned_data["reference"])
    asked = Asked(
        purpose=purpose,
        desk=posting.desk_id,
        lane=posting.desk.lane,
        officer=str(act.actor),
        reference=form.cleaned_data["reference"],
        traveller=form.part(TRAVELLER),
        journey=form.part(JOURNEY),
    )
    try:
        screening = screen(asked, act=act, client=str(act.actor), key="", elapsed_ms=request.elapsed_ms)
    except BadQuestion as error:
        form.take(error.faults)
        return None
    request.session["reference"] = asked.reference
    return spoken(answer_for(act, screening, first=True), request.words)


def page_of(request: Request, posting: Posting, answer: dict[str, Any] | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "desk": {
            "code": posting.desk_id,
            "name": posting.desk.name,
            "office": posting.desk.office.name,
            "lane": posting.desk.lane,
        },
        "answer": answer,
    }
    purpose = answer["asked"]["purpose"] if answer else PURPOSE_OF_DESK.get(posting.desk.kind, "departure")
    act = request.act(purpose=PURPOSES[purpose], reference=answer["id"] if answer else "")
    context |= gone_through(act, purpose, UUID(answer["id"]) if answer else None)
    if answer:
        expected = tables(in_force(request.act().at)).expected
        context["decision"] = answer["decision"]
        done = answer["decision"] or answer["superseded_by"]
        talked = (answer["again"] or {}).get("because") == INTERVIEW
        context["talked"] = talked and answer["advice"] == "secondary"
        lists = lists_at(in_force(request.act().at))
        context["actions"] = [] if done else actions(answer, expected, lambda way: departing(lists, way), talked=talked)
        act = request.act(purpose=PURPOSES[answer["asked"]["purpose"]])
        context["interview"] = link_for(replace(act, reference=answer["id"]), UUID(answer["id"]))
        context["ask_again"] = not done and (answer["changed"] or answer["civil"]["outcome"] == "unreachable")
        context |= apart_of(act, answer) | clearing_of(act, answer) | reveal_of(act, answer)
        context["expected"] = sorted(d.value for a, d in expected.pairs if a.value == answer["advice"])
    return context


def apart_of(act: Act, answer: dict[str, Any]) -> dict[str, Any]:
    """Whether "not this person" is at hand here, and the reasons to choose from; where a hold is advised the supervisor says it."""
    if answer["decision"] or answer["superseded_by"] or not opens(act, "screening.apart"):
        return {}
    if answer["advice"] == "hold" and (act.role != "supervisor" or str(act.actor) == answer["by"]):
        return {"apart_by_supervisor": True}
    return {"apart_reasons": [{"code": code, "text": text} for code, text in namesake_reasons(act.at).items()]}


def clearing_of(act: Act, answer: dict[str, Any]) -> dict[str, Any]:
    """Whether what was set apart here may be confirmed for every desk by this officer, and for whom it holds everywhere already."""
    if not answer["apart"]:
        return {}
    return {"clearable": clearable_for(replace(act, reference=answer["id"]), UUID(answer["id"]))}


def reveal_of(act: Act, answer: dict[str, Any]) -> dict[str, Any]:
    """The form that opens one masked field of somebody who was found, at the desk that asked and while the screening is open."""
    fields = revealable(act)
    if answer["decision"] or answer["superseded_by"] or not fields or answer["desk"] != act.desk:
        return {}
    return {"reveal": {"url": reverse("screening_reveal", args=[answer["id"]]), **reveal_choices(act, fields)}}


@login_required
@require_GET
def screening(request: Request, id: UUID) -> HttpResponse:
    """One screening again, as its desk sees it."""
    posting = officer_at(request.act())
    return shown_again(request, id, posting)


def shown_again(request: Request, id: UUID, posting: Posting, refused: str = "") -> HttpResponse:
    """The desk page with this screening's answer; with a code where what was asked of it could not be done."""
    purpose = PURPOSE_OF_DESK.get(posting.desk.kind, "departure")
    answer = read_again(request, id, purpose)
    form = empty(request, {"purpose": purpose, "lane": posting.desk.lane})
    after = aftermath_for(request.act(purpose=PURPOSES[purpose], reference=str(id)), id)
    context = page_of(request, posting, answer) | {"form": form, "refused": refused, "after": after}
    return render(request, "screening/desk.html", context, status=422 if refused else 200)


def read_again(request: Request, id: UUID, purpose: str) -> dict[str, Any]:
    act = request.act(purpose=PURPOSES[purpose], reference=str(id))
    return spoken(answer_for(act, id), request.words)


@login_required
@require_POST
def apart(request: Request, id: UUID) -> HttpResponse:
    """Not this person: the question is answered again without him, and the officer stands before the newer answer."""
    posting = officer_at(request.act())
    act = act_at(request, id, posting)
    person, reason = named(request.POST.get("person", "")), request.POST.get("reason", "")
    try:
        newer = set_apart(id, person, reason, act=act, elapsed_ms=request.elapsed_ms)
    except ReasonUnknown as error:
        return shown_again(request, id, posting, error.code)
    return redirect("screening", id=newer)


@login_required
@require_POST
def cleared(request: Request, id: UUID) -> HttpResponse:
    """What a colleague saw at this desk, confirmed for every desk."""
    posting = officer_at(request.act())
    act = act_at(request, id, posting)
    try:
        came_to = confirm(id, named(request.POST.get("person", "")), act=act)
    except (NoRecordOfHisOwn, OwnWord, OnePerson) as error:
        return shown_again(request, id, posting, error.code)
    messages.success(request, f"told.cleared_{came_to}")
    return redirect("screening", id=id)


@never_cache
@login_required
@require_POST
def reveal(request: Request, id: UUID) -> HttpResponse:
    """One masked field of somebody whom this screening found, for a short time."""
    act, told = act_at(request, id, officer_at(request.act())), request.POST
    shown, refused = None, ""
    try:
        shown = reveal_at(act, id, named(told.get("person", "")), told.get("field", ""), told.get("why", ""))
    except RevealReason as error:
        refused = error.code
    return revealed(request, shown, refused, back=reverse("screening", args=[id]))


def revealed(request: Request, shown: Revealed | None, refused: str, *, back: str) -> HttpResponse:
    """What was opened: in its place where the page asked by script, else on a page of its own that goes back by itself."""
    context = {"shown": shown, "back": back, "refused": refused}
    if request.headers.get("HX-Request"):
        return render(request, "persons/_revealed.html", context, status=422 if refused else 200)
    answer = render(request, "persons/revealed.html", context, status=422 if refused else 200)
    if shown:
        answer["Refresh"] = f"{shown.seconds};url={back}"
    return answer


@login_required
@require_GET
def waiting(request: Request) -> HttpResponse:
    """The screenings that wait for a decision, and among them those to be asked again; none is opened by this."""
    rows = open_for(request.act())
    return render(
        request,
        "screening/waiting.html",
        {"changed": [r for r in rows if r.changed_at], "rows": rows, "most": MOST_ROWS},
    )


@login_required
@require_POST
def repeat(request: Request, id: UUID) -> HttpResponse:
    """Ask the same question again with what is known now."""
    act = act_at(request, id, officer_at(request.act()))
    return redirect("screening", id=ask_again(id, act=act, elapsed_ms=request.elapsed_ms))


def named(text: str) -> UUID:
    """The id in a form; what is none names nobody."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def act_at(request: Request, id: UUID, posting: Posting) -> Act:
    """The act of whoever works on this screening at his desk: the screening itself is what justifies it."""
    purpose = PURPOSE_OF_DESK.get(posting.desk.kind, "departure")
    return request.act(purpose=PURPOSES[purpose], reference=str(id))


@login_required
@require_GET
def slip(request: Request, id: UUID) -> HttpResponse:
    """The notice to the traveller, in Indonesian or English, on A4 or an 80 mm slip."""
    posting = officer_at(request.act())
    purpose = PURPOSE_OF_DESK.get(posting.desk.kind, "departure")
    answer = read_again(request, id, purpose)
    address = request.build_absolute_uri(reverse("screening_slip", args=[id]))
    picture = segno.make(address, error="m").svg_inline(scale=3, border=2, omitsize=True, svgclass=None, lineclass=None)
    context = page_of(request, posting, answer) | {
        "after": aftermath_for(act_at(request, id, posting), id),
        "reference": str(id)[-12:].upper(),
        "notice_language": request.GET.get("lang") if request.GET.get("lang") in {"id", "en"} else None,
        "contact": contact_of(posting.desk.office_id, request.act().at),
        "declared": printed(answer),
        "reasons": [one for one in answer["reasons"] if not one["in_confidence"]],
        "paper": "80mm" if request.GET.get("paper") == "80mm" else "a4",
        "qr_svg": mark_safe(picture),  # noqa: S308  # drawn by segno from our own address
    }
    return render(request, "screening/slip.html", context)
