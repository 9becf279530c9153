"""One life told through: who applies where, with what, leaves when, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.nation.abroad import bp3mi, come_home, complain, repatriate, self_report
from sandbox.nation.chronicle import Chronicle, noon
from sandbox.nation.lives import Life
from sandbox.nation.model import Office, P3mi, Passport, Placement, PreventionRecord, Purpose, Statement
from sandbox.nation.travel import (
    OTHER_ENDS,
    apply,
    cross,
    first_leg,
    passport_before,
    point_for,
    stay,
    travel,
)
from sandbox.nation.work import Contract, card, letter, note_of_work, place, register

LAPOR_DIRI = {"work": 0.22, "study": 0.45, "crew": 0.03, "internship": 0.3, "marriage": 0.25}  # guess: low in practice
SECOND_TRIPS = {"tourism": 0.2, "business": 0.4, "medical": 0.2, "family_visit": 0.15}  # guess
OTHER_STORIES: tuple[Purpose, ...] = ("family_visit", "tourism", "umrah", "business")
MUST_LEAVE = frozenset(("no_return", "complaint_abroad", "repatriated", "departure_deferred_before", "crew_unrecorded"))


def tell_life(c: Chronicle, life: Life, contract: Contract | None) -> None:
    """Everything of one person's main journey and of what went before it. Nothing happens to the dead."""
    first = len(c.happenings)
    if life.way == "returning_worker" and contract is not None:
        _tell_returning(c, life, contract)
    else:
        _tell_first_time(c, life, contract)
    died_on = life.person.died_on
    if died_on is not None:
        c.happenings[first:] = [h for h in c.happenings[first:] if h.at.date() <= died_on]


def _tell_first_time(c: Chronicle, life: Life, contract: Contract | None) -> None:
    office = c.places.office_far(c.rnd, life.at_immigration.region_code) if "far_office" in life.traces else (
        c.places.office_near(c.rnd, life.at_immigration.region_code)
    )  # fmt: skip
    _before(c, life, office)
    letter_no = _letter(c, life, contract, office)
    previous = passport_before(c, life, office)
    kind = "first" if previous is None else c.rnd.choices(("expired", "full", "lost"), (80, 10, 10))[0]
    passport = apply(
        c, life, office, life.applied_at, kind=kind, previous=previous.no if previous else "", letter_no=letter_no
    )
    if passport is None:
        raise ValueError("the main application ends with a passport")
    if previous is not None:
        how = "lost" if kind == "lost" else "replaced"
        c.tell(
            c.later(c.last_at, 0.02, 0.1), f"passport.{how}",
            replace(previous, status=how, replaced_by=passport.no),  # type: ignore[arg-type]
        )  # fmt: skip
    _after(c, life, passport, contract)


def _letter(c: Chronicle, life: Life, contract: Contract | None, office: Office) -> str:
    """The recommendation as typed into the application."""
    if life.purpose == "internship":
        number = f"2/LP.00/{int(c.rnd.random() * 9000) + 1000}/{life.applied_at.year}"  # Binalattas, for trainees
        return "" if "letter_missing" in life.traces else number
    if life.purpose != "work" or life.way == "returning_worker":
        return ""
    forged = life.way == "M10" and "letter_unknown" in life.traces
    no = ""
    if contract is not None and not forged:
        issued = letter(c, life, contract, office, c.later(life.applied_at, -10, -2))
        no = issued.no
    if "letter_missing" in life.traces:
        return ""
    if "letter_unknown" in life.traces:
        return f"560/{90_000 + int(c.rnd.random() * 9999)}/{life.person.address.region_code[:4]}/{life.applied_at.year}"
    return no


def _before(c: Chronicle, life: Life, office: Office) -> None:
    rnd, at = c.rnd, life.applied_at
    for reason, share in OTHER_ENDS:
        if rnd.random() < share:
            apply(c, life, office, c.later(at, -75, -40), ends=reason)
    if "prevented_before" in life.traces:
        prevent(c, life, c.later(at, -300, -60))
    if "deferred_before" in life.traces:
        other = rnd.choice([purpose for purpose in OTHER_STORIES if purpose != life.purpose])
        note = "Tidak dapat menjelaskan tujuan; diduga akan bekerja nonprosedural"
        elsewhere = c.places.office_near(rnd, life.at_immigration.region_code)
        apply(c, life, elsewhere, c.later(at, -250, -60), purpose=other, ends="suspected_non_procedural", note=note)
    if "work_record" in life.traces:
        note_of_work(c, life, c.later(at, -330, -20))
    if "second_identity" in life.traces and life.other_nik:
        given = second_statement(life)
        apply(c, life, office, c.later(at, -900, -400), purpose="tourism", given=given)


def second_statement(life: Life) -> Statement:
    """The same human under another NIK: same mother and phone, another spelling."""
    variants = life.person.name_variants
    name = variants[0] if variants else life.person.full_name
    return replace(life.at_immigration, nik=life.other_nik, full_name=name)


