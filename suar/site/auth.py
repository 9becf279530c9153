"""The door of the house: who is it, and under which posting does he act. Here, and only here, an Act is made and the clock is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from copy import copy
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse

from suar.agencies.access import NotPosted
from suar.agencies.models import Posting
from suar.agencies.queries import postings_of
from suar.core.act import Act
from suar.policies.queries import once, once_a_request
from suar.site.machines import NotAuthenticated as NotAuthenticated
from suar.site.machines import machine_act, scopes_of
from suar.site.pace import DESKS, pace


def now() -> datetime:
    """The clock of the house; every Act carries what it said."""
    return datetime.now(UTC)


def system_act(what: str, *, at: datetime | None = None) -> Act:
    """The hub's own act, for jobs: no officer, all agencies' rows, named by what it does."""
    return Act(
        actor=UUID(int=0), agency="suar", role="system", desk=what, purpose="operations", basis="Perpres 49/2023", reference="",
        at=at or now(), correlation=uuid4(),
    )  # fmt: skip


class Acts:
    """Middleware: gives every request its `act`, an officer's on pages, a machine's or an officer's on the API."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.act = partial(act_of, request)  # type: ignore[attr-defined]
        request.again = partial(act_again, request)  # type: ignore[attr-defined]
        request.system = partial(hub_act, request)  # type: ignore[attr-defined]
        request.scopes = partial(scopes_now, request)  # type: ignore[attr-defined]
        request.words = said  # type: ignore[attr-defined]
        request.elapsed_ms = stopwatch()  # type: ignore[attr-defined]
        request.desks_wait = pace.crowded  # type: ignore[attr-defined]
        asks = request.method == "POST" and request.path.startswith(DESKS)
        with once(), pace.question() if asks else nullcontext():
            return self.answer(request)


def said(code: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    from suar.site.words import words  # the rooms' tables are ready only after all apps are

    return words(code, params)


def stopwatch() -> Callable[[], int]:
    """Milliseconds since now, by a clock that nobody sets."""
    started = time.perf_counter_ns()
    return lambda: (time.perf_counter_ns() - started) // 1_000_000


def act_of(request: HttpRequest, *, purpose: str = "", reference: str = "", desk: str = "", scope: str = "") -> Act:
    """The Act of whoever asks. `scope` is what a machine's token must carry; an officer's posting decides by itself."""
    if request.path.startswith("/api/"):
        return machine_act(
            request, at=now(), purpose=purpose or "operations", desk=desk, reference=reference, scope=scope
        )
    return officer_act(request, purpose=purpose, reference=reference)


def scopes_now(request: HttpRequest) -> frozenset[str]:
    return scopes_of(request, now())


def hub_act(request: HttpRequest, *, purpose: str = "", reference: str = "", desk: str = "", scope: str = "") -> Act:
    return system_act(desk or "api")


def officer_act(request: HttpRequest, *, purpose: str = "", reference: str = "") -> Act:
    """The act of the officer who is logged in, at the desk chosen at log-in. Refuses: NotPosted when that posting has ended."""
    at = now()
    return act_under(posting_of(request, at), purpose=purpose, reference=reference, at=at)


def act_again(request: HttpRequest) -> Act:
    """The act of the officer who asked, by his session and his postings as they are now. Refuses: NotAuthenticated, NotPosted."""
    anew = copy(request)
    anew.session = type(request.session)(request.session.session_key)
    anew.user = get_user(anew)
    with once():
        return officer_act(anew)


def act_under(posting: Posting, *, purpose: str = "", reference: str = "", at: datetime | None = None) -> Act:
    """The act of the officer who holds this posting."""
    return Act(
        actor=posting.officer_id,
        agency=posting.desk.office.agency_id,
        role=posting.role,
        desk=posting.desk_id,
        purpose=purpose or usual_purpose(posting),
        basis="UU 6/2011 Ps 9; UU 21/2007 Ps 57",
        reference=reference,
        at=at or now(),
        correlation=uuid4(),
    )


def posting_of(request: HttpRequest, at: datetime) -> Posting:
    """The posting chosen at log-in, still in force; the only one where there is only one."""
    mine = my_postings(request, at)
    chosen = [posting for posting in mine if str(posting.id) == request.session.get("posting")] or (
        mine if len(mine) == 1 else []
    )
    if not chosen:
        raise NotPosted(desk="")
    return chosen[0]


def my_postings(request: HttpRequest, at: datetime | None = None) -> list[Posting]:
    """The seats that the officer who is logged in may take now, read once a request: what a page shows and the frame around it are of one officer.
    Refuses: NotAuthenticated.
    """
    if not request.user.is_authenticated:
        raise NotAuthenticated()
    officer = request.user.id
    return once_a_request(("postings", officer), lambda: postings_of(officer, at or now()))


PURPOSE_OF_KIND = {
    "passport": "passport_application",
    "departure": "departure_screening",
    "kp2mi": "placement_verification",
    "village": "protection",
    "protection": "protection",
    "mission": "protection",
    "oversight": "oversight",
    "review": "identity_review",
    "register": "register_keeping",
    "policy": "policy_keeping",
    "engineering": "operations",
}


def usual_purpose(posting: Posting) -> str:
    return PURPOSE_OF_KIND[posting.desk.kind]
