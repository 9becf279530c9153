"""Entries in force by the hundred thousand: written set-based, past the same constraints and triggers as an officer's own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from suar.core.registers.acts import Standing
from suar.core.registers.law import LegalTermRow

KIND, ZONE = "exit_ban", "Asia/Jakarta"
PASSWORD = "mercu-dermaga-layar-271"  # noqa: S105  # of people who live for one benchmark
#: office, agency, desk, officer, role: one who asks, one who agrees.
FIRST = ("BARESKRIM", "polri", "DAFTAR-POLRI", "bench-first", "register_officer")
SECOND = ("P2MI-PUSAT", "kp2mi", "KEDUA-P2MI", "bench-second", "second_officer")
REASON = {"exit_ban": "investigation", "signal": "shared_number"}
TOGETHER = 1_000  # entries in one transaction: each takes a lock of its person
DAYS = 80  # they began within so many days; after three months they are reviewed
PENDING = timedelta(hours=2)  # between a request and the word of the second person


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who asked, or who agreed."""

    officer: UUID
    role: str
    agency: str
    office: str
    desk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """One entry to be written. `grades`: of a signal, of its source and of its content."""

    subject: UUID
    at: datetime
    standing: Standing
    grades: tuple[str, str] = ("", "")


def seats(since: datetime) -> tuple[Seat, Seat]:
    """One who asks and one who agrees, of two agencies, seated since then. Made once."""
    from django.db import transaction

    from suar.agencies.actions import Place, engage, open_desk, post
    from suar.agencies.models import Officer as Person
    from suar.site.auth import system_act

    act = system_act("bench", at=since)
    hands: list[Seat] = []
    with transaction.atomic():
        for office, agency, at_desk, username, role in (FIRST, SECOND):
            place = {
                "office_name": office,
                "zone": "Asia/Jakarta",
                "region": "3171",
                "desk_name": at_desk,
                "kind": "register",
            }
            open_desk(Place(office=office, agency=agency, desk=at_desk, **place))
            if made := engage(username, username, PASSWORD, act=act):
                post(made, at_desk, role, until=None, act=act)
            person = made or Person.objects.get(username=username)
            hands.append(Seat(officer=person.id, role=role, agency=agency, office=office, desk=at_desk))
    return hands[0], hands[1]


REQUEST = """
INSERT INTO registers_request (id, entry, of_seq, kind, act, subject, at, until, by, role, agency, office, desk, drawn, first_day, last_day, reason,
    sealed)
SELECT q.id, q.entry, 0, %(kind)s, 'add', q.subject, q.asked, q.asked + interval '24 hours', %(first)s, %(first_role)s, %(first_agency)s,
    %(first_office)s, %(first_desk)s, %(second)s, q.first_day, q.last_day, %(reason)s, q.sealed
FROM unnest(%(ids)s::uuid[], %(entries)s::uuid[], %(subjects)s::uuid[], %(asked)s::timestamptz[], %(first_days)s::date[], %(last_days)s::date[],
    %(sealed)s::bytea[]) AS q (id, entry, subject, asked, first_day, last_day, sealed)
"""
SEEN = "INSERT INTO registers_seen (request, by, at) SELECT id, %(second)s, at FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[]) AS q (id, at)"
RULING = """
INSERT INTO registers_ruling (request, turn, ruling, at, by, seen_by, role, agency, office, desk, reason, sealed)
SELECT id, 1, 'approved', at, %(second)s, %(second)s, %(second_role)s, %(second_agency)s, %(second_office)s, %(second_desk)s, 'given', sealed
FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(sealed)s::bytea[]) AS q (id, at, sealed)
"""
ACT = """
INSERT INTO registers_act (id, entry, seq, kind, act, subject, agency, at, by, by_role, by_agency, by_office, request, second, second_role,
    second_agency, second_office, state, first_day, last_day, zone, begins, ends, review_due, extended, months, days, extensions, reason, authority,
    basis, decision_no, sealed)
SELECT q.act, q.entry, 1, %(kind)s, 'add', q.subject, %(first_agency)s, q.at, %(first)s, %(first_role)s, %(first_agency)s, %(first_office)s, q.id,
    %(second)s, %(second_role)s, %(second_agency)s, %(second_office)s, 'in_force', q.first_day, q.last_day, %(zone)s, q.begins, q.ends, q.review_due,
    0, %(months)s, %(days)s, %(extensions)s, %(reason)s, 'Bench', %(basis)s, q.number, q.sealed
FROM unnest(%(acts)s::uuid[], %(ids)s::uuid[], %(entries)s::uuid[], %(subjects)s::uuid[], %(ats)s::timestamptz[], %(first_days)s::date[],
    %(last_days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[], %(review_due)s::timestamptz[], %(numbers)s::bytea[],
    %(act_sealed)s::bytea[]) AS q (act, id, entry, subject, at, first_day, last_day, begins, ends, review_due, number, sealed)
"""


