"""Named people put into every nation, for demos and tests: three cases of each modus, and the desk's hard questions.

`tables/planted.csv` names them. Like all, they are invented. Those in `WAITING` have applied and wait for the officer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sandbox.nation.abroad import call, come_home, self_report
from sandbox.nation.bans import ban
from sandbox.nation.chronicle import Chronicle
from sandbox.nation.licences import Licences
from sandbox.nation.lives import Chances, Life, draw_life
from sandbox.nation.model import Passport, Person, RegistryEntry
from sandbox.nation.peopling import Home, Peopling
from sandbox.nation.places import table
from sandbox.nation.travel import apply, cross, point_for
from sandbox.nation.work import agree, letter, place, register

WAITING = frozenset(("deceased-user", "not-covered", "shared-nik-2", "ban-namesake-1", "M12-1", "M10-1", "M03-3"))
ROWS = table("planted.csv")
DEAD = re.compile(r"deceased|bent-dead-\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    code: str
    what: str
    person: Person


def plant_people(peopling: Peopling) -> dict[str, Planted]:
    """The persons, before anything happens to them."""
    found: dict[str, Planted] = {}
    rnd, places = peopling.rnd, peopling.places
    for row in ROWS:
        born = peopling.today - timedelta(days=int(row["age"]) * 365 + 140 + int(rnd.random() * 90))
        region = rnd.choice(places.by_kabupaten[row["kabupaten"]])
        kk = peopling.numbers.kk(region, peopling.today - timedelta(days=1500))
        home = Home(region_code=region, custom="javanese", family="", kk=kk, phone="")
        person = peopling.person(home, sex=int(row["sex"]), born=born, name=row["full_name"])
        dead = DEAD.fullmatch(row["code"])
        person = replace(person, died_on=peopling.today - timedelta(days=410) if dead else None)
        found[row["code"]] = Planted(code=row["code"], what=row["what"], person=person)
    first, second = found["shared-nik-1"].person, found["shared-nik-2"].person
    twin = replace(second, nik=first.nik, birth_date=first.birth_date)
    found["shared-nik-2"] = replace(found["shared-nik-2"], person=twin)
    card = found["bent-card-1"].person.kk
    for code in [code for code in found if code.startswith("bent-card-")]:
        found[code] = replace(found[code], person=replace(found[code].person, kk=card))
    return found


def plant_lives(c: Chronicle, chances: Chances, planted: dict[str, Planted]) -> list[Life]:
    """Their lives, save the one told apart and the dead man's."""
    found: list[Life] = []
    for row in ROWS:
        if not row["way"] or row["code"] == "sari":
            continue
        person = planted[row["code"]].person
        traces = frozenset(row["traces"].split())
        life = draw_life(c.rnd, chances, person, row["way"], c.now, traces=traces)
        life.planted = row["code"]
        if row["code"] in WAITING:
            life.applied_at = c.now - timedelta(hours=5 + int(c.rnd.random() * 20))
        if row["code"] == "deceased-user":
            life.at_immigration = replace(life.at_immigration, nik=planted["deceased"].person.nik)
        found.append(life)
    return found


def plant_bans(c: Chronicle, planted: dict[str, Planted], passports: dict[str, str]) -> None:
    listed = planted["ban-in-force"].person
    ban(c, listed, way="in_force", passport_no=passports.get(listed.id, ""))
    ban(c, planted["ban-lapsed"].person, way="lapsed")
    ban(c, planted["ban-age-only"].person, way="extended", bare=True)


def sari_in_the_register(entry: RegistryEntry) -> RegistryEntry:
    """Another birth date than her papers have: day and month stand the other way round, or a day off."""
    born = entry.birth_date
    turns = born.day <= 12 and born.day != born.month
    other = date(born.year, born.day, born.month) if turns else born + timedelta(days=9)
    return replace(entry, birth_date=other)


def tell_sari(c: Chronicle, chances: Chances, licences: Licences, person: Person) -> tuple[Life, Passport]:
    """SIMKIM, SISKOP2MI, SIAPkerja, SIPMI, Disnaker and Peduli WNI know her; her renewal waits at the desk."""
    life = draw_life(c.rnd, chances, person, "worker", c.now, traces=frozenset())
    life.planted, life.destination = "sari", "HKG"
    life.applied_at = datetime(2024, 6, 4, 3, 20, tzinfo=c.now.tzinfo)
    contract = agree(c, life, licences, life.applied_at - timedelta(days=40))
    contract.scheme = "p2p"
    office = c.places.office_near(c.rnd, person.address.region_code)
    issued_letter = letter(c, life, contract, office, life.applied_at - timedelta(days=4))
    passport = apply(c, life, office, life.applied_at, letter_no=issued_letter.no)
    if passport is None:
        raise ValueError("Sari holds a passport")
    registration = register(c, life, contract, passport_no=passport.no, through="siapkerja")
    signed = c.last_at + timedelta(days=20)
    placed, left = place(c, life, contract, registration, passport.no, signed)
    point = point_for(c, life, "HKG")
    cross(c, life, passport.no, left, "exit", point=point, purpose="work", place="HKG")
    self_report(c, life, passport.no, left, "work")
    home_at = c.now - timedelta(days=12)
    call(c, life, home_at - timedelta(days=120))
    cross(c, life, passport.no, home_at, "entry", point=point, purpose="return", place="HKG")
    come_home(c, life, passport.no, home_at + timedelta(hours=1), point, "leave", placed.p3mi)
    apply(c, life, office, c.now - timedelta(hours=4), kind="expired", previous=passport.no)
    return life, passport
