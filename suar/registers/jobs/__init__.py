"""Registers make their rows of what the legal owners stated: mirrored entries, each with its term. Idempotent, set-based."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from django.db import connections

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.registers.clock import window
from suar.core.registers.law import LegalBasis
from suar.core.registers.listing import MOMENT, found_by
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.queries.batches import Stated, received_at, still_stated
from suar.intake.queries.quarantine import Left, left_out
from suar.persons.actions import pin
from suar.registers.actions.effect import MIRRORED, note_change
from suar.registers.queries.keys import key_rows
from suar.registers.queries.law import legal_basis
from suar.registers.queries.lists import standing_among
from suar.vault.queries import DEFAULT, derived_id, token

WIB = timezone(
    timedelta(hours=7)
)  # where the Directorate General decides; an office's own zone comes with its decision
TRIP_DAYS = 7  # a deferred departure ends with the trip; the law gives no term, so ours is short (DOMAIN E3)
APPLICATION_DAYS = 30  # a deferred application lapses when not completed in 30 days (office practice, DOMAIN E3 [R32])
#: Causes of a return that are no pemulangan: the worker came home because the work or the leave was over (DOMAIN A2).
ORDINARY_RETURNS = frozenset({"contract_end", "leave"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """One entry as its owner's record makes it."""

    kind: str
    authority: str
    basis: str
    decision_no: str
    reason: str
    state: str
    from_at: datetime
    until_at: datetime
    extended: int = 0  # how often its term was extended


def local_day(day: str, zone: timezone = WIB) -> datetime:
    """The first instant of a local day."""
    year, month, number = (int(part) for part in day.split("-"))
    return datetime.combine(date(year, month, number), datetime.min.time(), zone)


