"""Who asks for far more on the registers than usual, and what waits until somebody of another office has looked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request
from suar.registers.access.pace import pace_for
from suar.registers.actions.let_go import OwnOffice
from suar.registers.actions.let_go import let_go as go_on
from suar.registers.actions.rule import RulingReason


@never_cache
@require_GET
def pace(request: Request) -> HttpResponse:
    return shown(request)


def shown(request: Request, refused: str = "", status: int = 200) -> HttpResponse:
    return render(request, "registers/pace.html", {"pace": pace_for(request.act()), "refused": refused}, status=status)


@never_cache
@require_POST
def let_go(request: Request, id: UUID) -> HttpResponse:
    """Put a held request before its second person after all."""
    try:
        go_on(id, request.POST.get("reason", ""), act=request.act())
    except (OwnOffice, RulingReason) as error:
        return shown(request, error.code, error.status)
    messages.success(request, "told.let_go")
    return redirect("register_pace")
