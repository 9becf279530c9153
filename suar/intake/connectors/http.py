"""Asking an agency's server over HTTP: authentication, patience, and one clear fault when it does not answer as it should."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from suar.intake.connectors.sending import Unreadable

TRIES = 3
PAUSES_S = (0.2, 1.0)
LARGEST = 64 * 2**20
PATIENCE_S = 15.0
AHEAD_S = (
    300  # as far as a signature's time may be off (SECURITY T07); past it a source states what has not happened yet
)


class Unreachable(Exception):
    """The source did not answer, or not with what it promises. `code` is a fault for source health, never a statement about anybody."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


class Client:
    """One source's server for one run. `address` holds its base and credentials (`.suar/sources.json`, mode 0600), `auth` the policy's words.

    `clock` is the house's; where it is given, a source whose own clock runs ahead of it is not listened to. `gone` says, once a run has
    found the whole server away, which fault that was: its other streams need not be tried one after another.
    """

    def __init__(
        self,
        address: Mapping[str, Any],
        auth: Mapping[str, Any],
        *,
        timeout_s: float = PATIENCE_S,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.address, self.auth, self.clock, self.gone = address, auth, clock, ""
        self._http = httpx.Client(
            base_url=str(address["base"]), timeout=timeout_s, follow_redirects=False, trust_env=False
        )
        self._token = ""

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, base: str = "") -> httpx.Response:
        """A good answer, or Unreachable after a few tries with pauses; a token that ended is asked for anew once.

        Raises Unreadable where the answer began well and its end never came.
        """
        problem = Unreachable("source.unreachable")
        for attempt in range(TRIES):
            if attempt:
                time.sleep(PAUSES_S[min(attempt - 1, len(PAUSES_S) - 1)])
            try:
                answer = self._ask((base or "") + path, params)
            except httpx.TimeoutException:
                problem = Unreachable("source.timeout")
                continue
            except httpx.HTTPError as error:
                problem = Unreachable("source.unreachable", what=type(error).__name__)
                continue
            if answer.status_code == 401 and self.auth.get("style") == "oauth2" and attempt == 0:
                self._token = ""
                continue
            if answer.status_code in {401, 403}:
                raise Unreachable("source.refused", status=answer.status_code)
            if answer.status_code == 429 or answer.status_code >= 500:
                problem = Unreachable("source.failing", status=answer.status_code)
                continue
            if answer.status_code != 200:
                raise Unreachable("source.answer", status=answer.status_code)
            if len(answer.content) > LARGEST:
                raise Unreachable("source.too_large", size=len(answer.content))
            self._compare_clocks(answer)
            return answer
        raise problem

    def _ask(self, path: str, params: Mapping[str, Any] | None) -> httpx.Response:
        """A link given by the source is followed as it stands: empty parameters would take its own away."""
        request = self._http.build_request(
            "GET", path, params=dict(params) if params else None, headers=self._headers()
        )
        answer = self._http.send(request, stream=True)
        try:
            answer.read()
        except httpx.RemoteProtocolError as error:
            raise Unreadable("sending.cut_off", size=answer.num_bytes_downloaded) from error
        finally:
            answer.close()
        return answer

    def _compare_clocks(self, answer: httpx.Response) -> None:
        """A source ahead of us states times that have not come, and asked "since when" later it would leave out what it then still had to
        tell. It is not read until its clock is right; one that is behind harms nobody, since it is asked by its own clock.
        """
        if self.clock is None:
            return
        try:
            ahead = (parsedate_to_datetime(answer.headers["Date"]) - self.clock()).total_seconds()
        except (KeyError, ValueError, TypeError):
            return
        if ahead > AHEAD_S:
            raise Unreachable("source.clock", seconds=int(ahead))

    def _headers(self) -> dict[str, str]:
        style = self.auth.get("style", "none")
        if style == "oauth2":
            return {"Authorization": f"Bearer {self._token or self._ask_token()}"}
        if style == "api_key":
            return {str(self.auth["header"]): str(self.address[self.auth.get("key", "api_key")])}
        if style == "basic":
            pair = f"{self.address[self.auth.get('user', 'user')]}:{self.address[self.auth.get('secret', 'password')]}"
            return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        if style == "bearer":
            return {"Authorization": f"Bearer {self.address[self.auth.get('key', 'token')]}"}
        return {}

    def _ask_token(self) -> str:
        """RFC 6749 section 4.4, client credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.address["client_id"],
            "client_secret": self.address["client_secret"],
        }
        try:
            answer = self._http.post(str(self.auth["token_path"]), data=form)
            if answer.status_code in {400, 401, 403}:
                raise Unreachable("source.refused", status=answer.status_code)
            answer.raise_for_status()
            self._token = str(answer.json()["access_token"])
        except httpx.TimeoutException as error:
            raise Unreachable("source.timeout") from error
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Unreachable("source.unreachable", what=type(error).__name__) from error
        return self._token


def member(body: bytes, path: str) -> Any:
    """A value of a JSON answer at a dotted path, None where it is not there. Raises Unreachable when the answer is no JSON."""
    return inside(parsed(body), path)


def parsed(body: bytes) -> Any:
    """The JSON of an answer. Raises Unreachable when it is none."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise Unreachable("source.answer", what="not JSON") from error


def inside(value: Any, path: str) -> Any:
    """What stands at a dotted path of a parsed answer, None where nothing does."""
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value
