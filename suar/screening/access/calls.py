"""Calls for the protection desk: where somebody is needed, since when, and nothing of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub, enter
from suar.agencies.queries import desk as desk_named
from suar.agencies.queries import office as office_named
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.screening.access import MOST_ROWS, WAITS
from suar.screening.models import Call, CallAttended

ATTEND = "call.attend"
EVERY_OFFICE = frozenset({"protection_officer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """Where somebody is needed. The protection desk learns no name and no answer: it goes there."""

    id: UUID
    at: datetime
    kind: str
    office: str
    desk: str


def open_calls(act: Act) -> list[Call]:
    """Not attended yet: of every office for the protection desk, of his own for a supervisor. Runs inside a door."""
    found = Call.objects.filter(at__gt=act.at - WAITS)
    if act.role not in EVERY_OFFICE:
        place = desk_named(act.desk)
        found = found.filter(agency=act.agency, office=place.office_id if place else "")
    rows = list(found.order_by("id")[:MOST_ROWS])
    done = set(CallAttended.objects.filter(call__in=[one.id for one in rows]).values_list("call", flat=True))
    return [one for one in rows if one.id not in done]


@transaction.atomic
def calls_for(act: Act) -> list[Calling]:
    """Who waits for somebody to come, the longest first. It opens nobody."""
    enter(act, ATTEND)
    as_hub()
    found = [named(one) for one in open_calls(act)]
    if found:
        append("call.seen", act, about=[one.id for one in found])
    return found


def named(row: Call) -> Calling:
    place, desk = office_named(row.office), desk_named(row.desk)
    return Calling(
        id=row.id, at=row.at, kind=row.kind, office=place.name if place else row.office, desk=desk.name if desk else row.desk
    )  # fmt: skip


def call_for(act: Act, id_: UUID) -> Call:
    """One call that this act may attend to. In the caller's transaction. Refuses: NotFound alike for none, not yours and attended."""
    enter(act, ATTEND)
    as_hub()
    found = next((one for one in open_calls(act) if one.id == id_), None)
    if found is None:
        raise NotFound()
    return found
