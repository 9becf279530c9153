"""Say what came of a screening; and the counts by advice and decision, each of which leads to its rows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from suar.agencies.access import Request, opens
from suar.screening.access.outcomes import counts_for, form_for, rows_behind
from suar.screening.actions.outcome import DayUnfit, OutcomeUnknown, Said, report


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: Request, id: UUID) -> HttpResponse:
    """The form, for a screening of one's own agency or for a task that came to it."""
    act, refused = request.act(reference=str(id)), ""
    if request.method == "POST":
        try:
            report(id, said(request), act=act)
        except (OutcomeUnknown, DayUnfit) as error:
            refused = error.code
        else:
            messages.success(request, "told.outcome")
            return redirect("home")
    context = {"told": form_for(act, id), "refused": refused, "said": request.POST, "today": act.at.date().isoformat()}
    return render(request, "screening/outcome.html", context, status=422 if refused else 200)


def said(request: Request) -> Said:
    """Refuses: DayUnfit for what is no day."""
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError as error:
        raise DayUnfit() from error
    return Said(outcome=request.POST.get("outcome", "")[:60], on=on, note=request.POST.get("note", "")[:2000])


@never_cache
@require_GET
def outcomes(request: Request) -> HttpResponse:
    return render(request, "screening/outcomes.html", counts_for(request.act()))


@never_cache
@require_GET
def outcome_rows(request: Request, advice: str, decision: str, outcome: str) -> HttpResponse:
    """The rows behind one number."""
    act = request.act()
    context = {
        "rows": rows_behind(act, advice, decision, outcome), "advice": advice, "decision": "" if decision == "none" else decision,
        "outcome": outcome, "opens": opens(act, "screening.see"),
    }  # fmt: skip
    return render(request, "screening/outcome_rows.html", context)
