"""Say that a batch is through: its records are in persons, registers and journeys."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from suar.vault.queries import DEFAULT


def placed(batch: UUID, *, wall: str = DEFAULT) -> None:
    """Its records are in persons. Asserts that it runs in the transaction that placed them."""
    assert connections[wall].in_atomic_block
    with connections[wall].cursor() as cursor:
        cursor.execute("UPDATE intake_batch SET state = 'placed' WHERE id = %s", [batch])


@transaction.atomic
def projected(batch: UUID) -> None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("UPDATE intake_batch SET state = 'projected' WHERE id = %s AND state = 'placed'", [batch])
