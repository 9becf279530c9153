"""The rows of the one list: whatever stands in the registers, newest first, part by part; who is found by a name or a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.registers.queries import MARKER_HOLDS
from suar.registers.queries.keys import keyed
from suar.vault.queries import DEFAULT

#: In the order of the Ombudsman's question: whose passport was delayed, whose departure prevented, who was brought home, whom KP2MI stopped.
KINDS = (
    "passport_postponement", "passport_refusal", "passport_suspension", "passport_cancellation", "exit_ban", "exit_ban_urgent", "departure_deferral",
    "repatriation",
    "prevention",
)  # fmt: skip
#: What happened to somebody who may have been harmed. Beside "protection desk" it would say more than that.
PROTECTION_FACTS = ("repatriation", "prevention")
#: What took place and never holds: of these nothing is in force.
EVENTS = ("repatriation", "prevention")

COLUMNS = (
    "id", "kind", "subject", "source", "agency", "record", "authority", "basis", "reason", "state", "from_at", "until_at",
)  # fmt: skip
MIRRORED = """
SELECT id, kind, subject, source, agency, record, authority, basis, reason, state, lower(in_force) AS from_at, upper(in_force) AS until_at
FROM registers_entry
"""
#: What officers nominated here: the newest act of each entry. One whose review is overdue is acted on until then; signals are about things.
NOMINATED = """
(SELECT DISTINCT ON (entry) entry AS id, kind, subject, 'suar' AS source, agency, entry AS record, authority, basis, reason, 'confirmed' AS state,
    begins AS from_at, CASE state WHEN 'suspended' THEN review_due ELSE ends END AS until_at
FROM registers_act WHERE kind <> 'signal' ORDER BY entry, seq DESC)
"""
#: Each gives COLUMNS; another register is one more of these. Under row-level security: what this act may not read is not there.
SOURCES = (MIRRORED, NOMINATED)
LISTED = " UNION ALL ".join(SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry as the list reads it. `record` is where its source said so."""

    id: UUID
    kind: str
    subject: UUID
    source: str
    agency: str
    record: UUID
    authority: str
    basis: str
    reason: str
    state: str
    from_at: datetime
    until_at: datetime

    @property
    def place(self) -> Place:
        return self.from_at, self.id


#: Where a row stands in the list: the newest first, and of one instant by id.
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows. `subjects` None: whoever it is; `guarded` are those of whom no protection fact is listed."""

    at: datetime
    kind: str = ""
    in_force: bool = False
    subjects: Sequence[UUID] | None = None
    guarded: Sequence[UUID] = field(default=())

    def where(self) -> tuple[str, dict[str, Any]]:
        parts = ["NOT (kind = ANY(%(facts)s) AND subject = ANY(%(guarded)s::uuid[]))"] if self.guarded else []
        parts += ["kind = %(kind)s"] if self.kind else []
        parts += ["from_at <= %(at)s AND until_at > %(at)s"] if self.in_force else []
        parts += ["subject = ANY(%(subjects)s::uuid[])"] if self.subjects is not None else []
        told = {
            "facts": list(PROTECTION_FACTS), "guarded": list(self.guarded), "kind": self.kind, "at": self.at,
            "subjects": list(self.subjects or ()),
        }  # fmt: skip
        return " AND ".join(parts) or "true", told


def listed(wanted: Wanted, *, after: Place | None = None, most: int | None = None) -> list[Row]:
    """The rows wanted, newest first, from behind `after` on. Runs inside a door."""
    where, told = wanted.where()
    where += " AND (from_at, id) < (%(from_at)s, %(id)s)" if after else ""
    told |= {"from_at": after[0], "id": after[1]} if after else {}
    words = f"SELECT {', '.join(COLUMNS)} FROM ({LISTED}) l WHERE {where} ORDER BY from_at DESC, id DESC LIMIT %(most)s"
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(words, told | {"most": most})
        return [Row(**dict(zip(COLUMNS, row, strict=True))) for row in cursor.fetchall()]


COUNTED = "SELECT kind, count(*), count(*) FILTER (WHERE from_at <= %(at)s AND until_at > %(at)s) FROM ({}) l WHERE {} GROUP BY kind"


def counted(wanted: Wanted) -> Mapping[str, tuple[int, int]]:
    """Kind to how many rows there are, and how many are in force. Runs inside a door."""
    where, told = wanted.where()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(COUNTED.format(LISTED, where), told)
        return {kind: (rows, in_force) for kind, rows, in_force in cursor.fetchall()}


FOUND = """
SELECT subject FROM registers_key WHERE key = ANY(%s) GROUP BY entry, subject HAVING count(*) = %s ORDER BY subject LIMIT %s
"""


def subjects_found(kind: str, values: Sequence[str], *, most: int) -> list[UUID]:
    """Whom the entries are about that are found by all of these: words of a name, or one number. Ids alone: who may be read, the door says."""
    keys = sorted(set(keyed(kind, values)))
    if not keys:
        return []
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(FOUND, [keys, len(keys), most])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


MARKED = f"SELECT DISTINCT m.subject FROM registers_marker m WHERE {MARKER_HOLDS}"


def marked(at: datetime) -> list[UUID]:
    """To whom the protection desk is offered now. Nothing else is said of it, neither since when nor by whom."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(MARKED, {"at": at})
        return [row[0] for row in cursor.fetchall()]
