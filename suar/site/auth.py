"""The door of the house: who is it, and under which posting does he act. Here, and only here, an Act is made and the clock is read."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from suar.agencies.access import DoorShut, NotPosted
from suar.agencies.actions import give_pass, use_assertion
from suar.agencies.models import Client, Pass, Posting
from suar.agencies.queries import Held, client_in_force, pass_of, postings_of
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.policies.queries import once, once_a_request
from suar.site.pace import DESKS, pace
from suar.vault.queries import derived_id

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PASS_LIFE = timedelta(minutes=10)
SKEW = timedelta(seconds=300)


class NotAuthenticated(Refusal):
    """No valid token."""

    code = "auth.needed"
    status = 401


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
        request.system = partial(hub_act, request)  # type: ignore[attr-defined]
        request.scopes = partial(scopes_of, request)  # type: ignore[attr-defined]
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
        return machine_act(request, purpose=purpose or "operations", desk=desk, reference=reference, scope=scope)
    return officer_act(request, purpose=purpose, reference=reference)


def hub_act(request: HttpRequest, *, purpose: str = "", reference: str = "", desk: str = "", scope: str = "") -> Act:
    return system_act(desk or "api")


def officer_act(request: HttpRequest, *, purpose: str = "", reference: str = "") -> Act:
    """The act of the officer who is logged in, at the desk chosen at log-in. Refuses: NotPosted when that posting has ended."""
    at = now()
    return act_under(posting_of(request, at), purpose=purpose, reference=reference, at=at)


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
    if not request.user.is_authenticated:
        raise NotAuthenticated()
    mine = postings_of(request.user.id, at)
    chosen = [posting for posting in mine if str(posting.id) == request.session.get("posting")] or (
        mine if len(mine) == 1 else []
    )
    if not chosen:
        raise NotPosted(desk="")
    return chosen[0]


def my_postings(request: HttpRequest) -> list[Posting]:
    """The seats that the officer who is logged in may take now. Refuses: NotAuthenticated."""
    if not request.user.is_authenticated:
        raise NotAuthenticated()
    return postings_of(request.user.id, now())


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


def machine_act(request: HttpRequest, *, purpose: str, desk: str = "", reference: str = "", scope: str = "") -> Act:
    """The act of an agency's machine that shows a bearer token. `scope` opens to a token that carries it, or a part of it: `events` to
    `events:record.accepted`. Refuses: NotAuthenticated; DoorShut without the scope.
    """
    at = now()
    held = held_by(request, at)
    if scope and not any(one == scope or one.startswith(f"{scope}:") for one in held.scopes):
        raise DoorShut(door=scope)
    return Act(
        actor=derived_id("client", held.client),
        agency=held.agency,
        role="machine",
        desk=desk,
        purpose=purpose,
        basis="UU 6/2011 Ps 9; UU 21/2007 Ps 57",
        reference=reference,
        at=at,
        correlation=uuid4(),
    )


def held_by(request: HttpRequest, at: datetime) -> Held:
    """The token that a machine shows, in force. Refuses: NotAuthenticated."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    digest = hashlib.sha256(token.encode()).hexdigest()
    held = once_a_request(("pass", digest), lambda: pass_of(digest, at))  # the door and the endpoint behind it both ask
    if kind.lower() != "bearer" or held is None:
        raise NotAuthenticated()
    if request.META.get("suar.account", held.agency) != held.agency:  # asked over NATS, in another agency's account
        raise NotAuthenticated()
    return held


def scopes_of(request: HttpRequest) -> frozenset[str]:
    return frozenset(held_by(request, now()).scopes)


class BadAssertion(Refusal):
    """The client assertion is not one that we can take (RFC 7523 section 3)."""

    code = "auth.assertion"
    status = 401


@transaction.atomic(durable=True)
def issue_pass(form: dict[str, Any], *, audience: str) -> tuple[str, Pass]:
    """Take a client assertion once and give a short-lived token. Refuses: BadAssertion, alike for every reason."""
    at = now()
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
        raise BadAssertion()
    claims = read_assertion(str(form.get("client_assertion", "")), audience, at)
    client: Client = claims["client"]
    wanted = set(str(form.get("scope", "")).split()) or set(client.scopes)
    used = hashlib.sha256(f"{client.id} {claims['jti']}".encode()).hexdigest()
    fresh = use_assertion(used, until=at + PASS_LIFE + SKEW)
    if not fresh or not wanted <= set(client.scopes):
        raise BadAssertion()
    token = secrets.token_urlsafe(32)
    held = give_pass(hashlib.sha256(token.encode()).hexdigest(), client, sorted(wanted), until=at + PASS_LIFE, at=at)
    return token, held


def read_assertion(token: str, audience: str, at: datetime) -> dict[str, Any]:
    """The verified claims of a client assertion and its client. Ed25519 only; the key comes from our row, never from the token."""
    try:
        unverified = jwt_claims(token)
        client = client_in_force(str(unverified.get("sub", "")), at)
        if client is None:
            raise BadAssertion()
        claims = dict(jwt.decode(token, OKPKey.import_key(client.public_key), algorithms=["EdDSA", "Ed25519"]).claims)
    except (JoseError, LookupError, TypeError, ValueError) as error:
        raise BadAssertion() from error
    moment = at.timestamp()
    good = (
        claims.get("iss") == claims.get("sub") == client.id
        and audience in ([claims["aud"]] if isinstance(claims.get("aud"), str) else claims.get("aud") or [])
        and isinstance(claims.get("jti"), str)
        and isinstance(claims.get("exp"), int)
        and moment - SKEW.total_seconds() < claims["exp"] <= moment + PASS_LIFE.total_seconds() + SKEW.total_seconds()
    )
    if not good:
        raise BadAssertion()
    return claims | {"client": client}


def jwt_claims(token: str) -> dict[str, Any]:
    """What a token says of itself, unverified: only to find whose key must verify it."""
    import base64
    import json

    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if not isinstance(claims, dict):
        raise ValueError("claims")
    return claims
