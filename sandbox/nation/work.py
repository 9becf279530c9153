"""Placement from registration to contract: KP2MI, Manpower, Disnaker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sandbox.nation.chronicle import Chronicle
from sandbox.nation.licences import SEA_JOBS, Licences
from sandbox.nation.lives import Life
from sandbox.nation.model import (
    EPmi,
    JobOrder,
    Office,
    P3mi,
    Placement,
    RecommendationLetter,
    Registration,
    Scheme,
    Statement,
)
from sandbox.nation.places import Weighted

#: Counts to 1 Nov 2025 (DOMAIN D1): P to P 184,494, independent 26,008, G to G 6,398; the others are guesses.
SCHEMES: Weighted[Scheme] = Weighted(
    (("p2p", 184_494), ("independent", 26_008), ("g2g", 6_398), ("g2p", 7_000), ("own_company", 2_000))
)
SIAPKERJA_FROM, SISKOP2MI_ONLY_FROM = date(2023, 2, 17), date(2026, 1, 1)
NOT_HANDED_OVER = 0.02  # guess: SIAPkerja registrations that never reached SISKOP2MI
SIGNERS = ("Kepala Dinas Tenaga Kerja", "Kabid Penempatan", "Plt. Kepala Dinas", "Sekretaris Dinas")
COMPANY_SCHEMES = frozenset(("p2p", "g2p", "crew_merchant", "crew_fishing"))


@dataclass(slots=True, kw_only=True)
class Contract:
    """What was agreed, before papers are made of it."""

    scheme: Scheme
    registered_at: datetime
    agreed_at: datetime
    order: JobOrder | None
    p3mi: P3mi | None
    country: str
    job: str
    employer: str
    wage: int
    currency: str


def agree(c: Chronicle, life: Life, licences: Licences, registered: datetime) -> Contract:
    """To be called in the order of time, since orders fill up."""
    rnd = c.rnd
    scheme = scheme_of(c, life)
    agreed_at = c.later(registered, 4, 11)
    agreed = agreed_at.date()
    order: JobOrder | None = None
    if scheme in COMPANY_SCHEMES:
        over, dead = "over_quota" in life.traces, "licence_dead" in life.traces
        if over:
            order = licences.order_beyond_quota(life.destination, scheme, agreed, dead=dead)
        elif dead:
            order = licences.order_of_the_dead(life.destination, scheme, agreed)
        else:
            order = licences.order(life.destination, scheme, agreed)
    offer = licences.job(life.destination, scheme)
    job = order.job if order else offer.name
    country = life.destination
    if "other_job" in life.traces:
        job = "Domestic Worker" if job not in ("Domestic Worker", "House Maid", "Domestic Helper") else "Spa Therapist"
    return Contract(
        scheme=scheme,
        registered_at=registered,
        agreed_at=agreed_at,
        order=order,
        p3mi=order.p3mi if order else None,
        country=country,
        job=job,
        employer=order.employer if order else f"Employer {int(rnd.random() * 9000) + 1000}",
        wage=order.wage if order else offer.wage,
        currency=order.currency if order else offer.currency,
    )


def registered_at(c: Chronicle, life: Life) -> datetime:
    """Before the passport, for those who go the first time; years before, for those who come back to work."""
    if life.way == "returning_worker":
        return c.later(life.applied_at, -1250, -850)
    return c.later(life.applied_at, -60, -20)


def note_of_work(c: Chronicle, life: Life, at: datetime) -> None:
    """A registration for work of somebody who now says that he does not go to work."""
    job = "House Maid" if life.way in ("M02", "M03") else c.rnd.choice(("Worker", "Caregiver", "House Maid"))
    offer = Contract(
        scheme="p2p", registered_at=at, agreed_at=at, order=None, p3mi=None, country=life.destination, job=job,
        employer="", wage=0, currency="",
    )  # fmt: skip
    register(c, life, offer, ends="verified")


def scheme_of(c: Chronicle, life: Life) -> Scheme:
    if life.way == "seafarer":
        return "crew_merchant"
    if life.way in ("fisher", "M06"):
        return "crew_fishing"
    if life.way in ("M11", "M10", "M09") or life.traces & {"over_quota", "licence_dead", "other_job"}:
        return "p2p"
    return SCHEMES.draw(c.rnd)


def register(
    c: Chronicle, life: Life, contract: Contract, *, passport_no: str = "", given: Statement | None = None,
    ends: Literal["verified", "cancelled"] | None = None, through: Literal["siapkerja"] | None = None,
) -> Registration:  # fmt: skip
    rnd, at = c.rnd, contract.registered_at
    identity, serial = c.number("registration")
    made_in, handed_over = (through, True) if through else _through(c, at.date())
    whole = Registration(
        id=identity,
        serial=serial,
        person=life.person,
        stated=given or life.at_work,
        worker_id=f"PMI{at.year % 100}{serial:08d}",
        through=made_in,
        in_siskop2mi=handed_over,
        scheme=contract.scheme,
        country=contract.country,
        job=contract.order.job if contract.order else contract.job,
        p3mi=contract.p3mi,
        job_order=contract.order,
        registered_at=at,
        status=ends or ("transferred" if made_in == "siapkerja" and handed_over else "agreement_signed"),
        agreement_no=f"PP/{serial:06d}/{contract.agreed_at.year}" if contract.p3mi and not ends else "",
        agreement_on=contract.agreed_at.date() if not ends else None,
        passport_no=passport_no,
        contact=life.contact,
        permission_no=f"470/{int(rnd.random() * 900) + 100}/{at.year}" if rnd.random() < 0.9 else "",
        education=life.person.education,
        marital_status=life.person.marital_status,
    )
    if ends:
        c.tell(at, "registration.submitted", whole)
        return whole
    if c.tells_steps(at):
        asked = replace(whole, status="submitted", agreement_no="", agreement_on=None)
        c.tell(at, "registration.submitted", asked)
    signed = contract.agreed_at
    c.tell(signed, "registration.agreement_signed", replace(whole, status="agreement_signed"))
    if made_in == "siapkerja":
        moved: Literal["transferred", "transfer_failed"] = "transferred" if handed_over else "transfer_failed"
        c.tell(c.later(signed, 0.1, 6), f"registration.{moved}", replace(whole, status=moved))
    return whole


def _through(c: Chronicle, on: date) -> tuple[Literal["siskotkln", "siapkerja", "siskop2mi"], bool]:
    if on < SIAPKERJA_FROM:
        return "siskotkln", True
    if on >= SISKOP2MI_ONLY_FROM or c.rnd.random() < 0.2:
        return "siskop2mi", True
    return "siapkerja", c.rnd.random() >= NOT_HANDED_OVER


def letter(c: Chronicle, life: Life, contract: Contract, office: Office, at: datetime) -> RecommendationLetter:
    """Disnaker's recommendation for a passport. The kabupaten of residence issues it, on paper where it must."""
    rnd, home, on = c.rnd, life.person.address, at.date()
    identity, serial = c.number("letter")
    cancelled = "letter_cancelled" in life.traces
    connected = c.places.disnaker_connected(home.region_code)
    issued = RecommendationLetter(
        id=identity,
        serial=serial,
        person=life.person,
        stated=life.at_work,
        no=f"560/{serial:05d}/{home.region_code[:4]}/{on.year}",
        issued_on=on,
        disnaker=home.region_code[:4],
        disnaker_name=f"Disnaker {home.kabupaten}",
        p3mi=contract.p3mi,
        job_order_no=contract.order.no if contract.order else "",
        country=contract.country,
        job=contract.order.job if contract.order else contract.job,
        office=office,
        signer=SIGNERS[int(rnd.random() * 4)],
        on_paper=not connected or rnd.random() < 0.12,
        status="issued",
        cancelled_on=None,
    )
    c.tell(at, "letter.issued", issued)
    if cancelled:
        c.tell(c.later(at, 0.2, 1.5), "letter.cancelled", replace(issued, status="cancelled", cancelled_on=on))
    return issued


