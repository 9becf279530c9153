"""Ask and read screenings over HTTP: DESIGN 8. Fields may be added, never changed in meaning."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Header, Router
from pydantic import BaseModel

from suar.agencies.access import Request
from suar.core.manifest import counted
from suar.core.outcomes import MOST_ROWS
from suar.core.problem import PROBLEMS
from suar.screening.access import answer_for
from suar.screening.access.manifests import short_list_for
from suar.screening.actions.ask import screen
from suar.screening.actions.manifest import BadManifest, Sent, keep_manifest
from suar.screening.actions.outcome import Said as OutcomeSaid
from suar.screening.actions.outcome import report, report_all
from suar.screening.actions.question import Asked
from suar.screening.panels import faults_said, outcomes_said, spoken
from suar.screening.queries import PURPOSES
from suar.screening.queries.deciding import work_at

router = Router(tags=["screening"])
Text = Annotated[str, Field(max_length=400)]
Code = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_.:/ -]*$")]


class TravellerIn(BaseModel):
    """Who stands there, as typed or scanned; anything may be empty, but not everything."""

    full_name: Text = ""
    nik: Text = ""
    passport_no: Text = ""
    mrz: Text = ""
    birth_date: Text = ""
    birth_place: Text = ""
    sex: Text = ""
    mother_name: Text = ""
    phone: Text = ""
    address: Text = ""
    region_code: Text = ""


class JourneyIn(BaseModel):
    """What the traveller declares of his journey."""

    destination: Text = ""
    declared_purpose: Text = ""
    departure_date: Text = ""
    return_date: Text = ""
    carrier: Text = ""
    payer_phone: Text = ""
    payer: Text = ""
    ticket: Text = ""
    companions: Text = ""
    route: Text = ""
    visa_kind: Text = ""
    visa_days: Text = ""
    employer: Text = ""
    employer_kind: Text = ""
    job: Text = ""
    p3mi: Text = ""
    account: Text = ""
    letter_shown: Text = ""
    marriage_date: Text = ""
    marriage_certificate: Text = ""


class ScreeningIn(BaseModel):
    purpose: Literal["passport_application", "departure", "prelist"]
    desk: Code
    lane: Code = ""
    officer: Annotated[str, Field(max_length=120)] = ""
    reference: Annotated[str, Field(min_length=1, max_length=120)]
    traveller: TravellerIn
    journey: JourneyIn = JourneyIn()
    answers: dict[Code, Text] = {}


class Said(BaseModel):
    id: str
    en: str


class ReasonOut(BaseModel):
    code: str
    text: Said
    weight: int
    source: str
    evidence: list[dict[str, Any]]
    law: list[Said]
    excused_by: list[Said]


class MatchOut(BaseModel):
    person: UUID
    name: str
    birth_year: str
    weight: int
    probability: int
    verdict: str
    reasons: list[dict[str, Any]]


class LineOut(BaseModel):
    at: str
    kind: str
    source: str
    text: Said


class SourceOut(BaseModel):
    source: str
    state: Literal["fresh", "stale", "unreachable", "not_covering"]
    as_of: str
    age_s: int | None
    covers: bool
    since: str
    quarantined: bool = False  # its word since then is not read, or not believed


class UnknownOut(BaseModel):
    code: str
    source: str
    state: str
    text: Said
    since: str


class ScreeningOut(BaseModel):
    id: UUID
    advice: Literal["clear", "advise", "assist", "secondary", "hold"]
    reasons: list[ReasonOut]
    matches: list[MatchOut]
    timeline: list[LineOut]
    sources: list[SourceOut]
    unknown: list[UnknownOut]
    masked: list[str]
    policy: dict[str, str]
    took_ms: int


@router.post("/screenings", response={201: ScreeningOut, **PROBLEMS}, operation_id="screen")
def make(
    request: Request, body: ScreeningIn, idempotency_key: Annotated[str, Header(max_length=200)] = ""
) -> tuple[int, Any]:
    """Ask about one traveller. The same Idempotency-Key gives the same answer; with another body it is refused (409)."""
    act = request.act(purpose=PURPOSES[body.purpose], reference=body.reference, desk=body.desk, scope="screening")
    asked = Asked(
        purpose=body.purpose,
        desk=body.desk,
        lane=body.lane,
        officer=body.officer,
        reference=body.reference,
        traveller=body.traveller.model_dump(),
        journey=body.journey.model_dump(),
        answers=body.answers,
    )
    screening = screen(asked, act=act, client=str(act.actor), key=idempotency_key, elapsed_ms=request.elapsed_ms)
    return 201, spoken(answer_for(act, screening, first=True), request.words)


@router.get("/screenings/{screening}", response={200: ScreeningOut, **PROBLEMS}, operation_id="screening")
def read(
    request: Request, screening: UUID, purpose: Literal["departure", "passport_application"], reference: str
) -> Any:
    """Read one screening again; the read leaves its own trace."""
    act = request.act(purpose=PURPOSES[purpose], reference=reference, scope="screening")
    return spoken(answer_for(act, screening), request.words)


class OutcomeIn(BaseModel):
    """What happened afterwards, by a code of the list `outcomes`."""

    purpose: Literal["departure_screening", "passport_application", "placement_verification", "protection"]
    outcome: Code
    on: date
    note: Annotated[str, Field(max_length=2000)] = ""


class OutcomeOut(BaseModel):
    id: UUID


@router.post("/screenings/{screening}/outcomes", response={201: OutcomeOut, **PROBLEMS}, operation_id="report_outcome")
def say_outcome(
    request: Request, screening: UUID, body: OutcomeIn, idempotency_key: Annotated[str, Header(max_length=200)] = ""
) -> tuple[int, Any]:
    """Report what came of a screening of one's own, or of a referral received. The same Idempotency-Key is kept once (other body: 409)."""
    act = request.act(purpose=body.purpose, reference=str(screening), scope="screening")
    said = OutcomeSaid(outcome=body.outcome, on=body.on, note=body.note)
    return 201, {"id": report(screening, said, act=act, key=idempotency_key)}


