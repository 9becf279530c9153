"""An entry's notices: make, print, note as sent; the clocks of all; and the page on which anybody sees that a notice is genuine."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request, opens
from suar.core.errors import NotFound, Refusal
from suar.registers.access.notices import clocks_for, notices_for, paper_for, proof_for
from suar.registers.actions.make_notice import NobodyToTell, NotAnAddressee, make_notice
from suar.registers.actions.note_sent import HOW, HowUnknown, note_sent

MOST = 50  # of the clocks that are due or missed; their counts stand above


@never_cache
@require_GET
def notices(request: Request, entry: UUID) -> HttpResponse:
    return shown(request, entry)


def shown(request: Request, entry: UUID, refused: Refusal | None = None) -> HttpResponse:
    """An entry with its notices; with a code where what was asked could not be done."""
    act = request.act()
    told = notices_for(act, entry)
    context = {
        "entry": {
            "id": entry,
            "kind": told.facts.kind,
            "authority": {"id": told.facts.authority.id, "en": told.facts.authority.en},
            "decision_no": told.facts.decision_no,
            "law": told.facts.law,
            "from_at": told.facts.begins,
            "until_at": told.facts.ends,
        },
        "made": [{"notice": one, "clock": one.clock(act.at)} for one in told.made],
        "open_to": told.open_to,
        "required": told.terms.to,
        "ways": HOW,
        "refused": refused.code if refused else "",
    }
    return render(request, "registers/notices.html", context, status=refused.status if refused else 200)


@never_cache
@require_POST
def make(request: Request, entry: UUID) -> HttpResponse:
    """Make the notice of the newest act for one addressee."""
    try:
        make_notice(entry, request.POST.get("to_whom", ""), origin=origin(request), act=request.act())
    except (NobodyToTell, NotAnAddressee) as error:
        return shown(request, entry, error)
    messages.success(request, "told.notice_made")
    return redirect("notices", entry=entry)


def origin(request: Request) -> str:
    """The address of this house as the asker's browser knows it."""
    return f"{request.scheme}://{request.get_host()}"


@never_cache
@require_GET
def paper(request: Request, notice: UUID) -> HttpResponse:
    """The paper as it was given: shown to be printed, or to be kept."""
    found, pdf = paper_for(request.act(), notice)
    answer = HttpResponse(pdf, content_type="application/pdf")
    name = f"{found.number.replace('/', '-')}.pdf"
    how = "attachment" if "keep" in request.GET else "inline"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer


@never_cache
@require_POST
def sent(request: Request, entry: UUID, notice: UUID) -> HttpResponse:
    """Note that a notice goes out now."""
    try:
        note_sent(notice, request.POST.get("how", ""), request.POST.get("receipt", "")[:200], act=request.act())
    except HowUnknown as error:
        return shown(request, entry, error)
    messages.success(request, "told.notice_sent")
    return redirect("notices", entry=entry)


@never_cache
@require_GET
def clocks(request: Request) -> HttpResponse:
    """How all notice clocks stand: due, met and missed. Nobody is named."""
    act = request.act()
    watched = clocks_for(act)
    rows = [{"notice": one, "clock": one.clock(act.at)} for one in [*watched.missed, *watched.due][:MOST]]
    context = {
        "counted": watched.counted,
        "missed": len(watched.missed),
        "due": len(watched.due),
        "rows": rows,
        "most": MOST,
        "opens": opens(act, "register.notice"),
    }
    return render(request, "registers/clocks.html", context)


@never_cache
@require_GET
def proof(request: Request, code: str) -> HttpResponse:
    """Whether a notice is genuine, to anybody, without a log-in: its number, office, day and kind, and whether it still runs."""
    try:
        proven = proof_for(request.system(desk="notice_proof"), code)
    except NotFound:
        proven = None
    answer = render(request, "registers/proof.html", {"proven": proven}, status=200 if proven else 404)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
