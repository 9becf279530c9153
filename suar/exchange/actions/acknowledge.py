"""An agency says that it has taken over everything up to a place: a receipt, kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act
from suar.exchange.queries.feed import place_of, read_for
from suar.vault.queries import new_id

MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The receipt, and how much waits behind it: `waiting` counts to 1,000, `oldest` is when the first of them happened."""

    id: UUID
    at: datetime
    waiting: int
    more: bool
    oldest: datetime | None


@transaction.atomic(durable=True)
def acknowledge(cursor: str, *, act: Act) -> Acknowledged:
    """Keep a receipt. An earlier place than before is taken as well: whoever replays says so. Refuses: DoorShut, BadCursor."""
    enter(act, "events.receive")
    place = place_of(cursor, act.agency)
    id_ = new_id(act.at)
    with connection.cursor() as database:
        database.execute(
            "INSERT INTO exchange_receipt (id, at, agency, client, xid, event) VALUES (%s, %s, %s, %s, %s::xid8, %s)",
            [id_, act.at, act.agency, act.actor, place.xid, place.id],
        )
    append("events.acknowledged", act, receipt=str(id_))
    behind = read_for(act.agency, place, act.at, types=None, limit=MOST_COUNTED)
    oldest = min((row.at for row in behind.rows), default=None)
    return Acknowledged(id_, act.at, len(behind.rows), behind.more, oldest)
