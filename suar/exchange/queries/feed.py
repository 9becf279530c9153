"""The outbox read from any place on, for readers who keep their place themselves, under a cursor that says nothing to anybody else."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import connection

from suar.core.errors import Refusal
from suar.exchange.queries import COLUMNS, Row
from suar.exchange.queries.sharing import entitled
from suar.exchange.queries.views import still_standing
from suar.vault.queries import first_id, seal, unseal

NOBODY = UUID(int=0)
AT_ONCE = 1_000  # rows looked at in one statement
MOST_LOOKED_AT = 20_000  # a receiver of few types passes over many rows: so many in one answer, the rest in the next


class BadCursor(Refusal):
    """Not a cursor that was given to this agency."""

    code = "events.cursor"
    status = 422


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which row a reader stands: everything up to this row he has."""

    xid: str
    id: UUID


BEGINNING = Place("0", NOBODY)


def cursor_of(place: Place, agency: str) -> str:
    sealed = seal(place.id.bytes + place.xid.encode(), about=about(agency))
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def place_of(cursor: str, agency: str) -> Place:
    """Refuses: BadCursor, alike for one that was changed, made up, or given to another agency."""
    try:
        plain = unseal(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True), about=about(agency)
        )
    except (InvalidTag, binascii.Error, ValueError, LookupError) as error:
        raise BadCursor() from error
    return Place(plain[16:].decode(), UUID(bytes=plain[:16]))


def about(agency: str) -> bytes:
    return f"events.cursor.{agency}".encode()


# A transaction that began earlier may commit later with a smaller id: only rows older than every running transaction may be passed. The order names
# the table's own column: `ORDER BY xid` alone would mean the text that is selected under that name, in which 100 comes before 99.
AFTER = f"""
SELECT {COLUMNS} FROM exchange_outbox o
WHERE (o.xid, o.id) > (%s::xid8, %s) AND o.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY o.xid, o.id LIMIT %s
"""


def rows_after(place: Place, limit: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(AFTER, [place.xid, place.id, limit])
        return [Row(*row) for row in cursor.fetchall()]


LATEST = f"""
SELECT {COLUMNS} FROM exchange_outbox o
WHERE o.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY o.xid DESC, o.id DESC LIMIT %s
"""


def latest_for(receiver: str, at: datetime, limit: int) -> list[Row]:
    """The last events for this receiver among the last of all, the oldest first; as many as `limit` at most."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [AT_ONCE])
        rows = [Row(*row) for row in reversed(cursor.fetchall())]
    return [row for row, _ in entitled(rows, at, receiver=receiver)][-limit:]


# Ids of the outbox begin with the millisecond in which the thing happened, so the key finds the rows since an instant.
SINCE = "SELECT o.xid::text FROM exchange_outbox o WHERE o.id >= %s ORDER BY o.xid, o.id LIMIT 1"


def place_since(at: datetime) -> Place:
    """Behind nothing that happened at `at` or later; some of what happened shortly before may come again."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, [first_id(at)])
        found = cursor.fetchone()
    return Place(found[0], NOBODY) if found else newest_place()


def newest_place() -> Place:
    """Behind everything that nobody can overtake any more: what commits from here on comes after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return Place(cursor.fetchone()[0], NOBODY)


@dataclass(frozen=True, slots=True)
class Read:
    """What one agency may be told after a place, the place behind it, and whether more may follow at once."""

    rows: tuple[Row, ...]
    place: Place
    more: bool


def read_for(
    receiver: str, place: Place, at: datetime, *, types: frozenset[str] | None, limit: int, standing: bool = False
) -> Read:
    """At most `limit` events for this receiver after a place, in the order in which nobody overtakes anybody. `types`: those alone.
    `standing`: without what a later event has overtaken.
    """
    told: list[Row] = []
    for _ in range(MOST_LOOKED_AT // AT_ONCE):
        rows = rows_after(place, AT_ONCE)
        mine = [row for row, _ in entitled(rows, at, receiver=receiver) if types is None or row.type in types]
        for row in still_standing(mine) if standing else mine:
            if len(told) == limit:
                return Read(tuple(told), Place(told[-1].xid, told[-1].id), more=True)
            told.append(row)
        if len(rows) < AT_ONCE:
            return Read(tuple(told), Place(rows[-1].xid, rows[-1].id) if rows else place, more=False)
        place = Place(rows[-1].xid, rows[-1].id)
    return Read(tuple(told), place, more=True)
