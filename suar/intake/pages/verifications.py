"""A number verified at the agency that gave it, from a page; and what was asked before."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from suar.agencies.access import Request
from suar.core.errors import Refusal
from suar.intake.access.verifications import laid_out, verifications_for
from suar.intake.actions.verify import NoCase, verify_at_desk
from suar.intake.forms import VerifyForm
from suar.intake.queries.addresses import addresses
from suar.intake.queries.verifying import NotShared, NotVerified

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,63}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verifications(request: Request) -> HttpResponse:
    """The form and the history; a POST asks. The number travels in the body, never in an address, and the answer is shown once."""
    act = request.act()
    if request.method == "POST":
        return asked(request, VerifyForm(request.POST))
    given = request.GET.get("reference", "")
    reference = given if REFERENCE.fullmatch(given) else str(request.session.get("reference", ""))
    return render(
        request, "intake/verifications.html", {"page": verifications_for(act), "told": {"reference": reference}}
    )


def asked(request: Request, form: VerifyForm) -> HttpResponse:
    context: dict[str, Any] = {"told": form.data, "refused": "", "answer": None}
    page = verifications_for(request.act())
    if not form.is_valid():
        missing = next(name for name in ("what", "number", "reference") if name in form.errors)
        told = context | {"page": page, "refused": f"verification.{missing}", "at_fault": missing}
        return render(request, "intake/verifications.html", told, status=422)
    said = form.cleaned_data
    act = request.act(reference=said["reference"])
    try:
        context["answer"] = laid_out(act, verify_at_desk(said["what"], said["number"], addresses(), act=act))
    except (NoCase, NotVerified, NotShared) as error:
        return render(request, "intake/verifications.html", context | refusal(error, page), status=error.status)
    return render(request, "intake/verifications.html", context | {"page": verifications_for(request.act())})


def refusal(error: Refusal, page: object) -> dict[str, Any]:
    return {"page": page, "refused": error.code, "at_fault": "reference" if isinstance(error, NoCase) else "number"}
