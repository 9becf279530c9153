"""Objections: to which entry, since when, until when, in whose hands, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.registers.acts import HOLDING
from suar.core.registers.law import LegalBasis, LegalTermRow, RemedyRow
from suar.core.registers.notice_code import read_code
from suar.core.registers.objection import ObjectionState, Outcome, Part, days_left, state_of
from suar.registers.queries.calendar import holidays_from
from suar.registers.queries.native import acts_of, local, place_of
from suar.vault.queries import token, unseal

HUB_ZONE = "Asia/Jakarta"  # where an objection is counted that leads to no entry, and one to an entry whose office is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The entry that an objection is about."""

    entry: UUID
    origin: str
    kind: str
    subject: UUID
    agency: str
    zone: str
    known_at: datetime  # when the newest decision that it hold was made
    ends: datetime
    first_day: date


NAMED = """
SELECT entry FROM registers_act WHERE act = 'add' AND decision_no = %(number)s
UNION SELECT id FROM registers_entry WHERE decision_no = %(number)s
UNION SELECT entry FROM registers_notice WHERE number = %(notice)s OR code = %(code)s LIMIT 2
"""


def target_named(number: str) -> Target | None:
    """The one entry to which a number leads: its own, that of its decision, or the number or the code of a notice of it. None where it leads
    to none, or to more than one.
    """
    number = number.strip()
    if not number:
        return None
    try:
        return target(UUID(number))
    except ValueError:
        pass
    asked = {"number": token("decision", number), "notice": number.upper(), "code": read_code(number)}
    with connection.cursor() as cursor:
        cursor.execute(NAMED, asked)
        found = cursor.fetchall()
    return target(found[0][0]) if len(found) == 1 else None


HELD = """
SELECT kind, subject, agency, lower(in_force), upper(in_force) FROM registers_entry WHERE id = %s
"""
HOLDS = tuple(sorted(HOLDING))


