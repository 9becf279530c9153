"""What is in force for somebody now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from suar.intake.queries.quarantine import doubted_among
from suar.registers.queries.native import IN_FORCE as NOMINATED
from suar.registers.queries.native import SUAR, nominated
from suar.vault.queries.prepared import Question, prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a register. `state` is confirmed or unconfirmed; only a confirmed one in force gives a ground to hold."""

    id: UUID
    kind: str
    subject: UUID
    source: str
    agency: str
    authority: str
    basis: str
    reason: str
    state: str
    from_at: datetime
    until_at: datetime


NAMES = ("id", "kind", "subject", "source", "agency", "authority", "basis", "reason", "state", "from_at", "until_at")
IN_FORCE = """
SELECT id, kind, subject, source, agency, authority, basis, reason, state, lower(in_force), upper(in_force)
FROM registers_entry WHERE subject = ANY(%b::uuid[]) {when} ORDER BY kind, lower(in_force) DESC, id
"""


# Both kinds in one question, as every desk asks for both: what agencies' lists hold first, then what was nominated here.
BOTH = f"""
SELECT false AS own, id, kind, subject, source, agency, authority, basis, reason, state, lower(in_force) AS from_at, upper(in_force)
FROM registers_entry WHERE subject = ANY(%(subjects)b::uuid[]) AND in_force @> %(at)s::timestamptz
UNION ALL SELECT true, id, kind, subject, '{SUAR}', agency, authority, basis, reason, 'confirmed', begins, ends FROM ({NOMINATED}) nominated
ORDER BY own, kind, from_at DESC, id
"""


def in_force_question(subjects: Sequence[UUID], at: datetime) -> list[Question]:
    """What `in_force_for` asks, for whoever asks several things in one journey."""
    return [(BOTH, {"subjects": list(subjects), "at": at})] if subjects else []


def in_force_for(subjects: Sequence[UUID], at: datetime) -> list[Entry]:
    """Entries whose term holds at `at`, to the second: a lapsed one is simply not there. What officers nominated here holds also while it
    is being worked out again what is believed of somebody. Runs inside a door.
    """
    rows = [row for question in in_force_question(subjects, at) for row in prepared(*question)]
    found = [(own, Entry(**dict(zip(NAMES, row, strict=True)))) for own, *row in rows]
    doubted = doubted_among({entry.subject for own, entry in found if not own})
    return [entry for own, entry in found if own or entry.subject not in doubted]


def earlier_for(subjects: Sequence[UUID], at: datetime) -> list[Entry]:
    """Entries that ended before `at`: history, never a restriction."""
    return entries(subjects, "AND upper(in_force) <= %b::timestamptz", [at]) + nominated_for(subjects, at, over=True)


def nominated_for(subjects: Sequence[UUID], at: datetime, *, over: bool = False) -> list[Entry]:
    """Entries that officers nominated here. Each has its number, basis and term by constraint, so each is confirmed."""
    names = ("id", "kind", "subject", "agency", "authority", "basis", "reason", "from_at", "until_at")
    return [
        Entry(**dict(zip(names, row, strict=True)), source=SUAR, state="confirmed")
        for row in nominated(subjects, at, over=over)
    ]


def entries(subjects: Sequence[UUID], when: str, params: list[Any]) -> list[Entry]:
    rows = prepared(IN_FORCE.format(when=when), [list(subjects), *params])
    return [Entry(**dict(zip(NAMES, row, strict=True))) for row in rows]


#: Of a marker `m`, at `at`: within its term, and not ended early by the words of two offices.
MARKER_HOLDS = """
m.from_at <= %(at)s AND m.until_at > %(at)s
AND (SELECT count(*) FROM registers_marker_end e WHERE e.marker = m.id AND e.at <= %(at)s) < 2
"""
MARKED = f"SELECT 1 FROM registers_marker m WHERE m.subject = ANY(%(subjects)b::uuid[]) AND {MARKER_HOLDS} LIMIT 1"


def marked_question(subjects: Sequence[UUID], at: datetime) -> list[Question]:
    """What `protection_desk` asks, for whoever asks several things in one journey."""
    return [(MARKED, {"subjects": list(subjects), "at": at})] if subjects else []


# law: UU 21/2007 Ps 44, 46, 51, 54; Permen PPPA 8/2021
def protection_desk(subjects: Sequence[UUID], at: datetime) -> bool:
    """Whether a protection marker is in force: all that is ever said is "protection desk"."""
    return any(prepared(*question) for question in marked_question(subjects, at))
