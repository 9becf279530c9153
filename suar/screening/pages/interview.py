"""The interview: begun, asked one question at a time or as a page, ended; and its queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request, officer_at
from suar.core.act import Act
from suar.core.advice.sources import SourceState
from suar.core.errors import Fault
from suar.core.interview.agreement import MARKS
from suar.core.interview.contradictions import Laid
from suar.core.interview.questionnaire import Asked
from suar.core.standard.tables import Said
from suar.policies.queries import in_force
from suar.screening.access.interview import Sitting, Start, queue_for, sitting_for, start_for
from suar.screening.access.rating import ratings_for
from suar.screening.actions.call import give_sign
from suar.screening.actions.interview import (
    TOLD,
    Beginning,
    Ended,
    NotNow,
    OtherVersion,
    PlaceMissing,
    RightsFirst,
    Unreadable,
    answer,
    begin,
    finish,
)
from suar.screening.actions.rate import Marks, MarksMissing
from suar.screening.pages import PURPOSE_OF_DESK
from suar.screening.queries import PURPOSES, purposes_said
from suar.screening.queries.interview import words

FIELD = "q-"  # before a question's code in a form
SURE = (1, 2, 3, 4, 5)


def act_of(request: Request, reference: UUID) -> Act:
    """The act of whoever works at this desk: the screening or interview itself is what justifies it."""
    purpose = PURPOSE_OF_DESK.get(officer_at(request.act()).desk.kind, "departure")
    return request.act(purpose=PURPOSES[purpose], reference=str(reference))


def said(words_: Said) -> dict[str, str]:
    return {"id": words_.id, "en": words_.en}


@never_cache
@login_required
@require_GET
def interviews(request: Request) -> HttpResponse:
    """What waits for an interview, what was begun and not ended, and what waits to be rated unseen. Nobody is opened by this."""
    act = request.act()
    context = {"waits": queue_for(act), "ratings": ratings_for(act)}
    return render(request, "screening/interviews.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interview_begin(request: Request, id: UUID) -> HttpResponse:
    """Rights, interpreter, companion and place, before the first question."""
    act, refused = act_of(request, id), ""
    start = start_for(act, id)
    if start.begun:
        return redirect("interview", id=start.begun)
    if request.method == "POST":
        told = request.POST
        beginning = Beginning(
            language=told.get("language", ""), rights_read=told.get("rights") == "read", told={name: told.get(name, "") for name in TOLD}
        )  # fmt: skip
        try:
            return redirect("interview", id=begin(id, beginning, act=act))
        except (RightsFirst, PlaceMissing, NotNow) as error:
            refused = error.code
    context = begun_from(start) | {"refused": refused, "told": request.POST}
    return render(request, "screening/interview_begin.html", context, status=422 if refused else 200)


def begun_from(start: Start) -> dict[str, Any]:
    file = start.questionnaire.file
    return {
        "screening": start.screening,
        "may_begin": start.open,
        "name": said(file.name),
        "rights": said(file.rights),
        "version": start.questionnaire.version,
        "sha256": start.questionnaire.sha256,
        "languages": [{"code": code, "name": name} for code, name in start.languages.items()],
    }


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: Request, id: UUID) -> HttpResponse:
    """One question, or with `?semua` all that are open; what was answered is laid beside the registers at once."""
    act = act_of(request, id)
    faults: Mapping[str, tuple[Fault, ...]] = {}
    whole = "semua" in request.GET
    if request.method == "POST":
        given = {name[len(FIELD) :]: value for name, value in request.POST.items() if name.startswith(FIELD)}
        try:
            sitting = answer(id, {code: str(value) for code, value in given.items()}, act=act)
            return redirect(after(sitting, given, whole))
        except Unreadable as error:
            faults = error.faults
        except (Ended, OtherVersion) as error:
            messages.error(request, error.code)
            return redirect("interview", id=id)
    sitting = sitting_for(act, id)
    context = shown(request, sitting, act) | asked_of(request, sitting, act, faults, whole)
    return render(request, "screening/interview.html", context, status=422 if faults else 200)


def after(sitting: Sitting, given: Mapping[str, Any], whole: bool) -> str:
    """Where to go once answered: the next open question that follows it, the end when none is left."""
    here = reverse("interview", args=[sitting.row.id])
    if sitting.now.protects:
        return reverse("interview_end", args=[sitting.row.id])
    if whole:
        return f"{here}?semua" if sitting.now.missing else reverse("interview_end", args=[sitting.row.id])
    asked = next(iter(given), "")
    place = sitting.now.open.index(asked) if asked in sitting.now.open else -1
    later = [code for code in sitting.now.open[place + 1 :] if code in sitting.now.missing]
    if later:
        return f"{here}?tanya={later[0]}"
    return (
        f"{here}?tanya={sitting.now.following}"
        if sitting.now.following
        else reverse("interview_end", args=[sitting.row.id])
    )


def shown(request: Request, sitting: Sitting, act: Act) -> dict[str, Any]:
    """What stands beside every question: progress, differences, the sum, and who is in the room."""
    row, now = sitting.row, sitting.now
    questionnaire = sitting.questionnaire
    return {
        "id": row.id,
        "screening": row.screening,
        "around": sitting.around,
        "by": sitting.by,
        "at": row.at,
        "name": said(questionnaire.file.name),
        "version": row.version,
        "sha256": row.sha256,
        "end": sitting.end,
        "protects": now.protects,
        "progress": {"done": len(now.answered), "all": len(now.open)},
        "differences": differences(sitting, request),
        "unknowable": unknowable(sitting.laid),
        "lines": [
            {
                "question": said(questionnaire[line.question].row.ask),
                "answer": spoken_answer(questionnaire[line.question], line.answer),
                "weight": line.weight,
            }
            for line in now.lines
        ],
        "total": now.total,
    }


def differences(sitting: Sitting, request: Request) -> list[dict[str, Any]]:
    """Each contradiction with both sides; what another agency's record says only where this role may see it."""
    found = []
    for one in sitting.laid.contradictions:
        asked = sitting.questionnaire[one.question]
        value = one.stated.value if sitting.shows_values or not one.stated.source else ""
        found.append(
            {
                "kind": one.kind,
                "question": said(asked.row.ask),
                "url": f"{reverse('interview', args=[sitting.row.id])}?tanya={one.question}",
                "answer": spoken_answer(asked, one.answer),
                "says": {
                    "code": f"differs.{one.kind}" if value else f"differs_masked.{one.kind}",
                    "params": {"value": value},
                },
                "source": one.stated.source,
                "health": health(sitting.sources.get(one.stated.source)),
                "as_of": one.stated.as_of,
            }
        )
    return found


