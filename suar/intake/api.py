"""Source health, batches and receipts over HTTP, and the door for agencies that push."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from suar.agencies.access import Request
from suar.core.errors import NotFound
from suar.core.problem import PROBLEMS
from suar.intake.access import asked_for, health_for, report_for
from suar.intake.access.alive import as_told
from suar.intake.actions.push import BadSignature, Delivery, TooMuchWaiting, key_of, take_delivery, verify
from suar.intake.jobs.pull import addresses
from suar.intake.pages.alive import KEPT_S, seen_by
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import quarantined
from suar.intake.queries.verifying import verify_number

router = Router(tags=["intake"])


class Health(Schema):
    source: str
    agency: str
    state: str
    as_of: str
    age_s: int
    lag_s: int | None
    last_good: str
    last_fault_code: str
    counts: dict[str, int]
    coverage: list[dict[str, Any]]


class Asked(Schema):
    """How a source that is asked while somebody waits is doing. `state`: closed (it is asked), open (it failed so often that it is left alone
    until `until`), half_open (the next question looks whether it is back).
    """

    source: str
    state: str
    faults: int
    fault: str
    opened_at: datetime | None
    until: datetime | None


class HealthPage(Schema):
    at: str
    sources: list[Health]
    asked: list[Asked] = []


@router.get("/sources", response={200: HealthPage, **PROBLEMS}, operation_id="source_health")
def health(request: Request) -> dict[str, Any]:
    """Per source and per kabupaten: fresh, stale, unreachable or not_covering, its age, lag and counts."""
    act = request.act(purpose="operations", scope="health")
    return {"at": act.at.isoformat(), "sources": health_for(act), "asked": asked_for(act)}


class ToVerify(Schema):
    """What: `placement`, `e_pmi` or `passport`. `purpose`: of your agreement; `reference`: the case that justifies the look."""

    what: Annotated[str, Field(max_length=40)]
    number: Annotated[str, Field(max_length=60)]
    purpose: Annotated[str, Field(max_length=40)] = "placement_verification"
    reference: Annotated[str, Field(max_length=80)] = ""


class VerifiedAnswer(Schema):
    """`outcome`: found, not_found, or not_available with its `fault`: then nothing is known, least of all that there is none. `valid`: whether
    what was found holds today; null where that is not known or not agreed upon.
    """

    what: str
    source: str
    outcome: str
    valid: bool | None
    values: dict[str, Any]
    fault: str
    at: datetime


@router.post("/verifications", response={200: VerifiedAnswer, **PROBLEMS}, operation_id="verify")
def verifications(request: Request, told: ToVerify) -> dict[str, Any]:
    """Verify a number at the agency that gave it, in its own system, at this moment. Nothing that it says is kept."""
    act = request.act(purpose=told.purpose, reference=told.reference, scope="screening")
    found = verify_number(told.what, told.number, addresses(), act=act)
    return asdict(found)


class Day(Schema):
    """`not_seen`: nobody looked that day. `fresh_permille`: of the time that was seen."""

    day: date
    state: Literal["alive", "late", "silent", "not_seen"]
    fresh_permille: int | None


class Districts(Schema):
    """Kabupaten and kota for which the source speaks; null where the number, or the rest, is below ten and not nought."""

    covered: int | None
    all: int


class AliveSource(Schema):
    """`not_connected`: never heard, which says nothing about any permit or person; nor does `late` or `silent`."""

    source: str
    agency: str
    name: dict[str, str]
    state: Literal["alive", "late", "silent", "not_connected"]
    since: datetime | None
    rhythm_minutes: int
    late_after_minutes: int
    uptime_30d_permille: int | None = Field(
        description="Thousandths of the seen time in which the source kept its promise."
    )
    seen_30d_s: int = Field(description="Seconds of the last 30 days in which somebody looked.")
    districts: Districts
    days: list[Day]


class AlivePage(Schema):
    at: datetime
    sources: list[AliveSource]


@router.get("/alive", response={200: AlivePage, **PROBLEMS}, auth=None, operation_id="alive")
def alive(request: Request, response: HttpResponse) -> dict[str, Any]:
    """Is the integration alive? Open to everybody, at most once a second from one address. A feed that is missing never means that a permit is."""
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return as_told(seen_by(request))


class FaultRow(Schema):
    position: int
    kind: str
    quarantined: bool
    faults: list[dict[str, Any]]


class Report(Schema):
    batch: UUID
    source: str
    received_at: str
    sha256: str
    state: str
    counts: dict[str, int]
    returned: list[FaultRow]


@router.get("/batches/{batch}", response={200: Report, **PROBLEMS}, operation_id="batch_report")
def batch(request: Request, batch: UUID) -> dict[str, Any]:
    """The report an agency can act on: every returned record with every fault, by its place in what was sent. Only one's own batches."""
    act = request.act(purpose="operations", scope="intake.report")
    return report_for(act, batch)


class Receipt(Schema):
    batches: list[UUID]
    state: Literal["kept", "quarantined"]
    since: str


@router.post("/push/{source}/{stream}", response={202: Receipt, **PROBLEMS}, auth=None, operation_id="push")
def push(request: Request, source: str, stream: str) -> tuple[int, dict[str, Any]]:
    """Take a signed delivery of an agency's system in that system's own scheme. The same delivery id gets the same receipt. While the desks
    need all there is, or much waits to be read, it is told to come again (429, Retry-After), and nothing of it is kept. While the source, or
    the key that signed it, is in quarantine, the state is `quarantined`: its bytes are kept and not read; `since` says since when.
    """
    if request.desks_wait():
        raise TooMuchWaiting()
    act = request.system(desk="push")
    known, where = sources(act.at), addresses()
    if source not in known.names or source not in where:
        raise NotFound()
    mapping = known[source]
    words = mapping.reach.get("push")
    if not words or stream not in mapping.reach["streams"]:
        raise NotFound()
    delivery = Delivery(
        id=request.headers.get(words["id_header"], ""),
        timestamp=request.headers.get(words["timestamp_header"], ""),
        signature=request.headers.get(words["signature_header"], ""),
        body=request.body,
    )
    if not delivery.id or len(delivery.id) > 200:
        raise BadSignature()
    verify(delivery, where[source], words, act=act)
    key = key_of(where[source], words)
    batches = take_delivery(delivery, mapping, stream, key=key, act=act)
    left = quarantined(source, key, act.at)
    return 202, {
        "batches": list(batches),
        "state": "quarantined" if left else "kept",
        "since": left.since.isoformat() if left else "",
    }
