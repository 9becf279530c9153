"""At Immigration: applications, passports, crossings, deferrals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from sandbox.nation.chronicle import Chronicle, years_later
from sandbox.nation.identifiers import mrz
from sandbox.nation.lives import SHORT_STAYS, Life
from sandbox.nation.model import (
    Crossing,
    DepartureDeferral,
    Office,
    Passport,
    PassportApplication,
    Point,
    PostponedFor,
    Purpose,
    Statement,
)
from sandbox.nation.names import endorsement

#: Applications that end without a passport for reasons of their own, per application. Of 604 in Karawang 2025 48.9 %
#: duplicate, 35.9 % not completed in 30 days, 6.1 % suspected (DOMAIN 0.15); scaled to 5.0 suspected per 10,000.
OTHER_ENDS: tuple[tuple[PostponedFor, float], ...] = (
    ("duplicate", 0.0040), ("incomplete_30_days", 0.0029), ("identity_invalid", 0.0003), ("other", 0.0004),
)  # fmt: skip
NO_CLEAR_AIM = "Tujuan tidak jelas, tidak ada tiket kembali"
PASSPORT_TOO_SHORT = "Masa berlaku paspor kurang dari enam bulan"
RENEWALS = 0.12  # guess: had a passport before the one of the main journey
LOST = 0.012  # guess
ELECTRONIC_SINCE = date(2023, 1, 1)  # guess: from then on most are electronic
TEN_YEARS_SINCE = date(2022, 10, 12)
DEFERRED_OTHER_REASON = 0.00018  # 5.2 less 3.4 per 10,000 departures (DOMAIN H)
AUTOGATE = {"Soekarno-Hatta": 0.7, "Ngurah Rai": 0.4, "Juanda": 0.4, "Batam Centre": 0.4}
HUBS = {"SAU": "ARE", "KHM": "THA", "MMR": "THA", "LAO": "THA", "SYR": "TUR", "IRQ": "ARE", "JOR": "QAT"}
FLIGHTS = ("GA", "QZ", "JT", "SQ", "MH", "AK", "TR", "EK", "QR", "CX")
SHIPS = ("MV Sinar", "MV Bahari", "MV Lintas")
#: A short stay abroad that was over before is told neither by its exit nor by its return: guess at what Immigration would
#: hand over, since who came back in time long ago concerns nobody. Who stayed away is told however long ago he left.
STAYS_TOLD = timedelta(days=548)  # 18 months; a good half of all crossings


def apply(
    c: Chronicle, life: Life, office: Office, at: datetime, *, kind: str = "first", previous: str = "",
    letter_no: str = "", purpose: Purpose | None = None, given: Statement | None = None,
    ends: PostponedFor | None = None, note: str = "",
) -> Passport | None:  # fmt: skip
    """One application from the form to its end, and the passport where there is one."""
    rnd = c.rnd
    identity, serial = c.number("passport_application")
    given = given or life.at_immigration
    passport_no = "" if ends else c.numbers.passport(at.date() > ELECTRONIC_SINCE and rnd.random() < 0.8)
    interviewed = c.later(at, 0.1, 2.5)
    decided = c.later(interviewed, 20, 31) if ends == "incomplete_30_days" else c.later(interviewed, 0.5, 4)
    status: Literal["approved", "deferred", "refused", "cancelled"] = (
        "approved" if ends is None
        else "deferred" if ends == "suspected_non_procedural"
        else "cancelled" if ends in ("duplicate", "incomplete_30_days")
        else "refused"
    )  # fmt: skip
    ended = PassportApplication(
        id=identity,
        serial=serial,
        person=life.person,
        stated=given,
        office=office,
        kind=kind,  # type: ignore[arg-type]
        previous_passport=previous,
        purpose=purpose or life.purpose,
        destination=life.destination,
        stay_days=life.stay_days,
        contact=life.contact,
        payer_phone=life.payer_phone,
        email=life.person.email,
        sponsor=life.sponsor,
        letter_no=letter_no,
        submitted_at=at,
        interviewed_at=interviewed,
        decided_at=decided,
        status=status,
        reason=ends,
        officer=f"Petugas {serial % 37 + 1:02d}",
        interview_note=note,
        passport_no=passport_no,
    )
    asked = replace(
        ended, interviewed_at=None, decided_at=None, status="submitted", reason=None, interview_note="", passport_no=""
    ) if c.tells_steps(decided) else ended  # fmt: skip
    c.step(at, "passport_application.submitted", asked)
    c.tell(decided, f"passport_application.{status}", ended)
    return None if ends else issue(c, life, ended, c.later(decided, 0.1, 2))


def issue(c: Chronicle, life: Life, application: PassportApplication, at: datetime) -> Passport:
    person, given, on = life.person, application.stated, at.date()
    long = on > TEN_YEARS_SINCE and (on - given.birth_date).days > 17 * 366
    expires = years_later(on, 10 if long else 5)
    identity, serial = c.number("passport")
    saudi = life.destination == "SAU"
    passport = Passport(
        id=identity,
        serial=serial,
        person=person,
        application_id=application.id,
        no=application.passport_no,
        kind="electronic" if application.passport_no[0] == "Z" else "ordinary",
        printed_name=given.full_name,
        printed_birth_date=given.birth_date,
        endorsement=endorsement(given.full_name, person.father_name) if saudi and c.rnd.random() < 0.7 else "",
        mrz=mrz(
            name=given.full_name, number=application.passport_no, born=given.birth_date, sex=given.sex, expires=expires
        ),
        office=application.office,
        issued_on=on,
        expires_on=expires,
        status="active",
        replaced_by="",
    )
    c.tell(at, "passport.issued", passport)
    return passport


def passport_before(c: Chronicle, life: Life, office: Office) -> Passport | None:
    """Some hold an earlier passport: renewed about when it ran out, or lost. It is replaced when the next is issued."""
    r = c.rnd.random()
    old_enough = (life.applied_at.date() - life.person.birth_date).days > 7 * 365
    if r > RENEWALS or not old_enough or life.traces & {"birth_date_raised", "second_identity"}:
        return None
    at = life.applied_at - timedelta(days=int(365 * (3 + c.rnd.random() * 2)))
    otherwise = life.of_a_case or life.purpose in ("work", "crew", "internship")
    return apply(c, life, office, at, purpose="tourism" if otherwise else None)


def cross(
    c: Chronicle, life: Life, passport_no: str, at: datetime, direction: Literal["exit", "entry"], *, point: Point,
    purpose: Purpose | Literal["return"], place: str, outcome: Literal["allowed", "deferred"] = "allowed",
) -> None:  # fmt: skip
    rnd = c.rnd
    r = rnd.random()
    identity, serial = c.number("crossing")
    if point.kind == "air":
        carrier = f"{FLIGHTS[int(r * 10)]}{100 + int(r * 10_000) % 880}"
    else:
        carrier = f"{SHIPS[int(r * 3)]} {int(r * 1000) % 9 + 1}" if point.kind == "sea" else ""
    gate = rnd.random() < AUTOGATE.get(point.name, 0.0) and outcome == "allowed"
    crossing = Crossing(
        id=identity,
        serial=serial,
        person=life.person,
        passport_no=passport_no,
        point=point,
        direction=direction,
        at=at,
        carrier=carrier,
        place=place,
        purpose=purpose,
        lane="autogate" if gate else "counter",
        officer=f"AG{serial % 12 + 1:02d}" if gate else f"Petugas {serial % 61 + 1:02d}",
        outcome=outcome,
    )
    c.tell(at, f"crossing.{'deferred' if outcome == 'deferred' else direction}", crossing)


def point_for(c: Chronicle, life: Life, place: str) -> Point:
    """A control point of the home province; ferries and land posts only lead to the neighbours."""
    near = c.places.near if place in ("SGP", "MYS", "TLS", "PNG") else c.places.near_air
    return near[life.person.address.region_code[:2]].draw(c.rnd)


def first_leg(c: Chronicle, destination: str) -> str:
    """What the carrier says: the real destination is often behind a transit."""
    hub = HUBS.get(destination)
    return hub if hub and c.rnd.random() < 0.45 else destination


def defer_departure(
    c: Chronicle, life: Life, passport_no: str, at: datetime, reason: Literal["suspected_non_procedural", "document"]
) -> None:
    place = first_leg(c, life.destination)
    point = point_for(c, life, place)
    cross(c, life, passport_no, at, "exit", point=point, purpose=life.purpose, place=place, outcome="deferred")
    identity, serial = c.number("departure_deferral")
    suspected = reason == "suspected_non_procedural"
    deferral = DepartureDeferral(
        id=identity,
        serial=serial,
        person=life.person,
        passport_no=passport_no,
        point=point,
        at=at,
        destination=life.destination,
        purpose=life.purpose,
        reason=reason,
        facts="Tujuan tidak jelas, tidak ada tiket kembali"
        if suspected
        else "Masa berlaku paspor kurang dari enam bulan",
        officer=f"Petugas {serial % 61 + 1:02d}",
        supervisor=f"Supervisor {serial % 8 + 1}",
        carrier=c.happenings[-1].of.carrier if isinstance(c.happenings[-1].of, Crossing) else "",
        expires_on=at.date() + timedelta(days=180),
    )
    c.tell(at + timedelta(minutes=40), "departure.deferred", deferral)


def travel(c: Chronicle, life: Life, passport: Passport, at: datetime) -> datetime:
    """The main journey's exit and, in its time, the return from a short stay. Gives the time of leaving."""
    if "departure_deferred_before" in life.traces:
        defer_departure(c, life, passport.no, at, "suspected_non_procedural")
        at = c.later(at, 6, 60)
    elif c.rnd.random() < DEFERRED_OTHER_REASON:
        defer_departure(c, life, passport.no, at, "document")
        at = c.later(at, 2, 20)
    place = first_leg(c, life.destination)
    point = point_for(c, life, place)
    if life.purpose in SHORT_STAYS and not life.traces & {"no_return", "repatriated"}:
        stay(c, life, passport, at, point, place, least=life.stay_days * 0.8, most=life.stay_days * 1.15)
    else:  # for long, for good, or until the mission brings him home; see abroad.py
        cross(c, life, passport.no, at, "exit", point=point, purpose=life.purpose, place=place)
    return at


def stay(
    c: Chronicle, life: Life, passport: Passport, left: datetime, point: Point, place: str, *, least: float, most: float
) -> None:
    """Out and back again after `least` to `most` days."""
    first = len(c.happenings)
    cross(c, life, passport.no, left, "exit", point=point, purpose=life.purpose, place=place)
    back = c.later(left, least, most)
    cross(c, life, passport.no, back, "entry", point=point, purpose="return", place=place)
    if back < c.now - STAYS_TOLD:
        del c.happenings[first:]