def target(entry: UUID) -> Target | None:
    done = acts_of([entry]).get(entry, [])
    if done:
        last, held = done[-1], [one for one in done if one.act in HOLDING][-1]
        return Target(
            entry=entry, origin="nominated", kind=last.kind, subject=last.subject, agency=last.agency, zone=last.zone, known_at=held.at,
            ends=last.ends, first_day=last.first_day,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(HELD, [entry])
        row = cursor.fetchone()
    if row is None:
        return None
    return Target(
        entry=entry, origin="mirrored", kind=row[0], subject=row[1], agency=row[2], zone=HUB_ZONE, known_at=row[3], ends=row[4],
        first_day=row[3].astimezone(local(HUB_ZONE)).date(),
    )  # fmt: skip


def law_of_target(found: Target, legal: LegalBasis) -> LegalTermRow | None:
    """The law of its day; None for a kind that no table knows, and where none was in force."""
    rows = legal.rows.get(found.kind, ())
    return next((row for row in rows if row.holds_on(found.first_day)), None)


def shortest(legal: LegalBasis) -> RemedyRow:
    """What anybody is told who files by the public form, whatever stands behind the number: the shortest clock that any law gives."""
    remedies = [row.remedy for rows in legal.rows.values() for row in rows if row.remedy]
    return min(remedies, key=lambda one: (one.decision_working_days, one.objection_working_days))


PART = """
SELECT "by", by_office FROM registers_act WHERE entry = %(entry)s AND act = ANY(%(holds)s)
UNION SELECT second, second_office FROM registers_act WHERE entry = %(entry)s AND act = ANY(%(holds)s) AND second IS NOT NULL
UNION SELECT "by", office FROM registers_request WHERE entry = %(entry)s AND act = ANY(%(holds)s)
UNION SELECT r."by", r.office FROM registers_ruling r JOIN registers_request q ON q.id = r.request
    WHERE q.entry = %(entry)s AND q.act = ANY(%(holds)s) AND r.ruling = 'approved'
"""


def part_of(entry: UUID | None) -> Part:
    """Who had a part in an entry, and their offices. Of a mirrored one nobody here had."""
    with connection.cursor() as cursor:
        cursor.execute(PART, {"entry": entry, "holds": list(HOLDS)})
        rows = cursor.fetchall()
    return Part(hands=frozenset(row[0] for row in rows), offices=frozenset(row[1] for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One objection as it was received, and how it was decided."""

    id: UUID
    entry: UUID | None
    origin: str
    kind: str
    subject: UUID | None
    agency: str
    zone: str
    received_at: datetime
    received_by: UUID | None
    filed_by: str
    in_time: bool
    decide_by: datetime
    alone_until: datetime
    drawn: UUID | None
    sealed: bytes
    outcome: Outcome | None
    decided_at: datetime | None
    decided_by: UUID | None
    last_day: date | None
    carried_out: UUID | None
    ruling_sealed: bytes | None
    escalated_at: datetime | None

    @property
    def said(self) -> dict[str, Any]:
        """Name, words, contact and paper, opened: what only whoever decides reads."""
        return dict(json.loads(unseal(self.sealed, about=place_of(self.id))))

    @property
    def reason(self) -> str:
        """Why it was decided so."""
        return (
            str(json.loads(unseal(self.ruling_sealed, about=place_of(self.id)))["reason"]) if self.ruling_sealed else ""
        )

    def state(self, at: datetime) -> ObjectionState:
        return state_of(self.decide_by, self.decided_at, at, local(self.zone), holidays_from(self.received_at.date()))

    def days_left(self, at: datetime) -> int:
        return days_left(self.decide_by, at, local(self.zone), holidays_from(self.received_at.date()))


COLUMNS = """
SELECT o.id, o.entry, o.origin, coalesce(o.kind, ''), o.subject, o.agency, o.zone, o.received_at, o.received_by, o.filed_by, o.in_time,
    o.decide_by, o.alone_until, o.drawn, o.sealed, r.outcome, r.at, r."by", r.last_day, r.act, r.sealed, l.at
FROM registers_objection o LEFT JOIN registers_objection_ruling r ON r.objection = o.id
    LEFT JOIN registers_objection_late l ON l.objection = o.id
"""


def objections(where: str, told: Mapping[str, Any]) -> list[Objection]:
    """Objections that fit, the nearest clock first. Runs as the hub."""
    with connection.cursor() as cursor:
        cursor.execute(f"{COLUMNS} WHERE {where} ORDER BY o.decide_by, o.id", told)
        return [objection_of(row) for row in cursor.fetchall()]


def objection_of(row: Sequence[Any]) -> Objection:
    return Objection(
        id=row[0], entry=row[1], origin=row[2], kind=row[3], subject=row[4], agency=row[5], zone=row[6], received_at=row[7], received_by=row[8],
        filed_by=row[9], in_time=row[10], decide_by=row[11], alone_until=row[12], drawn=row[13], sealed=bytes(row[14]),
        outcome=Outcome(row[15]) if row[15] else None, decided_at=row[16], decided_by=row[17], last_day=row[18], carried_out=row[19],
        ruling_sealed=bytes(row[20]) if row[20] else None, escalated_at=row[21],
    )  # fmt: skip


def one_objection(id_: UUID) -> Objection | None:
    return next(iter(objections("o.id = %(id)s", {"id": id_})), None)


def undecided() -> list[Objection]:
    return objections("r.outcome IS NULL", {})


def heard(from_where: bytes) -> int:
    """How many came from one address within its hour."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_objection WHERE heard_from = %s", [from_where])
        return int(cursor.fetchone()[0])


CLOCKS = """
SELECT o.agency, count(*) FILTER (WHERE r.at IS NULL AND o.decide_by > %(at)s), count(*) FILTER (WHERE r.at IS NULL AND o.decide_by <= %(at)s),
    count(*) FILTER (WHERE r.at < o.decide_by), count(*) FILTER (WHERE r.at >= o.decide_by),
    count(*) FILTER (WHERE r.outcome IN ('upheld', 'partly'))
FROM registers_objection o LEFT JOIN registers_objection_ruling r ON r.objection = o.id GROUP BY o.agency ORDER BY o.agency
"""


def clocks_by_agency(at: datetime) -> list[dict[str, Any]]:
    """Of each agency's entries: objections whose clock runs, is missed, was met, was missed; and how many were upheld."""
    names = ("agency", "open", "overdue", "in_time", "late", "upheld")
    with connection.cursor() as cursor:
        cursor.execute(CLOCKS, {"at": at})
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def to_escalate(at: datetime) -> list[Objection]:
    """Undecided, late, and not yet told to the oversight."""
    return objections("r.outcome IS NULL AND o.decide_by <= %(at)s AND l.at IS NULL", {"at": at})