class OutcomeRowIn(BaseModel):
    """One outcome by a number of the agency's own, or by NIK or passport and the day of the screening (`about_on`)."""

    reference: Text = ""
    nik: Text = ""
    passport_no: Text = ""
    about_on: Text = ""
    outcome: Text
    on: Text
    note: Annotated[str, Field(max_length=2000)] = ""


class OutcomesIn(BaseModel):
    purpose: Literal["departure_screening", "passport_application", "placement_verification", "protection"]
    rows: Annotated[list[OutcomeRowIn], Field(min_length=1, max_length=MOST_ROWS)]


class OutcomeFaultOut(BaseModel):
    field: str
    code: str
    text: Said


class OutcomeRowOut(BaseModel):
    """`id` of the outcome that was kept, or what to mend."""

    row: int
    id: UUID | None
    faults: list[OutcomeFaultOut]


class OutcomesOut(BaseModel):
    kept: int
    rows: list[OutcomeRowOut]


@router.post("/outcomes", response={200: OutcomesOut, **PROBLEMS}, operation_id="report_outcomes")
def say_outcomes(
    request: Request, body: OutcomesIn, idempotency_key: Annotated[str, Header(max_length=190)] = ""
) -> dict[str, Any]:
    """Report outcomes without an id of ours, each row with its own answer. The same Idempotency-Key keeps each row once."""
    act = request.act(purpose=body.purpose, reference="outcomes", scope="screening")
    return outcomes_said(
        report_all([row.model_dump() for row in body.rows], act=act, key=idempotency_key), request.words
    )


class ManifestRowIn(BaseModel):
    """One traveller of a flight; what is not known may be empty."""

    full_name: Text = ""
    nik: Text = ""
    passport_no: Text = ""
    mrz: Text = ""
    birth_date: Text = ""
    birth_place: Text = ""
    sex: Text = ""
    phone: Text = ""
    destination: Text = ""
    declared_purpose: Text = ""
    return_date: Text = ""


class ManifestIn(BaseModel):
    desk: Code
    flight: Annotated[str, Field(min_length=1, max_length=20)]
    departs_on: date
    rows: Annotated[list[ManifestRowIn], Field(max_length=5000)]


class ManifestFaultOut(BaseModel):
    row: int
    field: str
    code: str
    text: Said


class ManifestOut(BaseModel):
    """How far a manifest is: each row that could not be read, with what is wrong; the others go on."""

    id: UUID
    rows: int
    answered: int
    faulty: list[ManifestFaultOut]
    listed: int
    left_out: int


@router.post("/manifests", response={201: ManifestOut, **PROBLEMS}, operation_id="send_manifest")
def send_manifest(
    request: Request, body: ManifestIn, idempotency_key: Annotated[str, Header(max_length=200)] = ""
) -> tuple[int, Any]:
    """Have the travellers of a flight screened ahead. The same manifest is kept once; the same key with another body is refused (409)."""
    act = request.act(purpose="departure_screening", reference=body.flight, desk=body.desk, scope="screening")
    rows = counted(tuple(row.model_dump() for row in body.rows), work_at(act.at).file.prelist.most_rows)
    if not rows.ok:
        raise BadManifest(rows.faults[0])
    sent = Sent(flight=body.flight, departs_on=body.departs_on, rows=rows.get(), desk=body.desk)
    return 201, manifest_out(request, keep_manifest(sent, act=act, key=idempotency_key))


@router.get("/manifests/{manifest}", response={200: ManifestOut, **PROBLEMS}, operation_id="manifest")
def read_manifest_state(request: Request, manifest: UUID) -> Any:
    """How far a manifest is."""
    return manifest_out(request, manifest)


def manifest_out(request: Request, manifest: UUID) -> dict[str, Any]:
    act = request.act(purpose="departure_screening", reference=str(manifest), scope="screening")
    told = short_list_for(act, manifest)
    return {
        "id": manifest,
        "rows": told.manifest.rows,
        "answered": told.manifest.answered,
        "faulty": [{"row": n, **one} for n, fault in told.faulty for one in faults_said(fault, request.words)],
        "listed": len(told.rows),
        "left_out": told.left_out,
    }
