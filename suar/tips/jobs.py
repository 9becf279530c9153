"""Reports whose time is over are destroyed."""

from __future__ import annotations

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.audit.actions import append
from suar.core.act import Act

AT_ONCE = 1_000

FORGET = """
DELETE FROM tips_report WHERE id IN (SELECT id FROM tips_report WHERE expires_at <= %s ORDER BY expires_at LIMIT %s) RETURNING id
"""


def forget_expired(*, act: Act) -> int:
    """Destroy every report that has expired; the log keeps that it was there, not what it said. Returns how many."""
    forgotten = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            enter(act, "tip.see")
            cursor.execute(FORGET, [act.at, AT_ONCE])
            gone = [row[0] for row in cursor.fetchall()]
            if gone:
                append("tip.forgotten", act, about=gone)
        forgotten += len(gone)
        if len(gone) < AT_ONCE:
            return forgotten
