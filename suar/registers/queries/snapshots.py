"""What an event about a register tells of, for whoever is entitled to read it (`site/wiring` names it to the exchange)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

COLUMNS = ("kind", "act", "state", "first_day", "last_day", "basis", "authority")
ACT = f"SELECT {', '.join(COLUMNS)} FROM registers_act WHERE id = %s"


def act_said(act: UUID) -> Mapping[str, Mapping[str, Any]]:
    """One act on an entry: never the reason in words, nor who did it. Runs inside a door."""
    with connection.cursor() as cursor:
        cursor.execute(ACT, [act])
        row = cursor.fetchone()
    cells = zip(COLUMNS, row or (), strict=False)
    said = {name: cell if isinstance(cell, str) else cell.isoformat() for name, cell in cells}
    return {"register": said} if row else {}


OBJECTION = "SELECT kind, received_at, decide_by FROM registers_objection WHERE id = %s AND entry IS NOT NULL"


def objection_said(objection: UUID) -> Mapping[str, Mapping[str, Any]]:
    """Against an entry of which kind, when it came and until when it must be decided; how it was decided is the event's effect. Never who
    objects, for whom, nor a word of it. Runs inside a door.
    """
    with connection.cursor() as cursor:
        cursor.execute(OBJECTION, [objection])
        row = cursor.fetchone()
    return (
        {"register": {"kind": row[0], "received_at": row[1].isoformat(), "decide_by": row[2].isoformat()}}
        if row
        else {}
    )


NEWEST = """
SELECT a.id FROM registers_act a
WHERE a.id = ANY(%s) AND NOT EXISTS (SELECT FROM registers_act later WHERE later.entry = a.entry AND later.seq > a.seq)
"""


def acts_standing(acts: Sequence[UUID]) -> set[UUID]:
    """Which of these no later act on the same entry has followed. Runs as the hub: ids alone."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(acts)])
        return {row[0] for row in cursor.fetchall()}