# law: UU 6/2011 Ps 91, 93; PP 31/2013 Ps 230; Permenkumham 38/2021 Ps 4; Permenimipas 13/2025 Ps 5, 7
def exit_ban(values: Mapping[str, Any], legal: LegalBasis) -> Mirrored | None:
    """Pencegahan: from the first local day to the end of the last, cut where the law's term ends (UU 63/2024 Ps 97(1))."""
    kind = "exit_ban_urgent" if values.get("urgent") else "exit_ban"
    first, last = day(values["valid_from"]), day(values["valid_to"])
    extended = bool(values.get("extended_to"))
    if extended:  # it is filed while the first term runs, and goes on from there without a gap
        last = day(values["extended_to"])
    if values.get("lifted_on"):
        last = min(last, day(values["lifted_on"]) - timedelta(days=1))
    if last < first:
        return None
    term = window(legal[kind], first, WIB, last_day=last, extended=int(extended))
    return Mirrored(
        kind=kind,
        authority=str(values.get("requester", "")),
        basis=str(values.get("legal_basis") or "; ".join(legal[kind].law)),
        decision_no=str(values.get("decision_no", "")),
        reason=kind,
        state="confirmed" if values.get("decision_no") and not term.cut else "unconfirmed",
        from_at=term.begins,
        until_at=term.ends,
        extended=int(extended and kind == "exit_ban"),
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


# law: UU 6/2011 Ps 9, 89; Permenkumham 44/2015; Permenkumham 9/2024; SE IMI.2.GR.01.01-4.5890/2021
def departure_deferral(values: Mapping[str, Any], legal: LegalBasis) -> Mirrored:
    at = datetime.fromisoformat(values["deferred_at"])
    until = (
        local_day(values["expires_on"]) + timedelta(days=1)
        if values.get("expires_on")
        else at + timedelta(days=TRIP_DAYS)
    )
    return Mirrored(
        kind="departure_deferral",
        authority=str(values.get("tpi", "")),
        basis=str(values.get("legal_basis") or "UU 6/2011 Ps 9"),
        decision_no="",
        reason=str(values["reason"]),
        state="confirmed",
        from_at=at,
        until_at=min(max(until, at + timedelta(hours=1)), at + timedelta(days=TRIP_DAYS)),
    )


# law: Permenkumham 8/2014; SE IMI-0277.GR.02.06/2017; SE IMI.2.GR.01.01-4.5890/2021
def passport_deferral(values: Mapping[str, Any], legal: LegalBasis) -> Mirrored | None:
    """A deferred or refused application. Most are not trafficking: the coded reason says which (DOMAIN 0.15). One that the office cancelled
    for a reason of the list (a duplicate, papers never completed) is over: it happened, and nobody waits for it.
    """
    cancelled = values["status"] == "cancelled" and bool(values.get("reason"))
    if values["status"] not in {"deferred", "refused"} and not cancelled:
        return None
    said = values.get("decided_at") or values.get("interviewed_at") or values.get("submitted_at")
    if not said:
        return None
    at = datetime.fromisoformat(said)
    return Mirrored(
        kind="passport_postponement",
        authority=str(values.get("office", "")),
        basis="Permenkumham 8/2014 jo 18/2022",
        decision_no="",
        reason=str(values.get("reason", "other")),
        state="confirmed",
        from_at=at,
        until_at=at + (MOMENT if cancelled else timedelta(days=APPLICATION_DAYS)),
    )


# law: UU 18/2017 Ps 39, 72
def prevention(values: Mapping[str, Any], legal: LegalBasis) -> Mirrored:
    """A prevention recorded by KP2MI: what happened, never a restriction; it is history a moment later."""
    at = datetime.fromisoformat(values["prevented_at"])
    return Mirrored(
        kind="prevention", authority=str(values.get("office", "")), basis="UU 18/2017 Ps 72", decision_no="",
        reason=str(values.get("how", "")), state="confirmed", from_at=at, until_at=at + MOMENT,
    )  # fmt: skip


# law: UU 37/1999 Ps 19, 21; UU 18/2017 Ps 24, 27
def repatriation(values: Mapping[str, Any], legal: LegalBasis) -> Mirrored | None:
    """Pemulangan: a protection fact, never a restriction. A victim's is behind the wall and never comes here."""
    said = values.get("arrived_on") or values.get("departed_on")
    if not said:
        return None
    at = local_day(said)
    return Mirrored(
        kind="repatriation", authority=str(values.get("mission", "")), basis="UU 18/2017 Ps 24", decision_no="",
        reason=str(values.get("cause", "")), state="confirmed", from_at=at, until_at=at + MOMENT,
    )  # fmt: skip


def pemulangan(values: Mapping[str, Any], legal: LegalBasis) -> Mirrored | None:
    """A return that KP2MI served since somebody was sent, fetched or carried home. The end of a contract and leave are none."""
    if values["cause"] in ORDINARY_RETURNS:
        return None
    at = datetime.fromisoformat(values["returned_at"])
    return Mirrored(
        kind="repatriation", authority=str(values.get("office", "")), basis="UU 18/2017 Ps 24", decision_no="",
        reason=str(values["cause"]), state="confirmed", from_at=at, until_at=at + MOMENT,
    )  # fmt: skip


READERS: Mapping[str, Callable[[Mapping[str, Any], LegalBasis], Mirrored | None]] = {
    "exit_ban": exit_ban,
    "departure_deferral": departure_deferral,
    "passport_application": passport_deferral,
    "prevention_record": prevention,
    "repatriation": repatriation,
    "worker_return": pemulangan,
}

WRITE = """
INSERT INTO registers_entry (id, kind, subject, source, agency, record, authority, basis, decision_no, reason, state, in_force, extended)
SELECT id, kind, subject, source, agency, record, authority, basis, nullif(decision_no, ''::bytea), reason, state, tstzrange(from_at, until_at), extended
FROM unnest(%b::uuid[], %b::text[], %b::uuid[], %b::text[], %b::text[], %b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::text[],
            %b::text[], %b::timestamptz[], %b::timestamptz[], %b::smallint[])
  AS row (id, kind, subject, source, agency, record, authority, basis, decision_no, reason, state, from_at, until_at, extended)
ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, record = excluded.record, authority = excluded.authority, basis = excluded.basis,
    decision_no = excluded.decision_no, reason = excluded.reason, state = excluded.state, in_force = excluded.in_force,
    extended = excluded.extended
"""


#: Kinds that restrict only while their owner's proven list has them: count and root agree over a second channel (issue 4, T06).
LISTED = frozenset({"exit_ban"})


def mirrored(
    records: Sequence[Stated], legal: LegalBasis, *, left: Sequence[Left] | None = None
) -> list[tuple[Stated, Mirrored]]:
    """The entries that these records state, each in the state that its owner's lists give it. `left`: which lists are not believed; what
    two persons have decided, unless told.
    """
    made = [
        (record, entry)
        for record in records
        if record.kind in READERS
        and record.subject
        and not record.withdrawn
        and (entry := READERS[record.kind](record.values, legal))
    ]
    listed = [record.id for record, _ in made if record.kind in LISTED]
    standing = standing_among(listed, left_out() if left is None else left)
    return [(record, proven(record, entry, standing)) for record, entry in made]


def proven(record: Stated, entry: Mirrored, standing: Container[UUID]) -> Mirrored:
    """Confirmed only with decision number, basis and term, and standing in a proven list; else a reason for a second officer, no more."""
    if record.kind in LISTED and record.id not in standing:
        return replace(entry, state="unconfirmed")
    return entry


def project(stated: Sequence[Stated], *, act: Act) -> int:
    """Make or change the entries that current records state. Runs in the caller's transaction. Returns how many."""
    assert connections[DEFAULT].in_atomic_block
    records = [record for record in stated if record.kind in READERS and record.subject]
    if not records:
        return 0
    legal = legal_basis(act.at)
    made = mirrored(records, legal)
    write(made)
    standing = {record.id for record, _ in made}
    gone = [record for record in records if record.id not in standing]
    withdraw(gone, act)
    for record, entry in made:
        if record.subject and legal[entry.kind].effect == "restriction" and entry.until_at > act.at:
            pin(record.subject, by=entry.kind, until=entry.until_at)
    if made or gone:
        batches = sorted({record.batch for record in (*(record for record, _ in made), *gone)})
        append("register.mirrored", act, about=batches, entries=len(made), withdrawn=len(gone))
        for batch in batches:
            note_change(batch, MIRRORED, "suar", received_at(batch) or act.at)
        publish_many([Happened(type="register.changed", giver="suar", thing=batch) for batch in batches], act)
    return len(made)


def entry_id(record: Stated) -> UUID:
    return derived_id("entry", record.source, record.kind, record.record_id)


def write(made: list[tuple[Stated, Mirrored]]) -> None:
    if not made:
        return
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                [entry_id(record) for record, _ in made],
                [m.kind for _, m in made],
                [record.subject for record, _ in made],
                [record.source for record, _ in made],
                [record.agency for record, _ in made],
                [record.id for record, _ in made],
                [m.authority for _, m in made],
                [m.basis for _, m in made],
                [token("decision", m.decision_no) if m.decision_no else b"" for _, m in made],
                [m.reason for _, m in made],
                [m.state for _, m in made],
                [m.from_at for _, m in made],
                [m.until_at for _, m in made],
                [m.extended for _, m in made],
            ],
        )
    write_found_by([(entry_id(record), record.subject, record.values) for record, _ in made if record.subject])


