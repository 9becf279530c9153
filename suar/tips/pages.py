"""The village page: one page on a phone, three things to do."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.core.act import Act
from suar.tips import access, actions
from suar.tips.forms import AnswerForm, GradeForm, SessionForm, TipForm
from suar.tips.queries import words_of

GRADING = "protection"  # why a supervisor opens a tip, whatever else her desk is for
TABS = ("tip", "question", "session")


@require_GET
def village(request: Request) -> HttpResponse:
    asked = request.GET.get("tab", "")
    return shown(request, request.act(), asked if asked in TABS else "tip")


@require_POST
def tip(request: Request) -> HttpResponse:
    act = request.act()
    form = tip_form(request, act)
    if not form.is_valid():
        return shown(request, act, "tip", tip_form=form, status=422)
    actions.send_tip(form.body(), str(form.cleaned_data["key"]), act=act)
    return done(request, "told.tip", "tip")


@require_POST
def session(request: Request) -> HttpResponse:
    act = request.act()
    form = session_form(request, act)
    if not form.is_valid():
        return shown(request, act, "session", session_form=form, status=422)
    actions.note_session(form.body(), str(form.cleaned_data["key"]), act=act)
    return done(request, "told.session", "session")


@require_POST
def answer(request: Request, question: UUID) -> HttpResponse:
    act = request.act()
    form = AnswerForm(request.POST)
    if not form.is_valid():
        for error in form.errors.get("answer", []):
            messages.error(request, str(error))
        return shown(request, act, "question", status=422)
    actions.answer_question(question, form.cleaned_data["answer"], act=act)
    return done(request, "told.answer", "question")


@require_GET
def report(request: Request, report: UUID) -> HttpResponse:
    """A tip before whoever grades it."""
    return to_grade(request, report, grade_form(request, None))


@require_POST
def grade(request: Request, report: UUID) -> HttpResponse:
    form = grade_form(request, request.POST)
    if not form.is_valid():
        return to_grade(request, report, form, status=422)
    given = form.cleaned_data
    actions.grade(report, source=given["source"], content=given["content"], act=request.act(purpose=GRADING))
    messages.success(request, "told.grade")
    return redirect("home")


def grade_form(request: Request, given: QueryDict | None) -> GradeForm:
    at, language = request.act(purpose=GRADING).at, get_language() or "id"
    lists = {
        "reliability": words_of("tip_reliability", at, language),
        "credibility": words_of("tip_credibility", at, language),
    }
    return GradeForm(given, **lists)


def to_grade(request: Request, report: UUID, form: GradeForm, *, status: int = 200) -> HttpResponse:
    tip, said = access.tip_for(request.act(purpose=GRADING), report)
    context = {"tip": {"id": tip.id, "at": tip.at, "until": tip.expires_at, "said": said}, "form": form}
    return render(request, "tips/grade.html", context, status=status)


def done(request: Request, told: str, tab: str) -> HttpResponse:
    messages.success(request, told)
    answer = redirect("village")
    answer["Location"] += f"?tab={tab}"
    return answer


def shown(
    request: Request,
    act: Act,
    tab: str,
    *,
    tip_form: TipForm | None = None,
    session_form: SessionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with one tab open; a form that was not right comes back as it was filled in."""
    here = access.village_of(act)
    sent = [
        {"kind": said_kind(one.kind, one.answers), "at": one.at, "state": one.state} for one in access.sent_for(act)
    ]
    context: dict[str, Any] = {
        "village": {"name": here.name, "region_code": here.region},
        "tab": tab,
        "tip_form": tip_form or fresh_tip(act),
        "session_form": session_form or fresh_session(act),
        "questions": access.questions_for(act) if tab == "question" else [],
        "sent": sent,
    }
    return render(request, "tips/village.html", context, status=status)


def said_kind(kind: str, answers: UUID | None) -> str:
    return "answer" if answers else kind


def today(act: Act) -> date:
    """The day where the village lies."""
    return act.at.astimezone(ZoneInfo(access.village_of(act).zone)).date()


def tip_form(request: Request, act: Act) -> TipForm:
    return TipForm(request.POST, today=today(act), origins=words_of("tip_origins", act.at, get_language() or "id"))


def fresh_tip(act: Act) -> TipForm:
    return TipForm(
        initial={"key": uuid4()}, today=today(act), origins=words_of("tip_origins", act.at, get_language() or "id")
    )


def session_form(request: Request, act: Act) -> SessionForm:
    return SessionForm(request.POST, today=today(act), topics=words_of("topics", act.at, get_language() or "id"))


def fresh_session(act: Act) -> SessionForm:
    return SessionForm(
        initial={"key": uuid4()}, today=today(act), topics=words_of("topics", act.at, get_language() or "id")
    )
