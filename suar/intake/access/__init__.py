"""The doors of intake: whoever may see source health, and the reports of an agency's own batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, opens
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.sources import SourceHealth
from suar.core.errors import NotFound
from suar.intake.queries.batches import Batch, Returned, batch, returned
from suar.intake.queries.breaker import breakers
from suar.intake.queries.health import page, states
from suar.intake.queries.lists import COUNTED, STOPPED, Line, batches_counted, lines_of
from suar.intake.queries.protected import page as protected_page
from suar.intake.queries.reports import (
    MOST,
    batches_with_returns,
    grouped,
    harmless,
    newest_by_source,
    read_at,
    remarks_of,
)
from suar.vault.queries import DEFAULT, PROTECTION


@transaction.atomic
def health_for(act: Act) -> list[dict[str, Any]]:
    """Source health, without personal data; the protected sources are not in it."""
    enter(act, "intake.health")
    return page(act.at)


@transaction.atomic
def asked_for(act: Act) -> list[dict[str, Any]]:
    """How the sources that are asked while somebody waits are doing: those of which anything ever went wrong."""
    enter(act, "intake.health")
    return [
        {
            "source": one.source, "state": one.state(act.at), "faults": one.faults, "fault": one.fault, "opened_at": one.opened_at, "until": one.until,
        }
        for one in breakers()
    ]  # fmt: skip


@transaction.atomic
def report_for(act: Act, id_: UUID) -> dict[str, Any]:
    """The report of one batch: its counts and every returned record with its faults. Refuses: NotFound unless it is the act's own."""
    enter(act, "intake.report")
    kept = batch(id_)
    if kept is None or (kept.agency != act.agency and act.role != "integration_engineer"):
        raise NotFound()
    rows = [
        {"position": one.position, "kind": one.kind, "quarantined": one.quarantined, "faults": one.faults}
        for one in returned(kept.source, of=id_)
    ]
    append("batch.reported", act, about=[id_], fields=["faults"], source=kept.source, rows=len(rows))
    return {
        "batch": kept.id,
        "source": kept.source,
        "received_at": kept.received_at.isoformat(),
        "sha256": kept.sha256.hex(),
        "state": kept.state,
        "counts": {
            name: getattr(kept, name)
            for name in ("sent", "accepted", "remarked", "returned", "unchanged", "quarantined", "older")
        },
        "returned": rows,
    }


@transaction.atomic
def health_page_for(act: Act) -> list[dict[str, Any]]:
    """Source health as its page shows it: to whoever may open reports, the numbers lead to them."""
    rows = health_for(act)
    newest = newest_by_source() if opens(act, "intake.report") else {}
    return [row | {"stopped": row["counts"].get("stopped", 0), "batch": newest.get(row["source"])} for row in rows]


def protected_health_for(act: Act) -> list[dict[str, Any]]:
    """The health of what is kept behind the wall, read through its own connection; for the protection role alone."""
    with transaction.atomic(using=PROTECTION):
        enter(act, "protected.health", wall=PROTECTION)
        newest = newest_by_source(wall=PROTECTION)
        return [row | {"batch": newest.get(row["source"])} for row in protected_page(act.at)]


@dataclass(frozen=True, slots=True)
class Heard:
    """How the hub hears its sources: `state` is connected, delayed or offline; the oldest source and its age in seconds."""

    state: str
    oldest_source: str
    oldest_age_s: int


@transaction.atomic
def line_for(act: Act) -> Heard | None:
    """The state of the line for the top of every page; None for a role to which source health is not open."""
    if not opens(act, "intake.health"):
        return None
    known = states(act.at)
    ages = {state.source: state.age_s for state in known if state.age_s is not None}
    oldest = max(ages, key=lambda source: (ages[source], source), default="")
    heard = [state.state for state in known if state.state is not SourceHealth.NOT_COVERING]
    silent = [state for state in heard if state is SourceHealth.UNREACHABLE]
    late = [state for state in heard if state is not SourceHealth.FRESH]
    word = "offline" if heard and len(silent) == len(heard) else "delayed" if late else "connected"
    return Heard(word, oldest, ages.get(oldest, 0))


@dataclass(frozen=True, slots=True)
class Report:
    """One batch with what came back of it."""

    batch: dict[str, Any]
    findings: list[dict[str, Any]]
    remarks: list[dict[str, Any]]


