"""The blind second rating, how far officers agree, how questions turned out; and calls for the protection desk."""

from __future__ import annotations

import csv
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request
from suar.core.interview.agreement import MARKS
from suar.policies.queries import in_force
from suar.screening.access.calls import calls_for
from suar.screening.access.quality import OVERALL, outcomes_for, quality_of_interviews
from suar.screening.access.rating import shown_blind
from suar.screening.actions.call import attend
from suar.screening.actions.rate import MarksMissing, rate_again
from suar.screening.pages.interview import SURE, act_of, marks_of, said, spoken_answer
from suar.screening.queries.interview import questionnaires


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interview_rate(request: Request, id: UUID) -> HttpResponse:
    """The same answers, without who gave them, the first rating, or any advice."""
    act, refused = act_of(request, id), ""
    if request.method == "POST":
        try:
            rate_again(id, marks_of(request), act=act)
            messages.success(request, "told.interview_rated")
            return redirect("interviews")
        except MarksMissing as error:
            refused = error.code
    blind = shown_blind(act, id)
    rows = [
        {
            "code": code,
            "ask": said(blind.questionnaire[code].row.ask),
            "answer": spoken_answer(blind.questionnaire[code], value)
            if value
            else {"code": "interview.given", "params": {}},
            "rated": code in blind.rated,
            "given": request.POST.get(f"mark-{code}", ""),
        }
        for code, value in blind.answers.items()
    ]
    context = {
        "id": id, "name": said(blind.questionnaire.file.name), "turn": blind.turn, "refused": refused, "told": request.POST,
        "rated": [row for row in rows if row["rated"]], "others": [row for row in rows if not row["rated"]], "marks": MARKS, "sure": SURE,
    }  # fmt: skip
    return render(request, "screening/interview_rate.html", context, status=422 if refused else 200)


@login_required
@require_GET
def interview_quality(request: Request) -> HttpResponse:
    """Agreement by office and question, and which version each office works with."""
    act = request.act()
    found = quality_of_interviews(act)
    asked = {
        one.code: said(one.row.ask) for kind in questionnaires(in_force(act.at)).values() for one in kind.questions
    }
    questions = [
        {
            "ask": asked.get(code, {"code": "interview.overall"} if code == OVERALL else {"id": code, "en": code}),
            "agreement": one,
        }
        for code, one in found.questions
    ]
    return render(request, "screening/interview_quality.html", {"quality": found, "questions": questions})


@login_required
@require_GET
def interview_outcomes(request: Request) -> HttpResponse:
    """How often each answer came with which decision and rating: counts and codes."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="interview-outcomes.csv"'
    csv.writer(answer).writerows(outcomes_for(request.act()))
    return answer


@never_cache
@login_required
@require_GET
def calls(request: Request) -> HttpResponse:
    """Where somebody is needed, and nothing of whom."""
    return render(request, "screening/calls.html", {"calls": calls_for(request.act())})


@login_required
@require_POST
def call_attend(request: Request, id: UUID) -> HttpResponse:
    """Somebody went there, or it was a mistake."""
    attend(id, request.POST.get("what", ""), act=request.act())
    messages.success(request, "told.call_attended")
    return redirect("calls")
