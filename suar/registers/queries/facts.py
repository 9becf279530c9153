"""What a notice must know of an entry, read from where the entry stands, and whom it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.identity.zones import WIB, WIT, WITA, zone_of
from suar.core.registers.law import ActKind
from suar.core.registers.notice import About, EntryFacts, masked
from suar.core.standard.tables import Said
from suar.intake.queries.batches import stated_by_id
from suar.persons.queries import subjects
from suar.policies.queries import in_force
from suar.registers.jobs import local_day
from suar.registers.queries.law import legal_basis
from suar.registers.queries.native import Done, acts_of, standing_of
from suar.vault.queries import DEFAULT

MIRRORED = """
SELECT kind, subject, agency, record, authority, basis, reason, lower(in_force), upper(in_force) FROM registers_entry WHERE id = %s
"""
#: In which list of codes an authority is named.
AUTHORITIES = ("codes/exit_ban_requesters", "codes/tpi")
IDENTIFIERS = ("nik", "passport_no")
YEAR = 4


def facts_of(entry: UUID, at: datetime) -> EntryFacts | None:
    """An entry as a notice needs it, or None where there is none that this act may read. Runs inside a door."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(MIRRORED, [entry])
        row = cursor.fetchone()
    if row:
        return mirrored(entry, *row, at=at)
    done = acts_of([entry]).get(entry, [])
    return nominated(done, at) if done else None


#: What an act on a nominated entry did, in the words of policy/notices.
VERBS = {
    ActKind.ADD: "decide",
    ActKind.LIFT_BY_COURT: "lift",
    ActKind.LIFT_BY_OBJECTION: "lift",
    ActKind.SHORTEN_BY_OBJECTION: "shorten",
}


def nominated(done: Sequence[Done], at: datetime) -> EntryFacts:
    """An entry that officers nominated here: the act told of is its newest one, the authority and the law are those of its day."""
    first, last = done[0], done[-1]
    row = legal_basis(at).of_day(first.kind, first.first_day)
    authority = row.decided_by if row.decided_by.id == first.authority else Said(id=first.authority, en=first.authority)
    return EntryFacts(
        id=first.entry, kind=first.kind, subject=first.subject, agency=first.agency, authority=authority,
        law=tuple(part.strip() for part in first.basis.split(";")), decision_no=str(first.said.get("decision_no", "")), reason=first.reason,
        begins=first.begins, ends=last.ends, office=first.first.office, zone=zone_here(first.zone), act=last.id,
        verb=VERBS.get(last.act, last.act.value), decided_at=last.at,
    )  # fmt: skip


def mirrored(
    entry: UUID,
    kind: str,
    subject: UUID,
    agency: str,
    record: UUID,
    authority: str,
    basis: str,
    reason: str,
    begins: datetime,
    ends: datetime,
    *,
    at: datetime,
) -> EntryFacts:
    """An entry that mirrors its legal owner's record; its number stands in the record alone, sealed. The act told of is that record."""
    stated = stated_by_id([record])
    values: dict[str, Any] = stated[0].values if stated else {}
    named = coded(authority, at)
    return EntryFacts(
        id=entry,
        kind=kind,
        subject=subject,
        agency=agency,
        authority=said(named) if named else Said(id=authority, en=authority),
        law=tuple(part.strip() for part in basis.split(";") if part.strip()),
        decision_no=str(values.get("decision_no", "")),
        reason=reason,
        begins=begins,
        ends=ends,
        office="",
        zone=zone_here(str((named or {}).get("zone", ""))),
        act=record,
        verb="extend" if values.get("extended_to") else "decide",
        decided_at=extended_at(values) or begins,
    )


def extended_at(values: Mapping[str, Any]) -> datetime | None:
    """From when on the extension holds of which a list tells: the end of the term before it; its own day of decision the list does not state."""
    if not values.get("extended_to"):
        return None
    return local_day(values["valid_to"]) + timedelta(days=1)


def coded(authority: str, at: datetime) -> dict[str, Any] | None:
    """The row of the code lists in force that names this authority."""
    tables = in_force(at).tables
    found = (tables[name]["codes"].get(authority) for name in AUTHORITIES)
    return next((dict(row) for row in found if row), None)


def said(row: dict[str, Any]) -> Said:
    return Said(id=str(row["id"]), en=str(row["en"]))


def zone_here(name: str) -> timezone:
    """The zone of a name, WIB where it is none of Indonesia's: the Directorate General decides in Jakarta."""
    zone = zone_of(name)
    return zone if zone in (WIB, WITA, WIT) else WIB


def about(subject: UUID) -> About:
    """Whom an entry is about, as its own source names him: name, birth year, and the ends of his numbers. Runs inside a door."""
    known = subjects([subject]).get(subject)
    values = known.values if known else {}
    year = str(values.get("birth_date", ""))[:YEAR]
    return About(
        name=str(values.get("full_name", "")),
        birth_year=year if year.isdigit() else "",
        identifiers=tuple((name, masked(str(values[name]))) for name in IDENTIFIERS if values.get(name)),
    )


def runs(entry: UUID, at: datetime) -> bool:
    """Whether an entry holds at `at`, to the second; one that its owner took off the list holds no longer."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_entry WHERE id = %s AND in_force @> %s", [entry, at])
        if cursor.fetchone() is not None:
            return True
    standing = standing_of(acts_of([entry]).get(entry, []))
    return standing is not None and standing.acted_on(at)
