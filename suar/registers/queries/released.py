"""What protection officers ruled on complaints, read behind the wall; and how far the signals that came of them are, read outside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.policies.queries import in_force
from suar.registers.queries.native import acts_of
from suar.registers.queries.pending import pending
from suar.vault.queries import PROTECTION, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One ruling on one complaint, as it said then."""

    id: UUID
    complaint: UUID
    record: UUID
    named: bytes
    at: datetime
    by: UUID
    ruling: str
    code: str
    kind: str
    thing: UUID | None
    entry: UUID | None
    request: UUID | None
    sealed: bytes

    @property
    def left(self) -> dict[str, str]:
        """What left, opened."""
        return dict(json.loads(unseal(self.sealed, about=release_place(self.id), wall=PROTECTION)))


COLUMNS = "id, complaint, record, named, at, by, ruling, code, kind, thing, entry, request, sealed"
NEWEST = f"""
SELECT DISTINCT ON (complaint) {COLUMNS} FROM registers_release WHERE complaint = ANY(%s) ORDER BY complaint, id DESC
"""
APPROVED = f"SELECT {COLUMNS} FROM registers_release WHERE ruling = 'approved' AND at > %s ORDER BY id"


def release_place(release: UUID) -> bytes:
    """What the sealed column of a ruling is bound to."""
    return b"release" + release.bytes


def newest_rulings(complaints: Sequence[UUID]) -> dict[UUID, Release]:
    """The newest ruling on each of these complaints. Runs inside a door behind the wall."""
    return {one.complaint: one for one in read(NEWEST, [list(complaints)])}


def approved_since(since: datetime) -> list[Release]:
    """Every complaint that was let out since then. Runs as the hub behind the wall."""
    return read(APPROVED, [since])


def read(words: str, told: list[Any]) -> list[Release]:
    with connections[PROTECTION].cursor() as cursor:
        cursor.execute(words, told)
        rows = cursor.fetchall()
    return [
        Release(
            id=row[0],
            complaint=row[1],
            record=row[2],
            named=bytes(row[3]),
            at=row[4],
            by=row[5],
            ruling=row[6],
            code=row[7],
            kind=row[8],
            thing=row[9],
            entry=row[10],
            request=row[11],
            sealed=bytes(row[12]),
        )
        for row in rows
    ]


def how_far(releases: Sequence[Release], at: datetime) -> Mapping[UUID, str]:
    """Of each signal's entry: `waits` for the second agency, `declined` or lapsed there, `in_force`, `suspended` or `ended`. As the hub."""
    entries = [one.entry for one in releases if one.entry]
    acts = acts_of(entries) if entries else {}
    found = {
        entry: "ended" if at >= done[-1].ends else "suspended" if at >= done[-1].review_due else done[-1].state.value
        for entry, done in acts.items()
    }
    asked = pending("q.entry = ANY(%(entries)s)", {"entries": entries}) if entries else []
    for one in asked:
        found.setdefault(one.entry, "declined" if one.settled or one.until <= at else "waits")
    return found


def release_said(code: str, at: datetime) -> dict[str, str] | None:
    """A coded reason of a release in both languages, by the table in force; None for none."""
    table = in_force(at).tables["desk/releases"]
    row = table["approve"].get(code) or table["decline"].get(code)
    return {"id": str(row["id"]), "en": str(row["en"])} if row else None
