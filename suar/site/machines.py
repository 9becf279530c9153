"""How an agency's machine proves who it is: by an assertion that it signed it gets a token, and shows it over the line and from the network that its
terms name (RFC 7523, RFC 8705, decision 0036). Whatever is wrong is refused alike; what it was stands in the log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from suar.agencies.access import DoorShut
from suar.agencies.actions.passes import give_pass, use_assertion
from suar.agencies.actions.quota import purse
from suar.agencies.models import Client, Pass
from suar.agencies.queries.machines import Held, Proposal, client_in_force, held_by, pass_of, pass_question
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.core.machine import WINDOW, Peer, covers, in_time, inside, peer_of
from suar.policies.queries import in_force, in_force_question, once_a_request
from suar.vault.queries import derived_id
from suar.vault.queries.prepared import at_once

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PASS_LIFE = timedelta(minutes=10)
LONGEST_JTI = 200
AUTHORITY = "UU 6/2011 Ps 9; UU 21/2007 Ps 57"


class NotAuthenticated(Refusal):
    """No valid token."""

    code = "auth.needed"
    status = 401


class BadAssertion(Refusal):
    """The client assertion is not one that we can take (RFC 7523 section 3)."""

    code = "auth.assertion"
    status = 401


def peer(request: HttpRequest) -> Peer:
    """Who is at the other end of the line. A header is believed only of the addresses that the settings name."""
    return peer_of(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        request.headers.get(settings.CERTIFICATE_HEADER, ""),
        settings.PROXIES,
    )


def machine_act(
    request: HttpRequest, *, at: datetime, purpose: str, desk: str = "", reference: str = "", scope: str = ""
) -> Act:
    """The act of an agency's machine that shows a bearer token. `scope` opens to a token that carries it, or a part of it: `events` to
    `events:record.accepted`. Refuses: NotAuthenticated; DoorShut without the scope.
    """
    held = shown(request, at)
    if scope and not any(one == scope or one.startswith(f"{scope}:") for one in held.scopes):
        raise DoorShut(door=scope)
    return act_as(held.client, held.agency, at, purpose=purpose, desk=desk, reference=reference)


def act_as(client: str, agency: str, at: datetime, *, purpose: str, desk: str = "", reference: str = "") -> Act:
    return Act(
        actor=derived_id("client", client), agency=agency, role="machine", desk=desk, purpose=purpose, basis=AUTHORITY,
        reference=reference, at=at, correlation=uuid4(),
    )  # fmt: skip


def shown(request: HttpRequest, at: datetime) -> Held:
    """The token that a machine shows, in force and shown as it must be. Refuses: NotAuthenticated."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise NotAuthenticated()
    digest = hashlib.sha256(token.encode()).hexdigest()  # the door and the endpoint behind it both ask
    held = once_a_request(("pass", digest), lambda: checked(digest, peer(request), at))
    if request.META.get("suar.account", held.agency) != held.agency:  # asked over NATS, in another agency's account
        raise NotAuthenticated()
    return held


def checked(digest: str, there: Peer, at: datetime) -> Held:
    with at_once(pass_question(digest, at), in_force_question(at)):  # the quotas of its machine are policy's
        held = pass_of(digest, at)
        in_force(at)
    if held is None:
        raise NotAuthenticated()
    why = misplaced(held.networks, there)
    if (held.bound or held.thumbprint) and not (held.thumbprint and held.thumbprint == there.thumbprint):
        why = why or "certificate"
    if why:
        noted.write(digest, held.client, held.agency, why, there, at)
        raise NotAuthenticated()
    return held


def misplaced(networks: Iterable[str], there: Peer) -> str:
    known = list(networks)
    return "network" if known and not inside(there.address, known) else ""


def scopes_of(request: HttpRequest, at: datetime) -> frozenset[str]:
    return frozenset(shown(request, at).scopes)


def pay(request: HttpRequest, at: datetime, questions: tuple[str, ...]) -> None:
    """Count one request of this machine: a question at a desk has a quota of its own. Refuses: NotAuthenticated, QuotaSpent."""
    kind = (
        "questions_a_minute" if request.method == "POST" and request.path.startswith(questions) else "requests_a_minute"
    )
    purse.pay(derived_id("client", shown(request, at).client), kind, at)


