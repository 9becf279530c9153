"""Where owners' lists and our entries differ: our side of the comparison, and the differences that stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.registers.agreeing import Line
from suar.intake.queries.listed import contents_of
from suar.vault.queries import DEFAULT, unseal

HELD = """
SELECT id, coalesce(decision_no, ''::bytea), kind, subject, authority, basis, reason, state, lower(in_force), upper(in_force), record
FROM registers_entry WHERE source = %s AND kind = ANY(%s) AND (id = ANY(%b) OR upper(in_force) > %s)
"""


UNKNOWN = (b"", False)  # of an entry whose record nobody has


@dataclass(frozen=True, slots=True)
class Held:
    """Our entries of one source, each with the record that it came from."""

    lines: list[Line]
    records: dict[UUID, UUID]


def held(source: str, kinds: Sequence[str], named: Sequence[UUID], at: datetime) -> Held:
    """Our entries that a list names, and those that run at the day of the list; not those that only a doubtful list stated, since
    they are nobody's proven word. Runs as the hub.
    """
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(HELD, [source, list(kinds), list(named), at])
        rows = cursor.fetchall()
    records = {row[0]: row[-1] for row in rows}
    contents = contents_of(list(records.values()))
    lines = [
        Line(
            entry=id_, decision=bytes(decision), kind=kind, subject=subject, authority=authority, basis=basis, reason=reason, state=state,
            stated=contents.get(record, UNKNOWN)[0], from_at=from_at, until_at=until_at,
        )
        for id_, decision, kind, subject, authority, basis, reason, state, from_at, until_at, record in rows
        if not contents.get(record, UNKNOWN)[1]
    ]  # fmt: skip
    return Held(lines, records)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One difference that stands: of which kind, since when, and whose it is to mend. What differs is sealed."""

    id: UUID
    source: str
    agency: str
    kind: str
    entry: UUID
    found_at: datetime
    sealed: bytes

    @property
    def detail(self) -> dict[str, Any]:
        """What the list says and what we hold, opened."""
        opened: dict[str, Any] = json.loads(unseal(self.sealed, about=self.id.bytes))
        return opened


OPEN = """
SELECT id, source, agency, kind, entry, found_at, detail FROM registers_difference
WHERE cleared_at IS NULL {where} ORDER BY found_at, id LIMIT %s
"""


def open_differences(source: str = "", *, most: int | None = None) -> list[Standing]:
    """The differences that stand, oldest first. Runs inside a door (row-level security)."""
    with connections[DEFAULT].cursor() as cursor:
        where, params = ("AND source = %s", [source]) if source else ("", [])
        cursor.execute(OPEN.format(where=where), [*params, most])
        names = ("id", "source", "agency", "kind", "entry", "found_at", "sealed")
        return [Standing(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def count_open() -> int:
    """How many stand. Runs inside a door."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_difference WHERE cleared_at IS NULL")
        return int(cursor.fetchone()[0])
