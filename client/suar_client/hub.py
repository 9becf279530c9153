"""Asking the hub over HTTP: a token when one is needed, patience where the hub asks for it, one clear error where it refuses."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from .keys import line
from .signing import ASSERTION_TYPE, Keys, assertion, private_key

TRIES = 6
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
EARLIER_S = 30.0  # a token is renewed before it ends


class Refused(Exception):
    """The hub said no (RFC 9457). `code` is stable; asking again in the same way helps nothing."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.code, self.problem = status, str(problem.get("code", "")), dict(problem)
        super().__init__(f"{status} {self.code}: {problem.get('detail') or problem.get('title') or ''}".strip())


class Unavailable(Exception):
    """Nobody answered, though asked several times. Nothing is known of what was asked: never take it for a no."""


@dataclass(slots=True)
class Hub:
    """One agency's machine at one hub. `base`: the hub's address; `client`: the id the hub gave; `key`: our private key's file (PEM);
    `origin`: the address by which the hub calls itself, where we reach it by another. `certificate`, `certificate_key`: what we show on the line
    (PEM), where the hub binds our tokens to it (RFC 8705); `authority`: by which the hub's own certificate is proved, if by no public one.
    """

    base: str
    client: str
    key: Path
    origin: str = ""
    timeout_s: float = 30.0
    tries: int = TRIES
    certificate: Path | None = None
    certificate_key: Path | None = None
    authority: Path | None = None
    sleep: Callable[[float], None] = time.sleep
    http: httpx.Client = field(init=False)
    keys: Keys = field(init=False)
    _token: str = field(init=False, default="")
    _until: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base.rstrip("/"), timeout=self.timeout_s, verify=self.trust())
        self.keys = Keys(lambda: self.get("/api/v1/keys", known=False))

    def trust(self) -> ssl.SSLContext | bool:
        told = (self.certificate, self.certificate_key, self.authority)
        return line(*told) if any(told) else True

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, *, known: bool = True, **params: Any) -> dict[str, Any]:
        return self.ask(
            "GET", path, known=known, params={name: value for name, value in params.items() if value not in ("", None)}
        )

    def screen(self, question: Mapping[str, Any], *, key: str = "") -> dict[str, Any]:
        """An advice about one traveller (DESIGN 8). The same `key` gives the same answer, so a question may be repeated."""
        return self.ask("POST", "/api/v1/screenings", json=question, headers={"Idempotency-Key": key or str(uuid4())})

    def verify(
        self, what: str, number: str, *, purpose: str = "placement_verification", reference: str = ""
    ) -> dict[str, Any]:
        """A `placement`, `e_pmi` or `passport` verified at the agency that gave it. `outcome` "not_available" says nothing of the number."""
        told = {"what": what, "number": number, "purpose": purpose, "reference": reference}
        return self.ask("POST", "/api/v1/verifications", json=told)

    def events(
        self, *, after: str = "", since: str = "", limit: int = 100, wait: int = 0, standing: bool = False
    ) -> dict[str, Any]:
        """A page of what we may know: {"events", "next", "more"}. `wait`: seconds to wait for something to happen; `standing`: without what
        a later event has overtaken, to begin with.
        """
        told = "true" if standing else ""
        return self.get("/api/v1/events", after=after, since=since, limit=limit, wait=wait, standing=told)

    def view(self, event: str, purpose: str) -> dict[str, Any]:
        """The values behind an event, as far as our agreement lists fields for this purpose. The hub keeps that we looked."""
        return self.get(f"/api/v1/events/{event}/view", purpose=purpose)

    def number(self, event: str, number: str, purpose: str) -> dict[str, Any]:
        """Say under which number of our own we keep what an event told of; whoever handed it over is shown it. The same again changes nothing."""
        path = f"/api/v1/events/{event}/number"
        return self.ask("POST", path, params={"purpose": purpose}, json={"number": number})

    def acknowledge(self, cursor: str) -> dict[str, Any]:
        """Say that everything up to here is kept at our side."""
        return self.ask("POST", "/api/v1/events/acknowledgements", json={"up_to": cursor})

    def report(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Give the hub what a conformance run of ours found, so that its engineers see it with its date."""
        return self.ask("POST", "/api/v1/contract-tests", json=dict(told))

    def ask(self, method: str, path: str, *, known: bool = True, **said: Any) -> dict[str, Any]:
        """One answer. Asked again after a pause where nobody answers, the hub is not well, or says 429; with a fresh token where ours has
        ended. Raises Refused, Unavailable.
        """
        renewed, pause, why = False, FIRST_PAUSE_S, ""
        headers = dict(said.pop("headers", {}))
        for _ in range(self.tries):
            try:
                if known:
                    headers["Authorization"] = f"Bearer {self.token()}"
                answer = self.http.request(method, path, headers=headers, **said)
            except httpx.TransportError as error:
                why, wait = type(error).__name__, pause
            else:
                if (told := object_in(answer)) is not None:
                    return told
                if answer.status_code == 401 and known and not renewed:
                    renewed, self._token = True, ""
                    continue
                if not answer.is_success and answer.status_code != 429 and answer.status_code < 500:
                    raise Refused(answer.status_code, problem_of(answer))
                why, wait = str(answer.status_code), asked_for(answer, pause)
            self.sleep(wait * random.uniform(0.8, 1.2))  # so that all of an agency's machines do not come back at once
            pause = min(2 * pause, LONGEST_PAUSE_S)
        raise Unavailable(f"{method} {path}: {why}, asked {self.tries} times")

    def token(self) -> str:
        """A token in force (RFC 6749 4.4 by RFC 7523). Raises Refused, httpx.TransportError."""
        if self._token and time.monotonic() < self._until - EARLIER_S:
            return self._token
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(
                self.client, f"{(self.origin or self.base).rstrip('/')}/api/v1/token", private_key(self.key)
            ),
        }
        answer = self.http.post("/api/v1/token", data=form)
        if not answer.is_success:
            raise Refused(answer.status_code, problem_of(answer))
        told = answer.json()
        self._token, self._until = str(told["access_token"]), time.monotonic() + float(told["expires_in"])
        return self._token


def object_in(answer: httpx.Response) -> dict[str, Any] | None:
    """What was answered; None where it was no success, or arrived as something that the hub never says."""
    try:
        told = answer.json() if answer.is_success else None
    except ValueError:
        told = None
    return told if isinstance(told, dict) else None


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"title": answer.text[:200]}


def asked_for(answer: httpx.Response, pause: float) -> float:
    """How long the hub asks us to wait (Retry-After in seconds); at most half a minute of ours."""
    try:
        return min(max(float(answer.headers.get("Retry-After", "")), 0.1), LONGEST_PAUSE_S)
    except ValueError:
        return pause