def batch_page_for(act: Act, id_: UUID) -> Report:
    """A batch's report for its page: faults and remarks grouped, without a person's value. Refuses: NotFound."""
    wall = wall_of(act)
    with transaction.atomic(using=wall):
        kept, rows = opened(act, id_, wall)
        counts = {
            "sent": kept.sent,
            "accepted": kept.accepted,
            "remarks": kept.remarked,
            "returned": kept.returned,
            "unchanged": kept.unchanged,
            "quarantined": kept.quarantined,
        }
        head = {
            "id": kept.id,
            "source": kept.source,
            "kind": kept.stream,
            "received_at": kept.received_at,
            "read_at": read_at(kept, wall=wall),
            "state": kept.state,
            "sha256": kept.sha256.hex(),
            "counts": counts,
            "may_go": kept.state == "stopped" and wall == DEFAULT and opens(act, "intake.release"),
        }
        remarks = [asdict(group) for group in remarks_of(id_, wall=wall)]
    return Report(head, [asdict(group) for group in grouped(rows)], remarks)


def returned_for(act: Act, id_: UUID) -> tuple[str, list[dict[str, Any]]]:
    """The batch's source and one row a fault, for the file that the agency acts on. No value of a person is in it."""
    wall = wall_of(act)
    with transaction.atomic(using=wall):
        kept, rows = opened(act, id_, wall)
    faults = [
        {
            "batch": str(row.batch),
            "line": row.position + 1,
            "kind": row.kind,
            "quarantined": row.quarantined,
            "field": fault["field"],
            "code": fault["code"],
            "params": harmless(fault["params"]),
        }
        for row in sorted(rows, key=lambda row: row.position)
        for fault in row.faults
    ]
    return kept.source, faults


@dataclass(frozen=True, slots=True)
class Counted:
    """The batches behind one number of a source, and whether each leads to its own rows."""

    source: str
    count: str
    batches: list[Batch]
    leads: bool
    protected: bool


def batches_for(act: Act, source: str, count: str) -> Counted:
    """Which batches a number on the page of sources was counted from. Refuses: DoorShut; NotFound for what that page does not show."""
    wall = wall_of(act)
    if count not in {*COUNTED, STOPPED}:
        raise NotFound()
    with transaction.atomic(using=wall):
        enter(act, "protected.health" if wall == PROTECTION else "intake.health", wall=wall)
        shown = protected_page(act.at) if wall == PROTECTION else page(act.at)
        if source not in {row["source"] for row in shown}:
            raise NotFound()
        leads = wall == PROTECTION or opens(act, "intake.report")
        return Counted(source, count, batches_counted(source, count, wall=wall), leads, wall == PROTECTION)


def lines_for(act: Act, id_: UUID, count: str) -> tuple[Batch, list[Line]]:
    """The records behind one number of a batch, by place and kind, with the trace of it. Refuses: as a batch's report."""
    wall = wall_of(act)
    if count not in COUNTED:
        raise NotFound()
    with transaction.atomic(using=wall):
        kept = own_batch(act, id_, wall)
        lines = lines_of(id_, count, wall=wall)
        append("batch.listed", act, about=[id_], fields=["remarks", "faults"], wall=wall, count=count, rows=len(lines))
        return kept, lines


def wall_of(act: Act) -> str:
    """Behind which wall this role's batches lie; the protection role sees no others."""
    return PROTECTION if opens(act, "protected.health") else DEFAULT


def opened(act: Act, id_: UUID, wall: str) -> tuple[Batch, list[Returned]]:
    """A batch and its returned records, after the door, with the trace of it. Runs in the caller's transaction."""
    kept = own_batch(act, id_, wall)
    rows = list(returned(kept.source, of=id_, wall=wall, limit=MOST))
    append("batch.reported", act, about=[id_], fields=["faults"], wall=wall, source=kept.source, rows=len(rows))
    return kept, rows


def own_batch(act: Act, id_: UUID, wall: str) -> Batch:
    """A batch that this act may open, after the door. Refuses: NotFound alike for none and for another agency's."""
    enter(act, "protected.health" if wall == PROTECTION else "intake.report", wall=wall)
    kept = batch(id_, wall=wall)
    if kept is None or (wall == DEFAULT and kept.agency != act.agency and act.role != "integration_engineer"):
        raise NotFound()
    return kept


@transaction.atomic
def to_mend_for(act: Act) -> Sequence[Batch]:
    """The batches that an engineer must look at: they returned something, or stopped themselves."""
    if not opens(act, "intake.report"):
        return []
    enter(act, "intake.report")
    return batches_with_returns()
