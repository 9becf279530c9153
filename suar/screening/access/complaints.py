"""Complaints from abroad at the protection desk: what waits to be read, and one complaint, opened, to be freed of who made it.

Most stand in the hub, those of victims behind the wall; the desk reads both, and the trace of the reading stands behind the wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub, enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound
from suar.core.registers.freeing import NAMED, named
from suar.intake.queries.batches import Stated, stated
from suar.policies.queries import in_force
from suar.registers.queries.released import Release, how_far, newest_rulings
from suar.vault.queries import DEFAULT, PROTECTION, derived_id, first_id, token

LIST, FREE = "complaint.list", "complaint.free"
KIND = "complaint"
MOST_ROWS = 200  # of the list; past that the newest wait until the older ones are ruled on
#: What of a complaint its reader is shown; who made it and his numbers are not among it, for the account is what there is to be graded.
SHOWN = ("subject", "country", "filed_at", "account", "status", *NAMED)
#: States in which nothing is left to do here.
SETTLED = frozenset({"waits", "in_force", "declined", "ended", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint as its source says it now."""

    id: UUID
    record: Stated
    wall: str
    ruling: Release | None = None
    state: str = "new"  # new | changed | waits | in_force | suspended | declined | ended | withdrawn

    @property
    def values(self) -> Mapping[str, Any]:
        return self.record.values

    @property
    def ids(self) -> tuple[str, ...]:
        """Every number under which the complaint or whoever it is about is known: none of them may leave."""
        own = self.record
        return tuple(str(one) for one in (self.id, own.id, own.batch, own.record_id, own.subject) if one)

    @property
    def open(self) -> bool:
        return self.state not in SETTLED


def complaint_id(record: Stated) -> UUID:
    """The same for every version of a complaint, on whichever side of the wall it stands."""
    return derived_id(KIND, record.source, record.record_id, wall=PROTECTION)


def named_token(values: Mapping[str, Any]) -> bytes:
    """Equal while a complaint says the same of what a signal may be about."""
    told = {field: str(values.get(field, "")) for field in (*NAMED, "account", "subject")}
    return token("complaint", canonical(told).decode(), wall=PROTECTION)


def complaints_since(since: datetime) -> dict[UUID, Complaint]:
    """Every complaint as its source says it now, from both sides of the wall: one that moved to the other side, or came back, is upheld.
    Runs inside a door on both.
    """
    found = {}
    for wall in (DEFAULT, PROTECTION):
        for record in stated("r.kind = 'complaint' AND r.id >= %s", [first_id(since)], wall):
            known = Complaint(id=complaint_id(record), record=record, wall=wall)
            if not record.withdrawn or known.id not in found:
                found[known.id] = known
    return found


def with_rulings(complaints: Mapping[UUID, Complaint], at: datetime) -> list[Complaint]:
    """Each with what was last ruled on it and how far that is. Runs as the hub outside, inside a door behind the wall."""
    rulings = newest_rulings(list(complaints))
    far = how_far(list(rulings.values()), at)
    return [
        replace(one, ruling=rulings.get(id_), state=state_of(one, rulings.get(id_), far))
        for id_, one in complaints.items()
    ]


def state_of(one: Complaint, ruling: Release | None, far: Mapping[UUID, str]) -> str:
    if one.record.withdrawn and (ruling is None or far.get(ruling.entry or one.id) != "suspended"):
        return "withdrawn"
    if ruling is None or (
        ruling.entry and ruling.entry not in far
    ):  # ruled behind the wall, and never written outside it
        return "new"
    signal = far.get(ruling.entry, "") if ruling.entry else ""
    if signal in {"suspended", "in_force", "waits"}:
        return signal
    if ruling.named != named_token(one.values):
        return "changed"
    return signal or ruling.ruling


def opened(act: Act, door: str) -> dict[UUID, Complaint]:
    """Inside the door, on both sides of the wall; from here on the transaction outside sees as the hub."""
    enter(act, door, wall=PROTECTION)
    enter(act, door)
    days = int(in_force(act.at).tables["desk/releases"]["looks_back_days"])
    found = complaints_since(act.at - timedelta(days=days))
    as_hub()
    return found


def waiting_first(rows: Iterable[Complaint]) -> list[Complaint]:
    """A signal that lost its ground before all else; then what nobody has read, the oldest first."""
    return sorted(rows, key=lambda one: (one.state != "suspended", str(one.values.get("filed_at", "")), one.id))


@transaction.atomic
def complaints_for(act: Act) -> list[dict[str, Any]]:
    """What waits for a protection officer: codes and days; nobody is opened by this."""
    with transaction.atomic(using=PROTECTION):
        rows = waiting_first(one for one in with_rulings(opened(act, LIST), act.at) if one.open)
        rows = rows[:MOST_ROWS]
        append("complaint.listed", act, about=[one.id for one in rows], wall=PROTECTION)
    return [row_of(one) for one in rows]


def row_of(one: Complaint) -> dict[str, Any]:
    filed = str(one.values.get("filed_at", ""))
    return {
        "id": one.id, "state": one.state, "filed_at": datetime.fromisoformat(filed) if filed else None,
        "subject": str(one.values.get("subject", "")), "country": str(one.values.get("country", "")),
        "kinds": [kind for kind, _ in named(one.values)],
    }  # fmt: skip


def one_complaint(act: Act, id_: UUID) -> Complaint:
    """One complaint to be read or ruled on, in the caller's two transactions. Refuses: NotFound alike for none and for another's."""
    found = opened(act, FREE).get(id_)
    if found is None:
        raise NotFound()
    return with_rulings({id_: found}, act.at)[0]


@transaction.atomic
def complaint_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One complaint, opened; it is itself the case that justifies the look, and the look is kept behind the wall. Refuses: NotFound."""
    act = replace(act, reference=str(id_))
    with transaction.atomic(using=PROTECTION):
        one = one_complaint(act, id_)
        shown = {field: str(one.values[field]) for field in SHOWN if one.values.get(field)}
        append("complaint.read", act, about=[id_, one.record.id], fields=sorted(shown), wall=PROTECTION)
    table = in_force(act.at).tables["desk/releases"]
    return row_of(one) | {
        "account": shown.get("account", ""), "things": things_of(one), "open": one.open and one.state != "suspended",
        "approve": coded(table["approve"]), "decline": coded(table["decline"]), "ruling": one.ruling,
    }  # fmt: skip


def things_of(one: Complaint) -> list[dict[str, str]]:
    return [{"kind": kind, "thing": text, "value": f"{kind} {text}"} for kind, text in named(one.values)]


def coded(table: Mapping[str, Mapping[str, str]]) -> Sequence[dict[str, Any]]:
    return [{"code": code, "text": {"id": row["id"], "en": row["en"]}} for code, row in table.items()]
