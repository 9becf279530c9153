"""Say what came of a screening; and the counts by advice and decision, each of which leads to its rows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from suar.agencies.access import Request, check, opens
from suar.core.errors import Read
from suar.core.outcomes import COLUMNS, Row, read_outcomes
from suar.screening.access.outcomes import counts_for, form_for, rows_behind
from suar.screening.access.outcomes import outcomes_said as choices_of
from suar.screening.actions.outcome import DayUnfit, OutcomeUnknown, Said, report, report_all
from suar.screening.panels import outcomes_said


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


MOST_BYTES = 500_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcomes_send(request: Request) -> HttpResponse:
    """Several outcomes from a file, by the office's own numbers or by NIK or passport: each row gets its own answer."""
    act, refused, told = request.act(reference="outcomes"), None, None
    check(act, "screening.outcome")
    if request.method == "POST":
        read = rows_of(request)
        if read.ok:
            told = outcomes_said(report_all(read.get(), act=act), request.words)
        else:
            refused = read.faults[0]
    context = {"told": told, "refused": refused, "columns": COLUMNS, "choices": choices_of(act)}
    return render(request, "screening/outcomes_send.html", context, status=422 if refused else 200)


def rows_of(request: Request) -> Read[tuple[Row, ...]]:
    """Fault: outcome_rows.file where none was chosen or it is too big; else those of the file."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        return Read.fault("outcome_rows.file")
    return read_outcomes(file.read().decode("utf-8", "replace"))


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
