"""Refusals become HTTP once: RFC 9457 problem documents for machines, a page for people. A bug gives a reference number, and no more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from suar.core.errors import Refusal
from suar.site.sentences import known, say

log = logging.getLogger("suar")
TYPE = "application/problem+json"
#: What Django itself refuses: no bug of ours. Pages get Django's own templates for them.
DJANGOS: dict[type[Exception], int] = {Http404: 404, PermissionDenied: 403, SuspiciousOperation: 400, BadRequest: 400}
CODES = {400: "invalid", 403: "refused", 404: "not_found", 405: "method", 413: "too_large", 415: "invalid"}


class Refusals:
    """Middleware: turns a Refusal, or a bug, into the answer that its asker can act on."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answer(request)
        if (
            wants_json(request)
            and answer.status_code in CODES
            and not answer.headers.get("Content-Type", "").startswith(TYPE)
        ):
            return in_our_words(answer)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return refused(request, error)
        if isinstance(error, tuple(DJANGOS)):
            status = next(status for kind, status in DJANGOS.items() if isinstance(error, kind))
            return problem(status, CODES[status]) if wants_json(request) else None
        reference = uuid4().hex[:12]
        # The message of an exception may hold a value: only its type and place are logged (DESIGN 7).
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        log.error(
            "bug %s: %s at %s on %s",
            reference,
            type(error).__name__,
            where,
            request.resolver_match and request.resolver_match.route,
        )
        if wants_json(request):
            return problem(500, "internal", reference=reference)
        return render(request, "error.html", {"code": "internal", "status": 500, "reference": reference}, status=500)


def in_our_words(answer: HttpResponse) -> HttpResponse:
    """What the framework itself refuses on the API (no such address, not this method, too large) as a problem document too."""
    document = problem(answer.status_code, CODES[answer.status_code])
    if "Allow" in answer.headers:
        document["Allow"] = answer.headers["Allow"]
    return document


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    if wants_json(request):
        return problem(error.status, error.code, **{str(k): v for k, v in error.params.items()})
    if error.status == 401:
        return redirect_to_login(request.get_full_path()) if request.method == "GET" else redirect("login")
    if error.code == "door.not_posted":
        return redirect("choose_desk")
    context = {"code": error.code, "params": error.params, "status": error.status, "reference": uuid4().hex[:12]}
    return render(request, "error.html", context, status=error.status)


def problem(status: int, code: str, **params: object) -> JsonResponse:
    """RFC 9457. `code` is stable; `title` is for people, in the language asked for."""
    language = (get_language() or "id")[:2]
    document = {
        "type": f"urn:suar:problem:{code}",
        "title": say(f"problem.{code}" if known(f"problem.{code}") else code, params, language),
        "status": status,
        "code": code,
        "params": params,
    }
    answer = JsonResponse(document, status=status, content_type=TYPE)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if status == 429:
        answer["Retry-After"] = str(params.get("retry_after_s", 5))
    return answer


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
