"""Source health, and the reports of batches: on a page, and as a file to act on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.intake import access

#: A spreadsheet takes a cell that begins so for a formula (OWASP: CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("batch", "line", "kind", "field", "code", "sentence_id", "sentence_en", "quarantined")


@require_GET
def health(request: Request) -> HttpResponse:
    act = request.act()
    return render(request, "intake/health.html", {"rows": led(access.health_page_for(act)), "at": act.at})


@require_GET
def protection(request: Request) -> HttpResponse:
    """The protection role's own page of what is kept behind the wall."""
    act = request.act()
    return render(request, "intake/health.html", {"rows": led(access.protected_health_for(act)), "at": act.at})


def led(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Numbers lead to their rows."""
    return [{**row, "batch_url": reverse("batch", args=[row["batch"]]) if row.get("batch") else ""} for row in rows]


@require_GET
def batch(request: Request, batch: UUID) -> HttpResponse:
    report = access.batch_page_for(request.act(), batch)
    return render(
        request, "intake/batch.html", {"batch": report.batch, "findings": report.findings, "remarks": report.remarks}
    )


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
