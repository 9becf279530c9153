"""Decide: by one key on the answer's own page, or with ground and reason on a page of its own; propose a refusal; ask for the entry."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request, officer_at
from suar.core.advice.deciding import (
    RESTRICTING,
    Decided,
    DeskUnknown,
    GroundUnknown,
    NotForThisPurpose,
    ReasonMissing,
    ReasonUnknown,
)
from suar.core.advice.values import Decision
from suar.core.errors import NotFound
from suar.screening.access.deciding import choices_for
from suar.screening.actions.decide import decide
from suar.screening.actions.entry import ask_entry, try_entry
from suar.screening.actions.propose import propose
from suar.screening.pages import act_at

ASKS_AGAIN = (DeskUnknown, GroundUnknown, NotForThisPurpose, ReasonMissing, ReasonUnknown)


def told(request: HttpRequest) -> Decided:
    """What the form says. Refuses: NotFound for a decision that is none."""
    said = request.POST
    try:
        decision = Decision(said.get("decision", ""))
    except ValueError as error:
        raise NotFound() from error
    return Decided(
        decision=decision, ground=said.get("ground", "")[:60], coded=said.get("coded", "")[:60], words=said.get("reason", "")[:2000],
        desk=said.get("desk", "")[:60],
    )  # fmt: skip


@never_cache
@login_required
@require_GET
def choose(request: Request, id: UUID) -> HttpResponse:
    """Every decision that is open, or the form of one of them."""
    return shown(request, id, request.GET.get("decision", ""))


def shown(request: Request, id: UUID, chosen: str, refused: str = "") -> HttpResponse:
    act = act_at(request, id, officer_at(request.act()))
    choices = choices_for(act, id)
    context = {
        "choices": choices, "chosen": next((one for one in choices["choices"] if one["decision"] == chosen), None), "refused": refused,
        "said": request.POST,
    }  # fmt: skip
    return render(request, "screening/deciding.html", context, status=422 if refused else 200)


@login_required
@require_POST
def decided(request: Request, id: UUID) -> HttpResponse:
    """Record what the officer decides, and show the screening with its notice to print; a refusal is proposed."""
    act = act_at(request, id, officer_at(request.act()))
    said = told(request)
    try:
        if said.decision is Decision.REFUSE:
            propose(id, said, act=act)
            messages.success(request, "told.refusal_proposed")
        else:
            decide(id, said, act=act)
    except ASKS_AGAIN as error:
        return shown(request, id, said.decision.value, error.code)
    if said.decision in RESTRICTING and said.decision is not Decision.REFUSE:
        messages.info(request, "told.entry_asked" if try_entry(id, act=act) == "asked" else "told.entry_not_asked")
    return redirect("screening", id=id)


@login_required
@require_POST
def enter(request: Request, id: UUID) -> HttpResponse:
    """Ask for the lawful entry that the decision leads to."""
    ask_entry(id, act=act_at(request, id, officer_at(request.act())))
    messages.success(request, "told.entry_asked")
    return redirect("screening", id=id)
