"""People whose papers were bent, planted so that a demo shows each way: a new NIK after a deferral, strangers on one family
card, two passports, somebody of the other sex under a NIK, a dead worker's NIK in use.

Told from what offices find and courts describe (DOMAIN A4, C2, C3, E2). Those who apply last wait for the officer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.nation.abroad import bp3mi
from sandbox.nation.chronicle import Chronicle, noon
from sandbox.nation.lives import Chances, Life, draw_life
from sandbox.nation.model import Passport, Person, Return, Statement
from sandbox.nation.peopling import stated
from sandbox.nation.travel import apply, defer_departure
from sandbox.nation.work import Contract, register

NOTE = "Tidak dapat menjelaskan tujuan; diduga akan bekerja nonprosedural"


def tell_bent(c: Chronicle, chances: Chances, people: dict[str, Person]) -> Iterator[Life]:
    """Everything that befalls the planted whose code begins with `bent-`; their lives, for the file of truth."""
    for code, person in people.items():
        kind, _, number = code.removeprefix("bent-").rpartition("-")
        if kind == "dead":
            die_abroad(c, person)
            continue
        life = draw_life(c.rnd, chances, person, "worker" if kind == "card" else "tourist", c.now, traces=frozenset())
        life.planted, life.applied_at = code, c.now - timedelta(hours=5 + int(c.rnd.random() * 20))
        match kind:
            case "number":
                come_back_under_another_number(c, life, at_the_airport=number == "2")
            case "card":
                register_at(c, life, c.later(c.now, -200, -20))
            case "passports":
                ask_twice(c, life)
            case "sex":
                use_number_of_the_other_sex(c, life)
            case "dead-user":
                wait(c, life, replace(life.at_immigration, nik=people[f"bent-dead-{number}"].nik))
        yield life


def come_back_under_another_number(c: Chronicle, life: Life, *, at_the_airport: bool) -> None:
    """Deferred as one who goes to work without papers; months later the same human applies as another, with his own mother and phone."""
    person = life.person
    office, before = c.places.office_near(c.rnd, person.address.region_code), c.later(c.now, -320, -200)
    if at_the_airport:
        passport = issued(apply(c, life, office, before))
        defer_departure(c, life, passport.no, c.later(c.last_at, 10, 40), "suspected_non_procedural")
    else:
        apply(c, life, office, before, ends="suspected_non_procedural", note=NOTE)
    other = c.numbers.nik(person.address.region_code, person.birth_date - timedelta(days=41), person.sex)
    wait(c, life, stated(person, nik=other, born=person.birth_date - timedelta(days=41)))


def ask_twice(c: Chronicle, life: Life) -> None:
    """A second first passport, at an office far from the first, which nobody cancels."""
    home = life.person.address.region_code
    issued(apply(c, life, c.places.office_near(c.rnd, home), c.later(c.now, -900, -500)))
    issued(apply(c, life, c.places.office_far(c.rnd, home), c.later(c.now, -300, -90)))


def use_number_of_the_other_sex(c: Chronicle, life: Life) -> None:
    """A brother's or sister's number, at Manpower months ago and at Immigration now."""
    person = life.person
    other = c.numbers.nik(person.address.region_code, person.birth_date, 3 - person.sex)
    given = stated(person, nik=other)
    register_at(c, life, c.later(c.now, -120, -40), given)
    wait(c, life, given)


def register_at(c: Chronicle, life: Life, at: datetime, given: Statement | None = None) -> None:
    """At Manpower, which asks for the family card."""
    offer = Contract(
        scheme="p2p", registered_at=at, agreed_at=at, order=None, p3mi=None, country=life.destination, job="Caregiver",
        employer="", wage=0, currency="",
    )  # fmt: skip
    register(c, life, offer, given=given, ends="verified", through="siapkerja")


def die_abroad(c: Chronicle, person: Person) -> None:
    """What BP3MI writes down when the remains come home."""
    died_on = person.died_on
    if died_on is None:
        raise ValueError(f"{person.full_name} lives")
    at = noon(died_on) + timedelta(days=6)
    point = c.places.near_air[person.address.region_code[:2]].draw(c.rnd)
    identity, serial = c.number("return")
    c.tell(
        at,
        "return.recorded",
        Return(
            id=identity, serial=serial, person=person, passport_no="", at=at, point=point, country="MYS", cause="died",
            office=bp3mi(point.region_code), by_hand=False, p3mi=None,
        ),
    )  # fmt: skip


def wait(c: Chronicle, life: Life, given: Statement) -> None:
    """Apply today, and wait for the officer."""
    office = c.places.office_near(c.rnd, given.region_code)
    apply(c, life, office, life.applied_at, given=given)


def issued(passport: Passport | None) -> Passport:
    if passport is None:
        raise ValueError("this application ends with a passport")
    return passport
