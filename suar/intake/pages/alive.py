"""Is the integration alive? One page for everybody, without log-in, made anew at most every half minute."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.core.errors import Refusal
from suar.intake.access.alive import LEAST, Seen, alive_for

#: Nothing changes sooner that anybody outside could act on, and the hub reads its tables twice a minute, however many look.
KEPT_S = 30
#: So often one address may ask in a minute: far more than a person does, and too little to be a burden.
MOST_A_MINUTE = 60
MINUTE_S = 60


class TooOften(Refusal):
    """One address asks more than once a second for a minute."""

    code = "alive.too_often"
    status = 429


def seen_by(request: Request) -> Seen:
    """What everybody may know now, or up to half a minute ago. Refuses: TooOften."""
    count_one(request)
    kept = cache.get("alive")
    if isinstance(kept, Seen):
        return kept
    seen = alive_for(request.system(desk="alive"))
    cache.set("alive", seen, KEPT_S)
    return seen


def count_one(request: HttpRequest) -> None:
    """Counted for each program by itself: where several answer, an address may ask as many times more."""
    key = f"alive {request.META.get('REMOTE_ADDR', '')}".encode().hex()[:240]
    if cache.add(key, 1, MINUTE_S):
        return
    try:
        often = cache.incr(key)
    except ValueError:  # it ended just now
        return
    if often > MOST_A_MINUTE:
        raise TooOften()


@require_GET
def alive(request: Request) -> HttpResponse:
    """The page carries its reader's language and the token of its forms, so nobody in between keeps it; `/api/v1/alive` may be kept."""
    answer = render(request, "intake/alive.html", {"seen": seen_by(request), "least": LEAST})
    answer["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer
