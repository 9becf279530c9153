"""Look at everybody whom something touched, and keep what somebody must look at. Derived, set-based, idempotent: what is found follows from
the facts and the adopted policy alone, so it matters neither in which order records came nor how often this is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.manipulation.facts import Evidence, Finding, Happening
from suar.core.manipulation.find import about_kk, about_nik, about_person
from suar.core.manipulation.policy import File, read
from suar.exchange.actions import publish_many
from suar.journeys.events import finding_closed, finding_opened
from suar.journeys.jobs.dossier import Known, civil_of, known, number_token, tokens_of
from suar.persons.queries import Subject, subjects
from suar.persons.queries.membership import holders, linked, members
from suar.policies.queries import in_force
from suar.vault.queries import DEFAULT, derived_id, token

#: One looker at a time, so that the last to write has seen all that was committed before.
LOOKING = 7_306_005
TOGETHER = 500  # subjects that one transaction looks at
AT_ONCE = 2_000
#: A number that more subjects share is a placeholder, an institution or an agent's: nothing is read of it.
COMMON = 200
HUB = "suar"  # whose datum the civil register's answers are here


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as it is kept."""

    id: UUID
    kind: str
    unit: str
    subjects: list[UUID]
    agencies: list[str]
    newest: datetime | None
    evidence: str
    params: str


def look(touched: Iterable[UUID], *, act: Act, quietly: bool = False) -> int:
    """Look again at these subjects and at all whom they touch. In the caller's transaction, as the hub. Returns how many findings stand there.

    `quietly` for a rebuild: nothing has happened, so nobody is told.
    """
    assert connections[DEFAULT].in_atomic_block
    policy = read(in_force(act.at).under("matching"))
    everybody, stand = sorted(set(touched), key=lambda id_: id_.int), 0
    if not everybody:
        return 0
    if not quietly:
        with connections[DEFAULT].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOOKING])
    for start in range(0, len(everybody), AT_ONCE):
        stand += look_at(everybody[start : start + AT_ONCE], policy, act, quietly=quietly)
    return stand


def mark(touched: Iterable[UUID]) -> None:
    """Note whom something touched, in the caller's transaction. They are looked at when less is coming: each once, however many records told
    of them meanwhile.
    """
    assert connections[DEFAULT].in_atomic_block
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO journeys_waiting (subject) SELECT * FROM unnest(%b::uuid[]) ON CONFLICT DO NOTHING",
            [sorted(set(touched), key=lambda id_: id_.int)],
        )


def waiting() -> bool:
    """Whether anybody waits to be looked at."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT 1 FROM journeys_waiting LIMIT 1")
        return cursor.fetchone() is not None


@transaction.atomic
def look_waiting(*, act: Act) -> int:
    """Look at some of those who wait, and at all whom they touch. Returns how many; 0 when nobody waits, or somebody else looks."""
    as_hub()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOOKING])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "DELETE FROM journeys_waiting WHERE subject IN (SELECT subject FROM journeys_waiting ORDER BY subject LIMIT %s) RETURNING subject",
            [TOGETHER],
        )
        touched = [id_ for (id_,) in cursor.fetchall()]
    look(touched, act=act)
    return len(touched)


def look_at(touched: Sequence[UUID], policy: File, act: Act, *, quietly: bool) -> int:
    """One part of it: whom it touches is grown to whole persons, to who shares a number, and to who may be the same under another one."""
    near = together(touched)
    before = standing(near)
    near = together({*near, *(id_ for row in before.values() for id_ in row.subjects)})
    opened = subjects(near)
    numbers = {bytes.fromhex(row.unit[2:]) for row in before.values() if row.unit.startswith("n:")} | renumber(
        near, opened
    )
    asked = together({*near, *(b for tied in linked(near).values() for b in tied)})
    with_number = sharing(numbers | stated_by(asked))
    ring = together({*asked, *(id_ for found in with_number.values() for id_ in found)})
    ties = linked(ring)
    around = together({*ring, *(b for tied in ties.values() for b in tied)})
    opened |= subjects(around - set(opened))
    person = holders(around)
    laid = known(opened, person)
    found = {row.id: row for row in of_numbers(with_number, ties, laid, person, policy)}
    found |= {row.id: row for row in of_persons(asked, ties, laid, person, policy)}
    before |= in_units({f"n:{number.hex()}" for number in with_number} | {f"p:{person.get(id_, id_)}" for id_ in asked})
    opened_now = write(before, found)
    if not quietly:
        tell([found[id_] for id_ in opened_now], [row for id_, row in before.items() if id_ not in found], act)
    return len(found)


def together(ids: Iterable[UUID]) -> set[UUID]:
    """These subjects and all who are one person with any of them."""
    wanted = set(ids)
    held = members(set(holders(wanted).values()))
    return wanted.union(*held.values())


def renumber(near: Iterable[UUID], opened: Mapping[UUID, Subject]) -> set[bytes]:
    """Write down which numbers these subjects state; returns the tokens of those they state and of those they stated before."""
    asked = list(near)
    stated = {(number, id_) for id_, subject in opened.items() for number in tokens_of(subject)}
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT token, subject FROM journeys_number WHERE subject = ANY(%b)", [asked])
        had = {(bytes(number), id_) for number, id_ in cursor.fetchall()}
        gone, come = sorted(had - stated, key=str), sorted(stated - had, key=str)
        if gone:
            cursor.execute(
                "DELETE FROM journeys_number n USING unnest(%b::bytea[], %b::uuid[]) AS row (token, subject)"
                " WHERE n.token = row.token AND n.subject = row.subject",
                [[number for number, _ in gone], [id_ for _, id_ in gone]],
            )
        if come:
            cursor.execute(
                "INSERT INTO journeys_number (token, subject) SELECT * FROM unnest(%b::bytea[], %b::uuid[])",
                [[number for number, _ in come], [id_ for _, id_ in come]],
            )
    return {number for number, _ in had | stated}


def stated_by(ids: Iterable[UUID]) -> set[bytes]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT DISTINCT token FROM journeys_number WHERE subject = ANY(%b)", [list(ids)])
        return {bytes(number) for (number,) in cursor.fetchall()}


def sharing(numbers: Iterable[bytes]) -> dict[bytes, list[UUID]]:
    """Number to the subjects that state it, where they are not too many."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT n.token, array_agg(n.subject ORDER BY n.subject) FROM unnest(%b::bytea[]) AS asked (token)"
            " JOIN journeys_number n ON n.token = asked.token GROUP BY n.token HAVING count(*) <= %s",
            [sorted(numbers), COMMON],
        )
        return {bytes(number): found for number, found in cursor.fetchall()}


def of_numbers(
    with_number: Mapping[bytes, list[UUID]],
    ties: Mapping[UUID, set[UUID]],
    laid: Known,
    person: Mapping[UUID, UUID],
    policy: File,
) -> Iterable[Row]:
    """What hangs on each number: the claims of everybody who states it, with all else that is known of them."""
    held, beside = by_person(laid, person), besides(ties, person)
    digits = laid.numbers()
    civil = civil_of({number: digits[number][1] for number in with_number if digits.get(number, ("",))[0] == "nik"})
    for number, stating in with_number.items():
        if number not in digits:
            continue
        name, value = digits[number]
        own = {person.get(id_, id_) for id_ in stating}
        persons = own.union(*(beside.get(one, set()) for one in own))
        concerned = set[UUID]().union(*(held.get(one, set()) for one in persons))
        dossier = laid.dossier(concerned, civil.get(number, ()))
        ask = about_nik if name == "nik" else about_kk
        found = (one for one in ask(value, dossier, policy) if isinstance(one, Finding))
        yield from rows(f"n:{number.hex()}", concerned, laid, found)


def of_persons(
    asked: Iterable[UUID], ties: Mapping[UUID, set[UUID]], laid: Known, person: Mapping[UUID, UUID], policy: File
) -> Iterable[Row]:
    """What hangs on each person, beside whoever may be he under another number."""
    held, beside = by_person(laid, person), besides(ties, person)
    for who in sorted({person.get(id_, id_) for id_ in asked}, key=lambda id_: id_.int):
        concerned = held.get(who, set()).union(*(held.get(other, set()) for other in beside.get(who, ())))
        civil: list[Happening] = []
        if deferred(laid, held.get(who, ())):
            niks = {
                number_token("nik", one.get("nik")): one.get("nik")
                for id_ in concerned
                for one in laid.said[id_]
                if one.get("nik")
            }
            civil = [one for answers in civil_of(niks).values() for one in answers]
        found = (
            one for one in about_person(str(who), laid.dossier(concerned, civil), policy) if isinstance(one, Finding)
        )
        yield from rows(f"p:{who}", concerned, laid, found)


def besides(ties: Mapping[UUID, set[UUID]], person: Mapping[UUID, UUID]) -> dict[UUID, set[UUID]]:
    """Person to the persons beside whom he stands."""
    found: dict[UUID, set[UUID]] = {}
    for a, tied in ties.items():
        found.setdefault(person.get(a, a), set()).update(person.get(b, b) for b in tied)
    return found


def by_person(laid: Known, person: Mapping[UUID, UUID]) -> dict[UUID, set[UUID]]:
    held: dict[UUID, set[UUID]] = {}
    for id_ in laid.said:
        held.setdefault(person.get(id_, id_), set()).add(id_)
    return held


def deferred(laid: Known, ids: Iterable[UUID]) -> bool:
    """Whether anything befell them that makes it worth asking what the civil register said."""
    return any(
        one.kind == "departure_deferral" or one.state in {"deferred", "refused"}
        for id_ in ids
        for one in laid.happened.get(id_, ())
    )


def rows(unit: str, concerned: Iterable[UUID], laid: Known, found: Iterable[Finding]) -> Iterable[Row]:
    for finding in found:
        word = token("finding", canonical([finding.kind, *(hashed(one) for one in sorted(finding.evidence))]).decode())
        spoken = [UUID(id_) for id_ in finding.subjects if id_]
        agencies = sorted({laid.agency[id_] for id_ in spoken} or {HUB})
        dates = [laid.steps[one.record] for one in finding.evidence if one.record in laid.steps]
        evidence = [
            {"role": one.role, "source": one.source, "kind": one.kind, "record": one.record, "subject": one.subject, "field": one.field,
             "on": one.on.isoformat() if one.on else ""}
            for one in finding.evidence
        ]  # fmt: skip
        yield Row(
            derived_id("finding", finding.kind, word.hex()), finding.kind, unit, sorted(concerned, key=lambda id_: id_.int), agencies,
            max(dates, default=None), json.dumps(evidence, sort_keys=True), json.dumps(dict(finding.params), sort_keys=True),
        )  # fmt: skip


def hashed(one: Evidence) -> list[str]:
    """What makes evidence the same evidence: also the value, which goes into the keyed hash and nowhere else."""
    return [one.role, one.source, one.kind, one.record, one.subject, one.field, one.value]


COLUMNS = "id, kind, unit, subjects, agencies, newest, evidence::text, params::text"


def standing(ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Findings in which any of these subjects took part."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM journeys_finding WHERE subjects && %b::uuid[]", [list(ids)])
        return {row[0]: Row(*row) for row in cursor.fetchall()}


def in_units(units: Iterable[str]) -> dict[UUID, Row]:
    """Findings of units that were looked at again as wholes."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM journeys_finding WHERE unit = ANY(%b)", [sorted(units)])
        return {row[0]: Row(*row) for row in cursor.fetchall()}


WRITE = """
INSERT INTO journeys_finding (id, kind, unit, subjects, agencies, newest, evidence, params)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb)
ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, subjects = excluded.subjects, agencies = excluded.agencies, newest = excluded.newest,
    evidence = excluded.evidence, params = excluded.params
RETURNING id, xmax = 0
"""


def write(before: Mapping[UUID, Row], found: Mapping[UUID, Row]) -> list[UUID]:
    """What was found in the place of what stood there. Returns which are new."""
    opened = []
    with connections[DEFAULT].cursor() as cursor:
        if over := [id_ for id_ in before if id_ not in found]:
            cursor.execute("DELETE FROM journeys_finding WHERE id = ANY(%b)", [over])
        for row in found.values():
            cursor.execute(
                WRITE, [row.id, row.kind, row.unit, row.subjects, row.agencies, row.newest, row.evidence, row.params]
            )
            id_, fresh = cursor.fetchone()
            opened += [id_] if fresh else []
    return opened


def tell(opened: Sequence[Row], over: Sequence[Row], act: Act) -> None:
    """One entry and the events of what was opened and what is over."""
    if not opened and not over:
        return
    append("finding.looked", act, about=[row.id for row in (*opened, *over)], opened=len(opened), over=len(over))
    events = [finding_opened(row.id, row.kind) for row in opened]
    publish_many([*events, *(finding_closed(row.id, row.kind, "over") for row in over)], act)
