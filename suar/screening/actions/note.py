"""Note what was done for a traveller, the moment it is done. What was noted first stands; nobody types in a time."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.core.service.procedure import offered
from suar.core.service.stop import NOTED
from suar.screening.access import WAITS, screening_for
from suar.screening.access.unscreened import office_of
from suar.screening.queries.service import procedure_for, stop_of
from suar.vault.queries import DEFAULT, new_id

NOTE = (
    "INSERT INTO screening_service (id, screening, agency, step, at, by, desk) VALUES (%s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (screening, step) DO NOTHING"
)


class NotOffered(Refusal):
    """The procedure does not offer this now: it is no step of this traveller's, or his stop is over."""

    code = "service.not_offered"
    status = 422


@transaction.atomic(durable=True)
def note(screening_id: UUID, step: str, *, act: Act) -> bool:
    """Note one step of the service standard. Returns whether it is new: pressed twice it is noted once.

    Refuses: DoorShut; NotFound alike for no screening, another office's and an old one; NotOffered.
    """
    screening = screening_for(act, screening_id, door="service.note")
    if screening.office != office_of(act) or screening.at < act.at - WAITS or screening.superseded_by:
        raise NotFound()
    stop = stop_of(screening.id, act.at)
    if stop is None or step not in NOTED:
        raise NotOffered()
    if step in stop.steps:
        return False
    if step not in {one.note for one in offered(procedure_for(screening.purpose, screening.at), stop)}:
        raise NotOffered()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(NOTE, [new_id(act.at), screening.id, screening.agency, step, act.at, act.actor, act.desk])
        new = bool(cursor.rowcount)
    if new:
        append("service.noted", act, about=[screening.id], step=step)
    return new
