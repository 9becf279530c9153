"""When a change was decided, and when each desk and subscriber had it: measured facts, with ids and times alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

#: The class of what came from its legal owner; every other class is the name of an act.
MIRRORED = "mirrored"
#: The desks of the house, which all read the same tables.
DESKS = "desks"

CHANGE = "INSERT INTO registers_change (id, class, giver, decided_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"

# What was measured first stands: a second measurement, or the same event told twice, changes nothing. No clock of another machine makes a
# change be felt before it was decided.
EFFECT = """
INSERT INTO registers_effect (change, target, effective_at)
SELECT c.id, told.target, greatest(c.decided_at, %(at)s)
FROM unnest(%(changes)s::uuid[], %(targets)s::text[]) AS told (change, target) JOIN registers_change c ON c.id = told.change
ON CONFLICT DO NOTHING
"""


def note_change(change: UUID, of_class: str, giver: str, decided_at: datetime) -> None:
    """From here on the time runs until everybody has it. Asserts that it runs in the transaction of the change."""
    assert connection.in_atomic_block, "a change is noted with what it changes"
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [change, of_class, giver, decided_at])


@transaction.atomic
def note_effect(changes: Sequence[UUID], targets: Sequence[str], at: datetime) -> int:
    """These targets have these changes since `at`. Returns how many of them were not known to. Idempotent."""
    with connection.cursor() as cursor:
        cursor.execute(EFFECT, {"changes": list(changes), "targets": list(targets), "at": at})
        return int(cursor.rowcount)