def write_found_by(entries: Sequence[tuple[UUID, UUID, Mapping[str, Any]]]) -> None:
    """By what the list finds each of these (entry, subject, what is stated of him), in the place of what it was found by before. Whoever
    makes an entry or a marker calls it in the same transaction; name, NIK and passport are read of what is stated.
    """
    forget_found_by([entry for entry, *_ in entries])
    rows = key_rows([(entry, subject, found_by(values)) for entry, subject, values in entries])
    if not rows:
        return
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_key (key, entry, subject) SELECT * FROM unnest(%b::int[], %b::uuid[], %b::uuid[]) ON CONFLICT DO NOTHING",
            [list(column) for column in zip(*rows, strict=True)],
        )


def forget_found_by(entries: Sequence[UUID]) -> None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("DELETE FROM registers_key WHERE entry = ANY(%b)", [list(entries)])


def withdraw(gone: list[Stated], act: Act) -> None:
    """What its owner no longer lists, or no longer defers, restricts nobody from now on. A mirrored entry follows its owner's current
    record, whomever that names by now; that it stood, and when it went, is in the records and in the log.
    """
    if not gone:
        return
    named = [entry_id(record) for record in gone if record.record_id]
    nameless = [
        record for record in gone if not record.record_id
    ]  # a row that vanished from a list says no more than whose it was
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("DELETE FROM registers_entry WHERE id = ANY(%b)", [named])
        removed = cursor.rowcount
        if nameless:
            cursor.execute(
                "SELECT DISTINCT e.id, e.record FROM registers_entry e"
                " JOIN unnest(%b::uuid[], %b::text[]) AS row (subject, source) ON e.subject = row.subject AND e.source = row.source",
                [[record.subject for record in nameless], [record.source for record in nameless]],
            )
            entries = dict(cursor.fetchall())
            live = still_stated(list(entries.values()))
            overtaken = [entry for entry, record in entries.items() if record not in live]
            cursor.execute("DELETE FROM registers_entry WHERE id = ANY(%b)", [overtaken])
            removed += cursor.rowcount
            named += overtaken
    forget_found_by(named)
    if removed:
        append("register.withdrawn", act, about=[record.id for record in gone], entries=removed)