def made_up(count: int, now: datetime) -> Iterator[Ban]:
    """So many people of nobody's records, each banned for the whole term of the law, since some day of the last months."""
    from suar.vault.queries import new_id

    row = law()
    days = [now - timedelta(days=1 + day) for day in range(DAYS)]
    standings = [standing_at(at, row) for at in days]
    for number in range(count):
        at = days[number % DAYS]
        yield Ban(subject=new_id(at), at=at, standing=standings[number % DAYS])


def ending(subjects: Sequence[UUID], ends: Sequence[datetime], now: datetime) -> list[Ban]:
    """Bans whose term is over at just these instants."""
    at = now - timedelta(days=1)
    standing = standing_at(at, law())
    return [
        Ban(subject=subject, at=at, standing=replace(standing, ends=end, review_due=end))
        for subject, end in zip(subjects, ends, strict=True)
    ]


def law(kind: str = KIND) -> LegalTermRow:
    from suar.core.registers.law import LegalBasis
    from suar.policies.queries import in_force
    from suar.site.auth import now

    return LegalBasis.read(in_force(now()).under("legal_basis"))[kind]


def standing_at(at: datetime, row: LegalTermRow) -> Standing:
    from suar.core.registers.acts import Wanted, take
    from suar.core.registers.law import ActKind
    from suar.registers.queries.native import local

    return take(None, Wanted(act=ActKind.ADD, asked_at=at), row, local(ZONE), at)


def write(bans: Iterator[Ban] | Sequence[Ban], first: Seat, second: Seat, kind: str = KIND) -> float:
    """Write them, some at a time. Returns how many seconds it took."""
    started, rest = time.perf_counter(), iter(bans)
    while some := list(islice(rest, TOGETHER)):
        write_some(some, first, second, kind)
    return time.perf_counter() - started


def write_some(bans: Sequence[Ban], first: Seat, second: Seat, kind: str) -> None:
    from django.db import connection, transaction

    told = columns(bans, kind) | {
        "first": first.officer, "first_role": first.role, "first_agency": first.agency, "first_office": first.office, "second": second.officer,
        "first_desk": first.desk, "second_desk": second.desk, "second_role": second.role, "second_agency": second.agency, "second_office": second.office,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        for statement in (REQUEST, SEEN, RULING, ACT):
            cursor.execute(statement, told)


def columns(bans: Sequence[Ban], kind: str) -> dict[str, Any]:
    from suar.core.canonical import canonical
    from suar.registers.queries.native import place_of
    from suar.vault.queries import new_id, seal, token

    row = law(kind)
    ids, acts = [new_id(ban.at) for ban in bans], [new_id(ban.at) for ban in bans]
    words = [
        canonical({"text": "Bench", "document": "", "evidence": [], "grades": dict(zip(("source", "content"), ban.grades, strict=True))})
        for ban in bans
    ]  # fmt: skip
    return {
        "kind": kind, "reason": REASON[kind], "zone": ZONE, "months": row.months, "days": row.days, "extensions": row.extensions,
        "basis": "; ".join(row.law), "ids": ids, "entries": [new_id(ban.at) for ban in bans], "acts": acts, "subjects": [ban.subject for ban in bans],
        "asked": [ban.at - PENDING for ban in bans], "ats": [ban.at for ban in bans], "first_days": [ban.standing.first_day for ban in bans],
        "last_days": [ban.standing.last_day for ban in bans], "begins": [ban.standing.begins for ban in bans],
        "ends": [ban.standing.ends for ban in bans], "review_due": [ban.standing.review_due for ban in bans],
        "numbers": [token("decision", f"BENCH {one}") for one in ids],
        "sealed": [seal(told, about=place_of(one)) for told, one in zip(words, ids, strict=True)],
        "act_sealed": [seal(told, about=place_of(one)) for told, one in zip(words, acts, strict=True)],
    }  # fmt: skip