def health(state: SourceState | None) -> dict[str, Any] | None:
    """A source's state as a chip shows it; None for what was declared here, or what this hub keeps itself."""
    if state is None:
        return None
    return {
        "source": state.source,
        "state": state.state.value,
        "age_s": state.age_s,
        "as_of": state.as_of,
        "since": state.since,
    }


def unknowable(laid: Laid) -> list[dict[str, Any]]:
    return [
        {"code": f"differs_unknown.{one.kind}", "params": {"source": one.source}, "since": one.since}
        for one in laid.unknowable
    ]


def spoken_answer(asked: Asked, value: str) -> dict[str, Any]:
    """An answer in words: of a choice its own, of a country or purpose the list's, of a day the day's, else as it was said."""
    if asked.row.kind == "day" and value:
        return {"code": "interview.day", "params": {"day": value}}
    if row := asked.answer(value):
        return said(row.say)
    spaces = {"country": "country", "purpose": "travel_purpose"}
    if asked.row.kind in spaces and value:
        return {"code": f"{spaces[asked.row.kind]}.{value}", "params": {}}
    return {"id": value, "en": value}


def asked_of(
    request: Request, sitting: Sitting, act: Act, faults: Mapping[str, tuple[Fault, ...]], whole: bool
) -> dict[str, Any]:
    """The questions to show: one, or by section all that are open."""
    now = sitting.now
    if whole:
        wanted = list(now.open)
    else:
        first = next(iter(faults), "") or request.GET.get("tanya", "")
        wanted = [sitting.at(first).code]
    asked = [question(request, sitting, code, act, faults.get(code, ())) for code in wanted]
    place = now.open.index(wanted[0])
    sections = {section.code: said(section.name) for section in sitting.questionnaire.file.sections}
    return {
        "whole": whole,
        "place": "whole" if whole else wanted[0],
        "asked": asked,
        "sections": sections,
        "section": sections[sitting.questionnaire[wanted[0]].section],
        "number": place + 1,
        "before": now.open[place - 1] if place and not whole else "",
        "following": now.open[place + 1] if place + 1 < len(now.open) and not whole else "",
        "faults": [
            {"id": f"{FIELD}{code}", "text": said(sitting.questionnaire[code].row.ask), "fault": found[0].code}
            for code, found in faults.items()
        ],
    }


