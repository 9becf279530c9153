"""What an event tells of: the row behind the id that one receiver knows, and the values that the event's own room has of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from suar.core.act import Act
from suar.exchange.queries import COLUMNS, Row
from suar.exchange.queries.events import event_id

#: Event type -> what reads the values of its thing by class and field, inside the door. Filled once by `site/wiring`; a type without one
#: tells of nothing that could be read.
snapshots: dict[str, Callable[[UUID], Mapping[str, Mapping[str, Any]]]] = {}

#: Types whose values stand behind the wall: they are read, and the reading is kept, there and nowhere else. Filled once by `site/wiring`.
behind: set[str] = set()

#: Event type -> what takes down a receiver's own number of its thing, in the caller's transaction. Filled once by `site/wiring`.
numbered: dict[str, Callable[[UUID, str, Act], None]] = {}

#: Event type -> which of these things are still as the event told. Filled once by `site/wiring`; of a type without one everything stands.
standing: dict[str, Callable[[Sequence[UUID]], set[UUID]]] = {}


def still_standing(rows: Sequence[Row]) -> list[Row]:
    """The rows without those that a later one has overtaken: that one is in the outbox too, further on, so nothing is lost with them."""
    kept: dict[str, set[UUID]] = {}
    for kind, among in standing.items():
        if things := [row.thing for row in rows if row.type == kind]:
            kept[kind] = among(things)
    return [row for row in rows if row.type not in kept or row.thing in kept[row.type]]


IN_ITS_MILLISECOND = f"""
SELECT {COLUMNS} FROM exchange_outbox o WHERE o.id >= %s AND o.id < %s AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
"""


def row_known_as(id_: str, receiver: str) -> Row | None:
    """The row that this receiver knows under this id; None for an id that was never made for it."""
    if not re.fullmatch("[0-9a-f]{32}", id_):
        return None
    moment = int(id_[:12], 16)
    with connection.cursor() as cursor:
        cursor.execute(IN_ITS_MILLISECOND, [UUID(int=moment << 80), UUID(int=min((moment + 1) << 80, (1 << 128) - 1))])
        rows = [Row(*row) for row in cursor.fetchall()]
    return next((row for row in rows if event_id(receiver, row.id) == id_), None)


def values_of(row: Row, fields: Mapping[str, frozenset[str]]) -> dict[str, dict[str, Any]]:
    """Of what the room says, the classes and fields named, and no other."""
    read = snapshots.get(row.type)
    said = read(row.thing) if read else {}
    found = {
        kind: {name: said[kind][name] for name in sorted(named & set(said[kind]))}
        for kind, named in fields.items()
        if kind in said
    }
    return {kind: values for kind, values in found.items() if values}
