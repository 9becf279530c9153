"""The protection markers that a protection officer sees: his own desk's, and those of which another office has said that they may end."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter, officer_at, opens
from suar.audit.actions import append
from suar.core.act import Act
from suar.persons.queries import subjects
from suar.registers.access.hands import hand_of
from suar.registers.queries import MARKER_HOLDS
from suar.vault.queries import PROTECTION

MOST_ROWS = 50
HOLDING = f"""
SELECT m.id, m.subject, m.from_at, m.until_at, array_remove(array_agg(w.office), NULL), count(*) OVER () FROM registers_marker m
LEFT JOIN registers_marker_end w ON w.marker = m.id AND w.at <= %(at)s WHERE {MARKER_HOLDS}
GROUP BY m.id, m.subject, m.desk, m.from_at, m.until_at HAVING m.desk = %(desk)s OR count(w.office) > 0
ORDER BY count(w.office) DESC, m.until_at, m.id LIMIT %(most)s
"""


@transaction.atomic
def markers_for(act: Act) -> tuple[list[dict[str, Any]], int]:
    """The markers in force that this officer may help to end, those that wait for a second word first; and how many more there are. The
    trace of the reading stands behind the wall. None for any other role.
    """
    if not opens(act, "register.protect"):
        return [], 0
    enter(act, "register.work")
    office, desk = hand_of(act).office, officer_at(act).desk.code
    as_hub()
    with connection.cursor() as cursor:
        cursor.execute(HOLDING, {"at": act.at, "desk": desk, "most": MOST_ROWS})
        rows = cursor.fetchall()
    known = subjects([subject for _, subject, *_ in rows])
    with transaction.atomic(using=PROTECTION):
        append("register.markers_seen", act, about=list(known), fields=["full_name"] if known else [], wall=PROTECTION)
    found = [
        {
            "marker": marker, "begins": begins, "ends": ends, "word_given": office in words, "waits": bool(words),
            "name": known[subject].description.full_name if subject in known else "",
        }
        for marker, subject, begins, ends, words, _ in rows
    ]  # fmt: skip
    return found, max(0, rows[0][-1] - len(rows)) if rows else 0