def question(request: Request, sitting: Sitting, code: str, act: Act, faults: Sequence[Fault]) -> dict[str, Any]:
    """One question as it is shown: in the language of the interview where somebody signed its words there, else in Indonesian, and it says so."""
    asked = sitting.questionnaire[code]
    row, value = asked.row, sitting.answers.get(code, "")
    catalogue = words(in_force(act.at)).get(sitting.row.language)
    own = catalogue.ask(code) if catalogue else ""
    typed = request.POST.get(f"{FIELD}{code}", "") if faults else ""
    return {
        "code": code,
        "field": f"{FIELD}{code}",
        "section": asked.section,
        "kind": row.kind,
        "observed": row.observed,
        "ask": said(row.ask),
        "own": own,
        "language": sitting.row.language,
        "fallback": catalogue.name if catalogue and not own else None,
        "why": said(row.why),
        "kindly": said(row.kindly),
        "value": typed or value,
        "written": spoken_answer(asked, value),
        "options": [{"code": one.code, "say": said(one.say), "checked": one.code == value} for one in row.answers],
        "purposes": purposes_said(act.at, (get_language() or "id")[:2]) if row.kind == "purpose" else [],
        "fault": faults[0].code if faults else "",
    }


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interview_end(request: Request, id: UUID) -> HttpResponse:
    """What the officer says the answers are a sign of, how sure he is, and the end; then back to the decision."""
    act, refused = act_of(request, id), ""
    if request.method == "POST":
        try:
            newer = finish(id, marks_of(request), request.POST.get("note", ""), act=act, elapsed_ms=request.elapsed_ms)
            messages.success(request, "told.interview_ended")
            return redirect("screening", id=newer)
        except MarksMissing as error:
            refused = error.code
        except Ended:
            return redirect("interview", id=id)
    sitting = sitting_for(act, id)
    if sitting.end:
        return redirect("interview", id=id)
    context = shown(request, sitting, act) | {
        "refused": refused,
        "place": "end",
        "missing": len(sitting.now.missing),
        "rated": to_mark(sitting, sitting.rated, request),
        "marks": MARKS,
        "sure": SURE,
        "told": request.POST,
    }
    return render(request, "screening/interview_end.html", context, status=422 if refused else 200)


def to_mark(sitting: Sitting, rated: Sequence[str], request: Request) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "ask": said(sitting.questionnaire[code].row.ask),
            "answer": spoken_answer(sitting.questionnaire[code], sitting.answers[code]),
            "given": request.POST.get(f"mark-{code}", ""),
        }
        for code in rated
    ]


def marks_of(request: Request) -> Marks:
    told = request.POST
    sure = told.get("sure", "")
    return Marks(
        overall=told.get("overall", ""),
        sure=int(sure) if sure in {str(one) for one in SURE} else 0,
        of={name[len("mark-") :]: str(value) for name, value in told.items() if name.startswith("mark-")},
    )


@never_cache
@login_required
@require_POST
def interview_sign(request: Request, id: UUID) -> HttpResponse:
    """The silent sign. Nothing on the screen tells that it was given: the same page comes back, to a script nothing at all."""
    give_sign(id, act=act_of(request, id))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(where(id, request.POST.get("from", "")))


def where(id: UUID, place: str) -> str:
    """The page on which the sign was given: a question, all of them, or the end."""
    here = reverse("interview", args=[id])
    if place == "end":
        return reverse("interview_end", args=[id])
    if place == "whole":
        return f"{here}?semua"
    return f"{here}?tanya={place}" if place.isidentifier() else here
