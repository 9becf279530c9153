"""Say that a batch is through: its records are in persons, registers and journeys."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from suar.vault.queries import DEFAULT


@transaction.atomic
def projected(batch: UUID) -> None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("UPDATE intake_batch SET state = 'projected' WHERE id = %s AND state = 'placed'", [batch])
