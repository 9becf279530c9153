"""Who else names the same things: a phone, a payer, an address. Counted in households over keyed ids; no value is opened, nobody is named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from suar.core.indicators.households import households
from suar.core.registers.things import read_thing
from suar.intake.queries.quarantine import doubted_among
from suar.journeys.jobs.dossier import number_token
from suar.persons.queries.membership import holders, members
from suar.registers.queries.things import thing_id
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import Question, prepared

#: So many records of one thing are looked at, the newest; past that the count says "at least".
MOST = 200
MOST_OWN = 400
DISTRICT = 6  # digits of the kecamatan, or the four of the kabupaten: an address says little without where it stands


def home_of(address: str, region: str) -> UUID | None:
    """An address in its district; none where the district is not known, since every village has its Jalan Raya."""
    read = read_thing("address", address)
    return thing_id("home", f"{region[:DISTRICT]} {read.get()}") if read.ok and region else None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a record of somebody names: its keyed id, in which role, and which step of which kind named it when."""

    thing: UUID
    role: str
    kind: str
    step: UUID
    at: datetime


OWN = "SELECT thing, role, kind, step, at FROM journeys_thing WHERE subject = ANY(%b::uuid[]) ORDER BY at DESC, step, role LIMIT %b"


def things_question(subjects: Sequence[UUID]) -> list[Question]:
    """What `things_of` asks, for whoever asks several things in one journey."""
    return [(OWN, [sorted(subjects), MOST_OWN])] if subjects else []


def things_of(subjects: Sequence[UUID]) -> list[Thing]:
    """What the records of these subjects name, newest first. Runs inside a door."""
    return [Thing(*row) for question in things_question(subjects) for row in prepared(*question)]


OTHERS = f"""
SELECT asked.thing, asked.role, other.subject, other.step, other.at
FROM unnest(%b::uuid[], %b::text[]) AS asked (thing, role)
CROSS JOIN LATERAL (
    SELECT t.subject, t.step, t.at FROM journeys_thing t
    WHERE t.thing = asked.thing AND t.role = asked.role AND t.at > %b AND t.at <= %b AND NOT t.subject = ANY(%b::uuid[])
    ORDER BY t.at DESC, t.step LIMIT {MOST}
) other
"""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else's record that names the same thing in that role."""

    thing: UUID
    role: str
    subject: UUID
    step: UUID
    at: datetime


def others_with(
    things: Collection[tuple[UUID, str]], since: datetime, until: datetime, *, without: Sequence[UUID]
) -> list[Other]:
    """Records of that time, of anybody but these subjects, that name any of these things in that role: one query, by its index."""
    if not things:
        return []
    pairs = sorted(things, key=str)
    told = [[thing for thing, _ in pairs], [role for _, role in pairs], since, until, list(without)]
    found = [Other(*row) for row in prepared(OTHERS, told)]
    doubted = doubted_among({other.subject for other in found})
    return [other for other in found if other.subject not in doubted]


CARDS = "SELECT subject, token FROM journeys_number WHERE subject = ANY(%s)"


def family_cards(subjects: Iterable[UUID]) -> dict[UUID, set[bytes]]:
    """The numbers (family card and NIK, keyed) that any record of these subjects states."""
    found: dict[UUID, set[bytes]] = {}
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(CARDS, [list(subjects)])
        for subject, number in cursor.fetchall():
            found.setdefault(subject, set()).add(bytes(number))
    return found


@dataclass(frozen=True, slots=True)
class Company:
    """Who stands behind others' records: each subject to one person of his household (None for the traveller's own), and to all subjects of his
    person.
    """

    home: Mapping[UUID, UUID | None]
    whole: Mapping[UUID, Sequence[UUID]]


def company_of(others: Sequence[Other], own: Sequence[UUID], kk: Iterable[str]) -> Company:
    """The households behind these records; that of `own` also states these family cards."""
    if not others:
        return Company({}, {})
    subjects = {other.subject for other in others}
    person = holders(subjects)
    people = {person.get(subject, subject) for subject in subjects}
    whole = members(people)
    cards = family_cards({*own, *subjects, *(one for held in whole.values() for one in held)})
    stated = {
        one: set[bytes]().union(*(cards.get(subject, set()) for subject in whole.get(one, [one]))) for one in people
    }
    mine = set[bytes]().union(*(cards.get(subject, set()) for subject in own), {number_token("kk", one) for one in kk})
    home = households(stated, mine)
    return Company(
        {subject: home[person.get(subject, subject)] for subject in subjects},
        {subject: whole.get(person.get(subject, subject), [subject]) for subject in subjects},
    )


NAMED_BY = """
SELECT count(*) FROM (SELECT DISTINCT subject FROM journeys_thing WHERE thing = %s AND subject IS DISTINCT FROM %s LIMIT %s) others
"""


def named_by(thing: UUID, *, without: UUID | None, most: int) -> int:
    """How many others' records name a thing, counted up to `most`. As the hub: a count says of nobody that he is among them."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(NAMED_BY, [thing, without, most])
        return int(cursor.fetchone()[0])