def place(
    c: Chronicle, life: Life, contract: Contract, registration: Registration, passport_no: str, signed: datetime
) -> tuple[Placement, datetime]:
    """Contract, orientation, E-PMI and the day of leaving."""
    rnd = c.rnd
    identity, serial = c.number("placement")
    leaving = c.later(signed, 12, 45)
    years = 1 if contract.scheme in SEA_JOBS else 2
    placed = Placement(
        id=identity,
        serial=serial,
        person=life.person,
        stated=life.at_work,
        registration_id=registration.id,
        worker_id=registration.worker_id,
        scheme=contract.scheme,
        p3mi=contract.p3mi,
        job_order=contract.order,
        employer=contract.employer,
        country=contract.country,
        job=contract.job,
        contract_no=f"PK/{serial:06d}/{signed.year}",
        contract_from=leaving.date(),
        contract_until=leaving.date() + timedelta(days=365 * years),
        wage=contract.wage,
        currency=contract.currency,
        passport_no=passport_no,
        visa_no=f"V{int(rnd.random() * 1e8):08d}",
        insurance_no=f"{int(rnd.random() * 1e11):011d}" if rnd.random() < 0.96 else "",
        oriented_on=leaving.date() - timedelta(days=4),
        departed_on=leaving.date(),
        status="departed",
    )
    if c.tells_steps(signed):
        contracted = replace(placed, status="contracted", oriented_on=None, departed_on=None)
        c.tell(signed, "placement.contracted", contracted)
    if rnd.random() < 0.97:
        card(c, placed, c.later(leaving, -4, -2), "new")
    c.tell(leaving, "placement.departed", placed)
    return placed, leaving


def card(c: Chronicle, placed: Placement, at: datetime, kind: Literal["new", "re_entry"]) -> None:
    identity, serial = c.number("e_pmi")
    card = EPmi(
        id=identity,
        serial=serial,
        person=placed.person,
        placement_id=placed.id,
        worker_id=placed.worker_id,
        no=f"EPMI{at.year}{serial:07d}",
        kind=kind,
        passport_no=placed.passport_no,
        country=placed.country,
        issued_on=at.date(),
        valid_until=placed.contract_until,
        status="issued",
    )
    c.tell(at, "e_pmi.issued", card)
