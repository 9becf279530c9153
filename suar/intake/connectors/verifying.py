"""One number put to an agency's own system: what it holds under it, in the system's own format, read as intake reads its rows.

Whatever is not plainly the row of that number, or plainly its "there is none", is a fault: an outage is never a "no" (DOMAIN 0.9).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from suar.core.standard.fields import Standard
from suar.core.standard.mapping import SourceMapping
from suar.core.standard.reading import read_record
from suar.core.standard.record import Value
from suar.intake.connectors.http import inside
from suar.intake.connectors.line import Question, Replied, put

FOUND, ABSENT, SILENT = "found", "not_found", "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the source holds under a number. `outcome`: found | not_found | not_available; `fault` says why it is not available."""

    outcome: str
    values: Mapping[str, Value] = field(default_factory=dict)
    fault: str = ""


def silence(fault: str) -> Held:
    return Held(outcome=SILENT, fault=fault)


_tokens: dict[str, tuple[str, float]] = {}  # where a token was given -> it, and until when it is used
_tokens_lock = threading.Lock()
EARLIER_S = 30.0


def ask_number(
    number: str, what: str, address: Mapping[str, Any], mapping: SourceMapping, standard: Standard, *, seconds: float
) -> tuple[Held, str]:
    """Ask within the time, a token included. Never raises for what the service does wrong."""
    until, words = time.monotonic() + seconds, mapping.reach["asks"][what]
    try:
        replied = put(question(number, words, address, mapping, until), seconds=until - time.monotonic())
        if replied.status == 401 and mapping.reach["auth"]["style"] == "oauth2":
            _tokens.pop(str(address["base"]), None)  # it ended before its time: the system was started anew
            replied = put(question(number, words, address, mapping, until), seconds=until - time.monotonic())
        held = understood(replied, number, words, mapping, standard)
    except TimeoutError:
        held = silence("source.timeout")
    except (OSError, HTTPException):
        held = silence("source.unreachable")
    except (ValueError, KeyError, TypeError):  # a token's answer that is none
        held = silence("source.answer")
    return held, held.fault


def question(
    number: str, words: Mapping[str, Any], address: Mapping[str, Any], mapping: SourceMapping, until: float
) -> Question:
    path = str(words["path"]).replace("{number}", quote(number, safe=""))
    params = {name: str(value).replace("{number}", number) for name, value in words.get("params", {}).items()}
    asked = f"{address['base']}{path}" + (f"?{urlencode(params)}" if params else "")
    return Question(address=asked, headers={"Accept": "application/json"} | headers(address, mapping, until))


def headers(address: Mapping[str, Any], mapping: SourceMapping, until: float) -> dict[str, str]:
    """As the source's mapping says that it is logged in to; the same words as for its pulls."""
    auth = mapping.reach["auth"]
    if auth["style"] == "api_key":
        return {str(auth["header"]): str(address[auth.get("key", "api_key")])}
    if auth["style"] == "oauth2":
        return {"Authorization": f"Bearer {token(address, auth, until)}"}
    return {}


def token(address: Mapping[str, Any], auth: Mapping[str, Any], until: float) -> str:
    """RFC 6749 section 4.4; kept for as long as the server said."""
    place = str(address["base"])
    with _tokens_lock:
        held = _tokens.get(place)
    if held and time.monotonic() < held[1]:
        return held[0]
    form = {
        "grant_type": "client_credentials",
        "client_id": address["client_id"],
        "client_secret": address["client_secret"],
    }
    asked = Question(
        address=place + str(auth["token_path"]), method="POST", body=urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    replied = put(asked, seconds=until - time.monotonic())
    told = json.loads(replied.body)
    made = str(told["access_token"])
    with _tokens_lock:
        _tokens[place] = made, time.monotonic() + max(0.0, float(told.get("expires_in", 60)) - EARLIER_S)
    return made


def understood(
    replied: Replied, number: str, words: Mapping[str, Any], mapping: SourceMapping, standard: Standard
) -> Held:
    """The row of that number, or the system's own "there is none"; anything else is no answer."""
    if replied.status in (401, 403):
        return silence("source.refused")
    if replied.status >= 500:
        return silence("source.unreachable")
    try:
        said = json.loads(replied.body)
    except ValueError:
        return silence("source.answer")
    absent = words["absent"]
    if replied.status == int(absent["status"]) and inside(said, absent["at"]) == absent["is"]:
        return Held(outcome=ABSENT)
    row = inside(said, words["record"]) if words.get("record") else said
    if replied.status != 200 or not isinstance(row, dict):
        return silence("source.answer")
    return held_of(row, number, words, mapping, standard)


def held_of(
    row: Mapping[str, Any], number: str, words: Mapping[str, Any], mapping: SourceMapping, standard: Standard
) -> Held:
    kind = mapping.kinds[words["table"]]
    read = read_record(row, kind, standard)
    if not read.ok or read.get().record_id != number:  # unreadable, or the row of somebody else
        return silence("source.answer")
    record = read.get()
    return Held(outcome=ABSENT) if record.withdrawn else Held(outcome=FOUND, values=record.values)
