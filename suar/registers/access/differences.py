"""The door to where an owner's list and our entries differ, and to what came of the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter, mask_of
from suar.audit.actions import append
from suar.core.act import Act
from suar.intake.queries.mappings import sources
from suar.persons.access import UNMASKED, shown_value
from suar.registers.jobs.lists import signed
from suar.registers.queries.differences import Standing, count_open, open_differences
from suar.registers.queries.lists import Judged, newest_judged

DOOR = "register.differences"
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One difference as this act may see it: the decision's number, both terms, and of a person which fields differ."""

    id: UUID
    kind: str
    source: str
    agency: str
    found_at: datetime
    number: str
    theirs: Mapping[str, str]
    ours: Mapping[str, str]
    faults: list[str]
    person: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the page shows: what differs, oldest first, and the newest list of each owner."""

    rows: list[Shown]
    count: int
    lists: list[Judged]


@transaction.atomic
def differences_for(act: Act) -> Compared:
    """What differs between the lists of agencies that this act may read and our entries; one entry of the log names all that is shown."""
    enter(act, DOOR)
    masked = mask_of(act)["matches"] == "masked"
    rows = [shown(one, masked=masked) for one in open_differences(most=MOST)]
    if rows:
        fields = {line["field"] for row in rows for line in row.person if not line["masked"]}
        append("difference.shown", act, about=[row.id for row in rows], fields=["decision_no", "in_force", *fields])
    return Compared(rows=rows, count=count_open(), lists=newest_lists(act))


@transaction.atomic
def waiting_for(act: Act, *, most: int) -> tuple[int, list[Standing]]:
    """How many differ, and the oldest of them, none opened."""
    enter(act, DOOR)
    return count_open(), open_differences(most=most)


def shown(one: Standing, *, masked: bool) -> Shown:
    detail = one.detail
    return Shown(
        id=one.id,
        kind=one.kind,
        source=one.source,
        agency=one.agency,
        found_at=one.found_at,
        number=detail["number"],
        theirs=detail["theirs"],
        ours=detail["ours"],
        faults=detail["faults"],
        person=[
            {
                "field": name,
                "theirs": shown_value(name, theirs, masked=masked),
                "ours": shown_value(name, ours, masked=masked),
                "masked": masked and name not in UNMASKED,
            }
            for name, (theirs, ours) in detail.get("person", {}).items()
        ],
    )


def newest_lists(act: Act) -> list[Judged]:
    """What came of the newest list of each owner whose lists this act may read: its own agency's."""
    known = sources(act.at)
    found = [
        newest_judged(mapping.source, stream)
        for mapping, stream in signed(act.at)
        if known[mapping.source].agency == act.agency
    ]
    return [one for one in found if one]
