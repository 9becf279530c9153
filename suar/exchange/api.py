"""Events for an agency's machine: the keys that signed them, the feed, its receipts, and what an event tells of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import AfterValidator, AwareDatetime, Field

from suar.agencies.access import Request
from suar.core.problem import PROBLEMS
from suar.exchange.access.feed import Asked, Fed, feed_for, feed_when_there
from suar.exchange.access.view import view_for
from suar.exchange.actions.acknowledge import acknowledge
from suar.exchange.actions.note_contract import Check, note_contract
from suar.exchange.actions.number import number as take_number
from suar.exchange.queries.events import cloud_event
from suar.exchange.queries.schemas import schema_at
from suar.vault.queries.signing import public_keys

router = Router(tags=["events"])
SCOPE = "events"


class Key(Schema):
    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class Keys(Schema):
    keys: list[Key]


@router.get("/keys", response={200: Keys, **PROBLEMS}, auth=None, operation_id="keys")
def keys(request: HttpRequest) -> dict[str, Any]:
    """Every key with which the hub signs or signed its events, as a JWK Set (RFC 7517): the one that signs now first. Open to everybody."""
    return {"keys": public_keys()}


@router.get("/events/schemas/{type}", response={200: dict[str, Any], **PROBLEMS}, operation_id="event_schema")
def event_schema(request: Request, type: str) -> dict[str, Any]:
    """How an event of this type looks, as a JSON Schema."""
    return schema_at(type, request.act(purpose="operations", scope=SCOPE).at)


class Told(Schema):
    """What every event tells."""

    thing: str
    giver: str
    classes: list[str]
    effect: str


class Event(Schema):
    """CloudEvents 1.0 with the hub's signature: Ed25519 over the canonical form (RFC 8785) of everything but `signature`."""

    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    datacontenttype: str
    dataschema: str
    subject: str = ""
    data: Told
    keyid: str
    signature: str


class Feed(Schema):
    """Ask again with `after` = `next`: at once where there is `more`, else as soon as you like."""

    events: list[Event]
    next: str
    more: bool


class Reading(Schema):
    """`after`: a cursor that was given to you; `since`: an instant; neither: from the beginning. `wait`: so many seconds where nothing is there.
    `standing`: without what a later event has overtaken, to begin with; read on from the same cursor without it.
    """

    after: Annotated[str, Field(max_length=300)] = ""
    since: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    wait: Annotated[int, Field(ge=0, le=20)] = 0
    standing: bool = False


@router.get("/events", response={200: Feed, **PROBLEMS}, operation_id="events")
def events(request: Request, asked: Annotated[Reading, Query()]) -> HttpResponse:
    """What your agency may know of what happened, in order, by the agreements in force at this moment; nothing is gone because it was read."""
    how = Asked(after=asked.after, since=asked.since, limit=asked.limit, standing=asked.standing)
    return written(feed_when_there(partial(ask, request), how, wait_s=asked.wait))


def ask(request: Request, how: Asked) -> Fed:
    """Each look of a long poll asks anew who it is, and what the machine may be told."""
    act = request.act(purpose="operations", scope=SCOPE)
    return feed_for(act, replace(how, types=types_of(request.scopes())))


def types_of(scopes: frozenset[str]) -> frozenset[str] | None:
    """The types that a token is for: all of them by `events`, single ones by `events:TYPE`."""
    if SCOPE in scopes:
        return None
    return frozenset(one.removeprefix(f"{SCOPE}:") for one in scopes if one.startswith(f"{SCOPE}:"))


def written(fed: Fed) -> HttpResponse:
    """The bytes of each event as they were signed."""
    tail = orjson.dumps({"next": fed.next, "more": fed.more})
    return HttpResponse(b'{"events":[' + b",".join(fed.events) + b"]," + tail[1:], content_type="application/json")


class Taken(Schema):
    up_to: Annotated[str, Field(max_length=300)]


