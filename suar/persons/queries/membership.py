"""Who is one person with whom: membership, and the links and judgements that hold it together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from suar.core.linking.decide import Judgement, Link, Ruling
from suar.core.linking.propose import Verdict
from suar.vault.queries import DEFAULT


def person_of(subject: UUID) -> UUID | None:
    """The person that holds this subject now: any subject id resolves, also one that once named a person."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT person FROM persons_member WHERE subject = %s", [subject])
        row = cursor.fetchone()
    return row[0] if row else None


def of_one_person(subject: UUID) -> list[UUID]:
    """Every subject of the person who holds this one; it alone where nobody does."""
    person = person_of(subject) or subject
    return members([person]).get(person, [subject])


def members(persons: Iterable[UUID], *, wall: str = DEFAULT) -> dict[UUID, list[UUID]]:
    """Person to its subjects, in order."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT person, subject FROM persons_member WHERE person = ANY(%s) ORDER BY person, subject",
            [list(persons)],
        )
        found: dict[UUID, list[UUID]] = {}
        for person, subject in cursor.fetchall():
            found.setdefault(person, []).append(subject)
    return found


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Subjects that hang together, and what holds them: joins of the machine, judgements of officers, today's membership."""

    subjects: frozenset[UUID]
    links: tuple[Link, ...]
    judgements: tuple[Judgement, ...]
    person: Mapping[UUID, UUID]


JOINS = """
SELECT a, b, weight, verdict FROM persons_link WHERE verdict = 'join' AND a = ANY(%b::uuid[])
UNION SELECT a, b, weight, verdict FROM persons_link WHERE verdict = 'join' AND b = ANY(%b::uuid[])
"""


JUDGED = "SELECT id, a, b, ruling FROM persons_judgement WHERE a = ANY(%b::uuid[]) OR b = ANY(%b::uuid[])"


TOGETHER = """
SELECT other.subject, other.person FROM persons_member mine JOIN persons_member other USING (person)
WHERE mine.subject = ANY(%b::uuid[])
"""


def neighbourhood(around: Iterable[UUID], *, wall: str = DEFAULT) -> Neighbourhood:
    """Everything reachable from these subjects over joins, human judgements and today's membership: the whole, so that what is decided
    in it is canonical. Grown ring by ring; two rings are usual.
    """
    reached: set[UUID] = set()
    links: dict[tuple[UUID, UUID], Link] = {}
    judgements: dict[UUID, Judgement] = {}
    person: dict[UUID, UUID] = {}
    ring = set(around)
    with connections[wall].cursor() as cursor:
        while ring:
            reached |= ring
            asked, met = sorted(ring, key=by_number), set[UUID]()
            cursor.execute(JOINS, [asked, asked])
            for a, b, weight, verdict in cursor.fetchall():
                links[a, b] = Link(a=str(a), b=str(b), weight=weight, verdict=Verdict(verdict))
                met |= {a, b}
            cursor.execute(JUDGED, [asked, asked])
            for id_, a, b, ruling in cursor.fetchall():
                judgements[id_] = Judgement(a=str(a), b=str(b), ruling=Ruling(ruling), order=str(id_))
                met |= {a, b} if ruling == Ruling.JOINED else set()
            cursor.execute(TOGETHER, [asked])
            held = dict(cursor.fetchall())
            person |= held
            ring = met.union(held) - reached
    return Neighbourhood(frozenset(reached), tuple(links.values()), tuple(judgements.values()), person)


def by_number(id_: UUID) -> int:
    """Sorts UUIDs as PostgreSQL does, and quicker than they compare themselves."""
    return id_.int


def holders(subjects_: Iterable[UUID]) -> dict[UUID, UUID]:
    """Subject to the person that holds it now, in one round trip."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT subject, person FROM persons_member WHERE subject = ANY(%b)", [list(subjects_)])
        return dict(cursor.fetchall())


def linked(subjects_: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Subject to those that the machine holds for the same human or would ask about; runs as the hub."""
    asked, found = list(subjects_), dict[UUID, set[UUID]]()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT a, b FROM persons_link WHERE a = ANY(%b::uuid[]) UNION SELECT a, b FROM persons_link WHERE b = ANY(%b::uuid[])",
            [asked, asked],
        )
        for a, b in cursor.fetchall():
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
    return found
