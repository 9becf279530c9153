"""The doors to quarantines: which there are, what each holds back, and the rows behind its numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, opens
from suar.agencies.queries import desk, officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.intake import panels
from suar.intake.actions.quarantine import DOOR, lift_asked, seat
from suar.intake.queries.batches import Batch
from suar.intake.queries.held import HELD, RECORDS, HeldRecord, batches_held, counted, records_held
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import (
    Standing,
    acts_of,
    all_of_them,
    keys_seen,
    quarantine,
    spoken_of,
    standing,
)
from suar.intake.queries.reports import MOST


@transaction.atomic
def quarantines_for(act: Act) -> dict[str, Any]:
    """Every quarantine, the newest first, with what one can be made of: the sources, and the keys that signed something."""
    enter(act, DOOR)
    found = all_of_them(MOST)
    done = acts_of([one.id for one in found])
    rows = [asdict(one) | {"reason": done[one.id][0].reason} for one in found]
    return {"rows": rows, "sources": sources(act.at).names, "keys": keys_seen(), "zone": zone_of_seat(act)}


def zone_of_seat(act: Act) -> str:
    seat = desk(act.desk)
    return seat.office.zone if seat else "Asia/Jakarta"


@transaction.atomic
def quarantine_for(act: Act, id_: UUID) -> dict[str, Any]:
    """One quarantine: what it holds back, what was done with it, and which human decisions may lean on what it said. Refuses: NotFound.

    What is told of those decisions is their kind, day and agency; nobody they are about.
    """
    enter(act, DOOR)
    one = quarantine(id_)
    if one is None:
        raise NotFound()
    done, spoken = acts_of([id_])[id_], spoken_of(one.left)
    names = officer_names([each.by for each in done])
    unread, read, records = counted(one.left)
    asked = lift_asked(done, act.at) if one.state != "lifted" else None
    return asdict(one) | {
        "unread": unread,
        "read": read,
        "records": records,
        "mine": seat(act) == done[0].office or act.actor == done[0].by,
        "lift_asked": {"reason": asked.reason, "mine": seat(act) == asked.office} if asked else None,
        "done": [asdict(each) | {"by": names.get(each.by, "")} for each in reversed(done)],
        "leaning": sorted(
            (dict(row) for shown in panels.leaning for row in shown(spoken, one.since)),
            key=lambda row: row["at"],
            reverse=True,
        ),
    }


@transaction.atomic
def in_quarantine_for(act: Act) -> list[tuple[Standing, datetime]]:
    """The quarantines that hold, with when each was made: those that wait for a second person first."""
    enter(act, DOOR)
    held = [one for one in standing() if one.state != "lifted"]
    done = acts_of([one.id for one in held])
    return sorted(((one, done[one.id][0].at) for one in held), key=lambda row: (row[0].state != "stopped", row[1]))


@dataclass(frozen=True, slots=True)
class Held:
    """A page of the rows behind one number of a quarantine: batches, or records; and after which row the next page begins, where there is one."""

    quarantine: Standing
    batches: list[Batch]
    records: list[HeldRecord]
    after: UUID | None
    opens_reports: bool  # whether a batch leads to its own report


@transaction.atomic
def held_for(act: Act, id_: UUID, count: str, after: UUID | None) -> Held:
    """The rows behind a number, a page at a time, with the trace of it. No value of a person is in them; of records only those of agencies
    that this desk may read at all. Refuses: DoorShut, NotFound.
    """
    enter(act, DOOR)
    one = quarantine(id_)
    if one is None or count not in {*HELD, RECORDS}:
        raise NotFound()
    batches: list[Batch] = []
    records: list[HeldRecord] = []
    if count == RECORDS:
        records, following = records_held(one.left, after)
    else:
        batches, following = batches_held(one.left, count, after)
    append("quarantine.listed", act, about=[id_], count=count, rows=len(batches) + len(records))
    own = {batch.agency for batch in batches} <= {act.agency} or act.role == "integration_engineer"
    return Held(one, batches, records, following, opens(act, "intake.report") and own)
