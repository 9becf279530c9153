"""A change of register re-asks the questions that are still open."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.intake.queries.batches import subjects_in
from suar.vault.queries import DEFAULT

AGAIN = """
INSERT INTO screening_again (screening, because, asked_at)
SELECT DISTINCT s.id, %s, %s::timestamptz FROM screening_screening s
WHERE s.decision IS NULL AND s.at > %s::timestamptz - interval '1 day' AND s.subjects && %b::uuid[]
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def rescreen(batch: UUID, *, act: Act) -> int:
    """Mark the open screenings of everybody whom a batch changed in a register: the desk is told to ask again. Idempotent."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(AGAIN, [str(batch), act.at, act.at, subjects_in(batch)])
        marked = int(cursor.rowcount)
    if marked:
        append("screening.asked_again", act, about=[batch], screenings=marked)
    return marked