class Receipt(Schema):
    """What you have not acknowledged: how many events (counted to 1,000, `more` beyond), and for how long the oldest of them has waited."""

    receipt: UUID
    at: datetime
    waiting: int
    more: bool
    behind_s: int


@router.post("/events/acknowledgements", response={201: Receipt, **PROBLEMS}, operation_id="acknowledge_events")
def acknowledgements(request: Request, taken: Taken) -> tuple[int, dict[str, Any]]:
    """Say that your agency has taken over everything up to this cursor. The receipt is kept for good."""
    kept = acknowledge(taken.up_to, act=request.act(purpose="operations", scope=SCOPE))
    behind = int((kept.at - kept.oldest).total_seconds()) if kept.oldest else 0
    return 201, {
        "receipt": kept.id,
        "at": kept.at,
        "waiting": kept.waiting,
        "more": kept.more,
        "behind_s": max(0, behind),
    }


class Viewed(Schema):
    """By class and field what the event tells of; what your agreement does not list for this purpose is not there."""

    id: str
    type: str
    time: datetime
    thing: str
    subject: str = ""
    purpose: str
    values: dict[str, dict[str, Any]]


@router.get("/events/{id}/view", response={200: Viewed, **PROBLEMS}, operation_id="view_event")
def view(request: Request, id: str, purpose: Annotated[str, Query(max_length=40)]) -> dict[str, Any]:
    """Read the values behind one event, for a purpose of your agreement. Every reading, and every refusal, is written into the log."""
    act = request.act(purpose=purpose, reference=f"event {id[:32]}", scope=SCOPE)
    found = view_for(act, id, types=types_of(request.scopes()))
    told = cloud_event(found.row, act.agency)
    return {
        "id": id, "type": told["type"], "time": told["time"], "thing": told["data"]["thing"], "subject": told.get("subject", ""),
        "purpose": purpose, "values": found.values,
    }  # fmt: skip


MOST_CHECKS = 100
#: The name of a check in words: a number of a person is longer than four digits, and has no place in one.
CHECK = re.compile(r"[A-Za-z ,.'()/-]*([0-9]{1,4}[A-Za-z ,.'()/-]+)*[0-9]{0,4}")


def plain(name: str) -> str:
    if not CHECK.fullmatch(name):
        raise ValueError("a check is named in plain words")
    return name


class ContractCheck(Schema):
    check: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(plain)]
    holds: bool


class ContractReport(Schema):
    """What `suar-client check-feed` or `check-receiver` found; `kit` is the version of what ran it."""

    kind: Literal["feed", "receiver"]
    kit: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]{1,40}$")]
    checks: Annotated[list[ContractCheck], Field(min_length=1, max_length=MOST_CHECKS)]


class ContractKept(Schema):
    report: UUID
    at: datetime


@router.post("/contract-tests", response={201: ContractKept, **PROBLEMS}, operation_id="report_contract_test")
def contract_tests(request: Request, told: ContractReport) -> tuple[int, dict[str, Any]]:
    """Keep the report of a conformance run, so that it stands on the integration console with its date and what failed."""
    act = request.act(purpose="operations", scope=SCOPE)
    checks = [Check(check=one.check, holds=one.holds) for one in told.checks]
    return 201, {"report": note_contract(told.kind, told.kit, checks, act=act), "at": act.at}


class Numbered(Schema):
    """The number under which you keep what the event told of."""

    number: Annotated[str, Field(max_length=80)]


class Kept(Schema):
    id: str
    number: str


@router.post("/events/{id}/number", response={201: Kept, **PROBLEMS}, operation_id="number_event")
def number(
    request: Request, id: str, told: Numbered, purpose: Annotated[str, Query(max_length=40)]
) -> tuple[int, dict[str, Any]]:
    """Say under which number of your own you keep what an event told of: whoever handed it over waits for it. The same number again changes
    nothing, another one is refused.
    """
    act = request.act(purpose=purpose, reference=f"event {id[:32]}", scope=SCOPE)
    take_number(id, told.number, types=types_of(request.scopes()), act=act)
    return 201, {"id": id, "number": told.number}
