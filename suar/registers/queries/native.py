"""Entries that were nominated here, as their acts say: read from the facts themselves, the newest act last."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.identity.zones import zone_of
from suar.core.registers.acts import HOLDING, Hand, Standing, State
from suar.core.registers.law import ActKind
from suar.vault.queries import unseal
from suar.vault.queries.prepared import prepared

#: Which source a nominated entry is said to come from: nobody's feed, our own registers.
SUAR = "suar"

IN_FORCE = """
SELECT id, kind, subject, agency, authority, basis, reason, begins, ends FROM (
    SELECT DISTINCT ON (a.entry) a.entry AS id, a.kind, a.subject, a.agency, a.authority, a.basis, a.reason, a.begins, a.ends, a.state,
        a.review_due
    FROM registers_act a WHERE a.subject = ANY(%(subjects)b::uuid[]) ORDER BY a.entry, a.seq DESC
) newest
WHERE state = 'in_force' AND begins <= %(at)s AND ends > %(at)s AND review_due > %(at)s
AND NOT ((SELECT against FROM registers_limit l WHERE l.kind = newest.kind) AND registers_lacks_word(id, subject, %(at)s))
ORDER BY kind, begins DESC, id
"""
OVER = """
SELECT id, kind, subject, agency, authority, basis, reason, begins, ends FROM (
    SELECT DISTINCT ON (a.entry) a.entry AS id, a.kind, a.subject, a.agency, a.authority, a.basis, a.reason, a.begins, a.ends
    FROM registers_act a WHERE a.subject = ANY(%(subjects)b::uuid[]) ORDER BY a.entry, a.seq DESC
) newest WHERE ends <= %(at)s ORDER BY kind, begins DESC, id
"""


def nominated(subjects: Sequence[UUID], at: datetime, *, over: bool = False) -> list[tuple[Any, ...]]:
    """Of these subjects: what is acted on at `at`, to the second; or what had ended by then. Runs inside a door."""
    return prepared(OVER if over else IN_FORCE, {"subjects": list(subjects), "at": at})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One act on an entry, as it was written."""

    id: UUID
    entry: UUID
    seq: int
    kind: str
    act: ActKind
    subject: UUID
    agency: str
    at: datetime
    first: Hand
    request: UUID | None
    second: Hand | None
    state: State
    first_day: date
    last_day: date
    zone: str
    begins: datetime
    ends: datetime
    review_due: datetime
    extended: int
    reason: str
    authority: str
    basis: str
    decision_no: bytes | None
    sealed: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The words behind it, opened: what only whoever works on the entry reads."""
        return dict(json.loads(unseal(self.sealed, about=place_of(self.id))))


COLUMNS = """
SELECT id, entry, seq, kind, act, subject, agency, at, by, by_role, by_agency, by_office, request, second, second_role, second_agency,
    second_office, state, first_day, last_day, zone, begins, ends, review_due, extended, reason, authority, basis, decision_no, sealed
FROM registers_act
"""


def acts_of(entries: Sequence[UUID]) -> dict[UUID, list[Done]]:
    """Every act on each of these entries, first first."""
    found: dict[UUID, list[Done]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{COLUMNS} WHERE entry = ANY(%s) ORDER BY entry, seq", [list(entries)])
        for row in cursor.fetchall():
            done = done_of(row)
            found.setdefault(done.entry, []).append(done)
    return found


LEANING = "SELECT at, agency FROM registers_act WHERE at >= %b AND subject = ANY(%b::uuid[])"


def acts_leaning(subjects: Collection[UUID], since: datetime) -> list[Mapping[str, Any]]:
    """What officers did since then with entries about any of these: when, and of which agency. As the hub."""
    rows = prepared(LEANING, [since, list(subjects)])
    return [{"kind": "register_act", "at": at, "agency": agency} for at, agency in rows]


def nobody_nominated() -> bool:
    """Whether no entry was ever nominated here. As the hub."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_act LIMIT 1")
        return cursor.fetchone() is None


def act_with(id_: UUID) -> Done | None:
    """One act by its own id."""
    with connection.cursor() as cursor:
        cursor.execute(f"{COLUMNS} WHERE id = %s", [id_])
        row = cursor.fetchone()
    return done_of(row) if row else None


def done_of(row: Sequence[Any]) -> Done:
    first = Hand(officer=row[8], role=row[9], agency=row[10], office=row[11])
    second = Hand(officer=row[13], role=row[14], agency=row[15], office=row[16]) if row[13] else None
    return Done(
        id=row[0], entry=row[1], seq=row[2], kind=row[3], act=ActKind(row[4]), subject=row[5], agency=row[6], at=row[7], first=first,
        request=row[12], second=second, state=State(row[17]), first_day=row[18], last_day=row[19], zone=row[20], begins=row[21], ends=row[22],
        review_due=row[23], extended=row[24], reason=row[25], authority=row[26], basis=row[27],
        decision_no=bytes(row[28]) if row[28] else None, sealed=bytes(row[29]),
    )  # fmt: skip


def standing_of(done: Sequence[Done]) -> Standing | None:
    """Where an entry stands after these acts; None before the first."""
    if not done:
        return None
    last = done[-1]
    held = [one for one in done if one.act in HOLDING]
    hands = [hand for one in held for hand in (one.first, one.second) if hand]
    return Standing(
        state=last.state, seq=last.seq, first_day=last.first_day, last_day=last.last_day, begins=last.begins, ends=last.ends,
        extended=last.extended, review_due=last.review_due, hands=frozenset(hand.officer for hand in hands),
        offices=frozenset(hand.office for hand in hands),
    )  # fmt: skip


def place_of(row: UUID) -> bytes:
    """What a sealed column of these tables is bound to."""
    return b"registers" + row.bytes


def local(zone: str) -> timezone:
    """The deciding office's clock (WIB, WITA or WIT), by its name."""
    found = zone_of(zone)
    assert found, f"no zone: {zone}"
    return found
