"""What has outlived its term is destroyed (UU 27/2022 Ps 16(2)g); the terms stand in policy/retention."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act

AT_ONCE = 1_000


def destroy(table: str, column: str, until: datetime, *, door: str, logged: str, act: Act) -> int:
    """Destroy every row of which `column` is `until` or earlier, a thousand a commit; the log keeps, as `logged`, that each was there and not
    what it said. Returns how many.
    """
    words = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {column} <= %s ORDER BY {column} LIMIT %s) RETURNING id"
    destroyed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            enter(act, door)
            cursor.execute(words, [until, AT_ONCE])
            gone = [row[0] for row in cursor.fetchall()]
            if gone:
                append(logged, act, about=gone)
        destroyed += len(gone)
        if len(gone) < AT_ONCE:
            return destroyed