class Noted:
    """What a known machine was refused for, in the log: a token or key in wrong hands shows there. Once a minute for each, so that whoever
    found one cannot fill the log with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], datetime] = {}

    def write(self, what: str, client: str, agency: str, why: str, there: Peer, at: datetime) -> None:
        with self._lock:
            self._last = {key: then for key, then in self._last.items() if abs(at - then) < timedelta(minutes=1)}
            if (what, why) in self._last:
                return
            self._last[what, why] = at
        act = act_as(client, agency, at, purpose="operations")
        append(
            "machine.refused", act, alone=True, about=[act.actor], machine=client, why=why, address=there.address[:60]
        )


noted = Noted()


# Tokens ------------------------------------------------------------------------------------------------------------------------------------


def issue_pass(form: dict[str, Any], there: Peer, *, audience: str, at: datetime) -> tuple[str, Pass]:
    """Take a client assertion once and give a short-lived token. Refuses: BadAssertion, alike for every reason; QuotaSpent."""
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
        raise BadAssertion()
    claims, client, key = read_assertion(str(form.get("client_assertion", "")), audience, at)
    wanted = str(form.get("scope", "")).split() or list(client.scopes)
    certificate = certificate_of(client, there, at)
    why = misplaced(client.networks, there) or ("certificate" if client.bound and certificate is None else "")
    if why:
        noted.write(f"assertion {client.id}", client.id, client.agency_id, why, there, at)
        raise BadAssertion()
    if not all(any(covers(it, one) for it in client.scopes) for one in wanted):
        raise BadAssertion()
    purse.pay(derived_id("client", client.id), "requests_a_minute", at)
    return write_down(client, key, certificate, wanted, str(claims["jti"]), at)


def certificate_of(client: Client, there: Peer, at: datetime) -> Proposal | None:
    """The certificate with which the line was opened, if it is one of the machine's."""
    if not there.thumbprint:
        return None
    return next((one for one in held_by(client, "certificate", at) if one.thumbprint == there.thumbprint), None)


@transaction.atomic(durable=True)
def write_down(
    client: Client, key: Proposal, certificate: Proposal | None, wanted: Iterable[str], jti: str, at: datetime
) -> tuple[str, Pass]:
    used = hashlib.sha256(f"{client.id} {jti}".encode()).hexdigest()
    if not use_assertion(used, until=at + 2 * WINDOW):
        raise BadAssertion()
    token = secrets.token_urlsafe(32)
    held = give_pass(
        hashlib.sha256(token.encode()).hexdigest(), client, sorted(set(wanted)), key=key.id,
        certificate=certificate.id if certificate else None, until=at + PASS_LIFE, at=at,
    )  # fmt: skip
    return token, held


def read_assertion(token: str, audience: str, at: datetime) -> tuple[dict[str, Any], Client, Proposal]:
    """The verified claims of a client assertion, its machine, and the key that signed it. Ed25519 only; the key comes from our row, never from
    the token.
    """
    try:
        client = client_in_force(str(unverified(token).get("sub", "")), at)
    except (LookupError, TypeError, ValueError) as error:
        raise BadAssertion() from error
    for key in held_by(client, "key", at) if client else []:
        try:
            claims = dict(jwt.decode(token, OKPKey.import_key(dict(key.body)), algorithms=["EdDSA", "Ed25519"]).claims)
        except (JoseError, LookupError, TypeError, ValueError):
            continue
        if client and good(claims, client.id, audience, at):
            return claims, client, key
    raise BadAssertion()


def good(claims: dict[str, Any], client: str, audience: str, at: datetime) -> bool:
    told, jti = claims.get("aud"), claims.get("jti")
    return (
        claims.get("iss") == claims.get("sub") == client
        and audience in ([told] if isinstance(told, str) else told if isinstance(told, list) else [])
        and isinstance(jti, str)
        and 0 < len(jti) <= LONGEST_JTI
        and in_time(claims, at)
    )


def unverified(token: str) -> dict[str, Any]:
    """What a token says of itself: only to find whose key must verify it."""
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if not isinstance(claims, dict):
        raise ValueError("claims")
    return claims