def prevent(c: Chronicle, life: Life, at: datetime) -> None:
    rnd = c.rnd
    identity, serial = c.number("prevention")
    point = c.places.near[life.person.address.region_code[:2]].draw(rnd)
    c.tell(
        at,
        "prevention.recorded",
        PreventionRecord(
            id=identity,
            serial=serial,
            person=life.person,
            stated=life.at_work,
            at=at,
            place=f"Penampungan di {c.places.kabupaten(point.region_code)}" if rnd.random() < 0.4 else point.name,
            region_code=point.region_code,
            how=rnd.choice(("raid", "desk", "airport" if point.kind == "air" else "port")),
            country=life.destination,
            promised_job=rnd.choice(("asisten rumah tangga", "buruh kebun", "pelayan restoran", "operator", "admin")),
            recruiter_name=rnd.choice(("Bu Haji", "Pak Mul", "Mbak Yun", "Bang Ucok", "Tidak tahu")),
            recruiter_phone=c.numbers.phone() if rnd.random() < 0.5 else "",
            handed_to=rnd.choice(("keluarga", "Dinas Sosial", "Polres", "shelter BP3MI")),
            office=bp3mi(point.region_code),
            by_hand=rnd.random() < 0.35,
        ),
    )


def _after(c: Chronicle, life: Life, passport: Passport, contract: Contract | None) -> None:
    rnd = c.rnd
    if contract is not None:
        number = "" if rnd.random() < 0.6 else passport.no
        signed_after = c.last_at
        registration = register(c, life, contract, passport_no=number)
        signed = c.later(signed_after, 15, 55)
        placed, leaving = place(c, life, contract, registration, passport.no, signed)
        left = travel(c, life, passport, leaving)
        _abroad(c, life, passport, left, placed.p3mi, placed.employer)
        _end_of_contract(c, life, passport, placed)
        return
    if rnd.random() > 0.93 and not life.traces & MUST_LEAVE:
        return  # has a passport and stays at home
    left = travel(c, life, passport, c.later(c.last_at, 12, 70))
    _abroad(c, life, passport, left, None, "")
    if rnd.random() < SECOND_TRIPS.get(life.purpose, 0.0) and not life.of_a_case and "no_return" not in life.traces:
        _second_trip(c, life, passport, left)


def _abroad(c: Chronicle, life: Life, passport: Passport, left: datetime, p3mi: P3mi | None, employer: str) -> None:
    rnd = c.rnd
    if not life.of_a_case and rnd.random() < LAPOR_DIRI.get(life.purpose, 0.0):
        self_report(c, life, passport.no, left, life.purpose)
    if "complaint_abroad" in life.traces:
        complain(c, life, passport.no, left, p3mi, employer)
    if "repatriated" in life.traces:
        near = c.places.near_air[life.person.address.region_code[:2]].draw(rnd)
        repatriate(c, life, left, near)


def _end_of_contract(c: Chronicle, life: Life, passport: Passport, placed: Placement) -> None:
    rnd = c.rnd
    if "repatriated" in life.traces:
        return
    end = noon(placed.contract_until)
    if rnd.random() < 0.2:
        longer = replace(placed, status="extended", contract_until=c.days(placed.contract_until, 360, 730))
        c.tell(c.later(end, -40, -10), "placement.extended", longer)
        return
    back = c.later(end, -15, 25)
    point = point_for(c, life, placed.country)
    cross(c, life, passport.no, back, "entry", point=point, purpose="return", place=placed.country)
    c.tell(c.later(end, 1, 30), "placement.completed", replace(placed, status="completed"))
    if rnd.random() < 0.4:
        come_home(c, life, passport.no, back + timedelta(hours=1), point, "contract_end", placed.p3mi)


def _tell_returning(c: Chronicle, life: Life, contract: Contract) -> None:
    """Works abroad already: came home on leave, renews the passport, goes back to the same contract."""
    near = c.places.office_near(c.rnd, life.at_immigration.region_code)
    old = apply(c, life, near, c.later(contract.registered_at, 20, 60))
    if old is None:
        raise ValueError("a worker abroad holds a passport")
    issued = c.last_at
    registration = register(c, life, contract, passport_no=old.no)
    placed, leaving = place(c, life, contract, registration, old.no, c.later(issued, 15, 50))
    point = point_for(c, life, placed.country)
    cross(c, life, old.no, leaving, "exit", point=point, purpose="work", place=placed.country)
    home_at = c.later(life.applied_at, -25, -5)
    cross(c, life, old.no, home_at, "entry", point=point, purpose="return", place=placed.country)
    if c.rnd.random() < 0.5:
        come_home(c, life, old.no, home_at + timedelta(hours=1), point, "leave", placed.p3mi)
    _before(c, life, near)
    far = "far_office" in life.traces
    office = c.places.office_far(c.rnd, life.at_immigration.region_code) if far else near
    new = apply(c, life, office, life.applied_at, kind="expired", previous=old.no)
    if new is None:
        raise ValueError("the main application ends with a passport")
    c.tell(
        c.later(c.last_at, 0.02, 0.1),
        "passport.replaced",
        replace(old, status="replaced", replaced_by=new.no),
    )
    again = replace(placed, status="extended", passport_no=new.no, contract_until=c.days(new.issued_on, 300, 760))
    back = c.later(c.last_at, 5, 25)
    c.tell(c.later(back, -5, -4), "placement.extended", again)
    if c.rnd.random() < 0.75:  # not needed to leave (DOMAIN 0.9); some have none
        card(c, again, c.later(back, -3, -2), "re_entry")
    left = travel(c, life, new, back)
    _abroad(c, life, new, left, placed.p3mi, placed.employer)


def _second_trip(c: Chronicle, life: Life, passport: Passport, left: datetime) -> None:
    at = c.later(left, life.stay_days * 1.2 + 40, life.stay_days + 500)
    abroad = first_leg(c, life.destination)
    point = point_for(c, life, abroad)
    stay(c, life, passport, at, point, abroad, least=2, most=max(4, life.stay_days))
