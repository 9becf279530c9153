"""Where our registers and their owners' lists differ."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.registers.access.differences import MOST, differences_for


@never_cache
@require_GET
def differences(request: Request) -> HttpResponse:
    """What differs, oldest first, with what each side says, and what came of the newest lists."""
    return render(request, "registers/differences.html", {"compared": differences_for(request.act()), "most": MOST})
