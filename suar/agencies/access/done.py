"""What a page says after something was done on it, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from suar.agencies.access import Request
from suar.core.errors import Refusal


class Shown(Protocol):
    """Shows the page of one thing, with what it was refused for."""

    def __call__(self, request: Request, id: Any, *, refused: str, form: Any, status: int) -> HttpResponse: ...


def done(
    request: Request,
    id: Any,
    do: Callable[[], Any],
    told: str,
    *,
    page: str,
    shown: Shown,
    form: Any = None,
) -> HttpResponse:
    """Do it, and say so on the page of that thing; a rule that says no is said on the same page."""
    try:
        do()
    except Refusal as error:
        if error.code in ("not_found", "door.shut"):
            raise
        return shown(request, id, refused=error.code, form=form, status=error.status)
    messages.success(request, told)
    return redirect(page, id)
