"""Send a manifest as CSV, watch it being screened, and look through its short list."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.agencies.access import Request
from suar.core.errors import Fault
from suar.core.manifest import COLUMNS, read_manifest
from suar.screening.access.manifests import manifests_for, short_list_for
from suar.screening.actions.manifest import BadManifest, ReviewReason, Sent, keep_manifest, review
from suar.screening.panels import faults_said
from suar.screening.queries.deciding import work_at

MOST_BYTES = 1_000_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manifests(request: Request) -> HttpResponse:
    """The manifests of this office; a POST takes one more in."""
    act, refused = request.act(), None
    if request.method == "POST":
        try:
            id_ = keep_manifest(sent(request), act=act)
        except BadManifest as error:
            refused = error.fault
        else:
            return redirect("manifest", id_)
    context = {
        "rows": manifests_for(act),
        "refused": refused,
        "said": request.POST,
        "columns": COLUMNS,
        "today": act.at.date().isoformat(),
    }
    return render(request, "screening/manifests.html", context, status=422 if refused else 200)


def sent(request: Request) -> Sent:
    """What the form says. Refuses: BadManifest with the first thing that is wrong with it as a whole."""
    act, file = request.act(), request.FILES.get("file")
    try:
        on = date.fromisoformat(request.POST.get("departs_on", ""))
    except ValueError as error:
        raise BadManifest(Fault(code="manifest.day")) from error
    flight = request.POST.get("flight", "").strip()[:20]
    if not flight:
        raise BadManifest(Fault(code="manifest.flight"))
    if file is None or (file.size or 0) > MOST_BYTES:
        raise BadManifest(Fault(code="manifest.file"))
    read = read_manifest(file.read().decode("utf-8", "replace"), work_at(act.at).file.prelist.most_rows)
    if not read.ok:
        raise BadManifest(read.faults[0])
    return Sent(flight=flight, departs_on=on, rows=read.get(), desk=act.desk)


@never_cache
@require_GET
def manifest(request: Request, id: UUID) -> HttpResponse:
    return shown(request, id)


def shown(request: Request, id: UUID, refused: str = "") -> HttpResponse:
    act = request.act(reference=str(id))
    told = short_list_for(act, id)
    aside = work_at(act.at).file.prelist.set_aside
    context = {
        "told": told, "faulty": [(n, faults_said(fault, request.words)) for n, fault in told.faulty], "refused": refused,
        "aside": [{"code": code, "text": {"id": row.id, "en": row.en}} for code, row in aside.items()],
    }  # fmt: skip
    answer = render(request, "screening/manifest.html", context, status=422 if refused else 200)
    if not told.manifest.done:
        answer["Refresh"] = "3"  # progress without script; the page may be left and found again
    return answer


@never_cache
@require_POST
def reviewed(request: Request, id: UUID, n: int) -> HttpResponse:
    """Let a row count, or set it aside."""
    act = request.act(reference=str(id))
    try:
        review(id, n, request.POST.get("ruling") == "counts", request.POST.get("reason", ""), act=act)
    except ReviewReason as error:
        return shown(request, id, error.code)
    messages.success(request, "told.prelist_reviewed")
    return redirect("manifest", id)
