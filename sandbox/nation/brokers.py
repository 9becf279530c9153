"""Who arranges journeys: agents whose phone stands on many forms, groups, recruiters whom the police know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import nsmallest
from random import Random

from sandbox.nation.identifiers import Numbers
from sandbox.nation.lives import Life
from sandbox.nation.model import Contact, Person
from sandbox.nation.names import words_of
from sandbox.nation.register import raised

LEAST_SHARED = 8  # applicants of one agent's phone; so many that no one family fills it
RING = 10  # trafficked people of one agent; guess
LONGEST_RING = timedelta(days=540)  # so long an agent goes by one number; guess
OF_THAT_TIME = 40  # honest applicants of about that time, of whom some come to the same agent
LEAST_GROUP = 5
LONGEST_WAIT = timedelta(days=500)  # a ring gathers those who apply within this time on one day
ALIASES, BUREAUS = words_of("alias"), words_of("bureau")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruiter:
    person: Person | None
    full_name: str
    alias: str
    phone: str


def share_phones(rnd: Random, numbers: Numbers, lives: list[Life]) -> None:
    """Agents' phones: honest applicants by kind and province; cases in rings that also bring honest people."""
    with_agent = [life for life in lives if "agent_phone" in life.traces]
    honest = sorted(
        (life for life in with_agent if not life.of_a_case),
        key=lambda life: (life.way, life.person.address.region_code[:2], life.applied_at),
    )
    for ring in rings_of(rnd, [life for life in with_agent if life.of_a_case]):
        near = nsmallest(OF_THAT_TIME, honest, key=lambda life: abs(life.applied_at - ring[0].applied_at))
        some = rnd.sample(near, min(len(near), LEAST_SHARED - min(4, len(ring))))
        taken = {id(life) for life in some}
        honest = [life for life in honest if id(life) not in taken]
        _one_phone(rnd, numbers, ring + some)
    while honest:
        size = LEAST_SHARED + int(rnd.random() * 18)
        if len(honest) - size < LEAST_SHARED:
            size = len(honest)
        _one_phone(rnd, numbers, honest[:size])
        del honest[:size]


def rings_of(rnd: Random, cases: list[Life]) -> list[list[Life]]:
    """Cases of one time in parts as large as one agent's. A country has many agents at once, so it is chance who comes to whom."""
    rings: list[list[Life]] = []
    waiting = sorted(cases, key=lambda life: life.applied_at)
    while waiting:
        time = [life for life in waiting if life.applied_at - waiting[0].applied_at < LONGEST_RING]
        del waiting[: len(time)]
        rnd.shuffle(time)
        rings += [time[at : at + RING] for at in range(0, len(time), RING)]
    return rings


def _one_phone(rnd: Random, numbers: Numbers, ring: list[Life]) -> None:
    phone, sponsor = numbers.phone(), sponsor_name(rnd)
    for life in ring:
        life.payer_phone = phone
        life.sponsor = life.sponsor or (sponsor if rnd.random() < 0.6 else "")
        if rnd.random() < 0.5 and not life.planted:
            life.at_immigration = replace(life.at_immigration, phone=phone)


def sponsor_name(rnd: Random) -> str:
    return f"{rnd.choice(BUREAUS)} {int(rnd.random() * 900) + 100}"


def gather_groups(rnd: Random, lives: list[Life]) -> None:
    """Put groups on one day under one sponsor: the day of the earliest, so that what came after stays possible."""
    grouped = [life for life in lives if "group_same_day" in life.traces]
    by_kind: dict[str, list[Life]] = defaultdict(list)
    for life in grouped:
        by_kind["case" if life.of_a_case else life.way].append(life)
    days: list[tuple[date, str]] = []
    lonely: list[Life] = []
    for kind in sorted(by_kind):
        waiting = sorted(by_kind[kind], key=lambda life: life.applied_at)
        while waiting:
            size = LEAST_GROUP + int(rnd.random() * 5)
            group, waiting = waiting[:size], waiting[size:]
            if len(group) < LEAST_GROUP or group[-1].applied_at - group[0].applied_at > LONGEST_WAIT:
                lonely += group
                continue
            days.append(_one_day(rnd, group, sponsor_name(rnd), group[0].applied_at.date()))
    for life in lonely:
        fitting = [day for day in days if day[0] <= life.applied_at.date()]
        if fitting:
            on, sponsor = max(fitting)
            _one_day(rnd, [life], sponsor, on)
        else:
            life.traces -= {"group_same_day"}  # the first of all: there is no group that he could have joined


def _one_day(rnd: Random, group: list[Life], sponsor: str, on: date) -> tuple[date, str]:
    for life in group:
        life.sponsor = sponsor
        life.applied_at = life.applied_at.replace(
            year=on.year, month=on.month, day=on.day, minute=int(rnd.random() * 60)
        )
    return on, sponsor


def recruiters(rnd: Random, numbers: Numbers, lives: list[Life], count: int) -> list[Recruiter]:
    """People whom the police suspect. Some are known by an alias only. Their phones stand as contact on some forms."""
    grown = [life.person for life in lives if not life.of_a_case and 1961 < life.person.birth_date.year < 1999]
    found = []
    for _ in range(count):
        person = rnd.choice(grown) if rnd.random() < 0.7 else None
        alias = rnd.choice(ALIASES)
        name = person.full_name if person else alias
        found.append(Recruiter(person=person, full_name=name, alias=alias, phone=numbers.phone()))
    for life in lives:
        if "suspect_phone" in life.traces:
            recruiter = rnd.choice(found)
            life.contact = Contact(name=recruiter.alias, phone=recruiter.phone, relation="paman")
    return found


def change_birth_dates(rnd: Random, lives: list[Life]) -> None:
    """Birth dates as papers have them: corrected to order in the register, or typed otherwise than the register has."""
    for life in lives:
        person, applied = life.person, life.applied_at.date()
        minor = (applied - person.birth_date).days < 18 * 365.25
        if life.way == "M09":
            life.true_birth_date = (
                person.birth_date if minor else person.birth_date + timedelta(days=900 + int(rnd.random() * 300))
            )
        if "birth_date_raised" in life.traces:
            born = raised(person.birth_date, applied, 1 + int(rnd.random() * 4))
            life.at_immigration = replace(life.at_immigration, birth_date=born)
            life.at_work = replace(life.at_work, birth_date=born)
        if "birth_date_differs" in life.traces:
            before = life.at_immigration.birth_date
            born = raised(before, applied, 2) if minor else _mistyped(rnd, before)
            life.at_immigration = replace(life.at_immigration, birth_date=born)


def _mistyped(rnd: Random, born: date) -> date:
    if born.day <= 12 and born.day != born.month and rnd.random() < 0.4:
        return born.replace(month=born.day, day=born.month)
    return born + timedelta(days=rnd.choice((-365, -1, 1, 10, 365, 366)))


def name_in_tips(numbers: Numbers, lives: list[Life]) -> list[Life]:
    """Those on whose form stands a phone that a village tip will name. Each has his own sponsor."""
    found = [life for life in lives if "tip_names_agent" in life.traces]
    for life in found:
        life.at_immigration = replace(life.at_immigration, phone=numbers.phone())
    return found


def second_identities(rnd: Random, numbers: Numbers, lives: list[Life]) -> None:
    """Another NIK of the same human, made elsewhere and with another birth date where it was made on purpose."""
    for life in lives:
        if "second_identity" in life.traces:
            person = life.person
            born = _mistyped(rnd, person.birth_date) if life.way == "M12" else person.birth_date
            life.other_nik = numbers.nik(person.address.region_code, born, person.sex)
