"""Source health, and the reports of batches: on a page, and as a file to act on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.intake import access
from suar.intake.actions.accept import release as let_go
from suar.intake.queries.lists import MOST, STOPPED, number_of

#: A spreadsheet takes a cell that begins so for a formula (OWASP: CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("batch", "line", "kind", "field", "code", "sentence_id", "sentence_en", "quarantined")


@require_GET
def health(request: Request) -> HttpResponse:
    act = request.act()
    context = {"rows": led(access.health_page_for(act)), "at": act.at, "asked": access.asked_for(act)}
    return render(request, "intake/health.html", context)


@require_GET
def protection(request: Request) -> HttpResponse:
    """The protection role's own page of what is kept behind the wall."""
    act = request.act()
    return render(request, "intake/health.html", {"rows": led(access.protected_health_for(act)), "at": act.at})


@require_GET
def batches(request: Request, source: str, count: str) -> HttpResponse:
    """The batches behind a number of a source; each leads to its own rows, for whoever may open reports."""
    act = request.act()
    found = access.batches_for(act, source, count)
    numbers = [number_of(one, count) for one in found.batches]
    rows = [
        {
            "kind": one.stream,
            "received_at": one.received_at,
            "state": one.state,
            "number": number,
            "url": address_of(one.id, count) if found.leads else "",
        }
        for one, number in zip(found.batches, numbers, strict=True)
    ]
    told = {"source": source, "count": count, "rows": rows, "together": sum(numbers), "most": MOST}
    told["back"] = reverse("protection" if found.protected else "health")
    return render(request, "intake/batches.html", told)


def address_of(batch: UUID, count: str) -> str:
    """Where one number of a batch leads; a batch that stopped itself has no rows yet, only its report."""
    return reverse("batch", args=[batch]) if count == STOPPED else reverse("batch_rows", args=[batch, count])


@require_GET
def batch_rows(request: Request, batch: UUID, count: str) -> HttpResponse:
    """The records behind a number of a batch: their places, kinds and codes."""
    kept, lines = access.lines_for(request.act(), batch, count)
    told = {"batch": kept, "count": count, "number": number_of(kept, count), "lines": lines, "most": MOST}
    return render(request, "intake/batch_rows.html", told)


def led(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Numbers lead to their rows."""
    return [{**row, "batch_url": reverse("batch", args=[row["batch"]]) if row.get("batch") else ""} for row in rows]


@require_GET
def batch(request: Request, batch: UUID) -> HttpResponse:
    report = access.batch_page_for(request.act(), batch)
    return render(
        request, "intake/batch.html", {"batch": report.batch, "findings": report.findings, "remarks": report.remarks}
    )


@require_POST
def release(request: Request, batch: UUID) -> HttpResponse:
    """Let a batch that stopped itself be read after all."""
    let_go(batch, act=request.act())
    messages.success(request, "told.batch_released")
    return redirect("batch", batch)


@require_GET
def download(request: Request, batch: UUID) -> HttpResponse:
    """One line a fault, as CSV, or as JSON with `?format=json`: sentences in both languages, no value of a person."""
    source, faults = access.returned_for(request.act(), batch)
    rows = [fault | sentences(request, fault) for fault in faults]
    name = f"suar-{source}-{batch}"
    if request.GET.get("format") == "json":
        answer: HttpResponse = JsonResponse({"batch": str(batch), "source": source, "faults": rows})
    else:
        answer = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    suffix = "json" if request.GET.get("format") == "json" else "csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return answer


def sentences(request: Request, fault: Mapping[str, Any]) -> dict[str, str]:
    return {f"sentence_{language}": text for language, text in request.words(fault["code"], fault["params"]).items()}


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")  # RFC 4180
    table.writerow(COLUMNS)
    table.writerows([[cell(row[name]) for name in COLUMNS] for row in rows])
    return written.getvalue()


def cell(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
