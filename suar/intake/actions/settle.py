"""Say that batches are through: their records are in persons, registers and journeys."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connections

from suar.vault.queries import DEFAULT


def placed(batches: Sequence[UUID], *, wall: str = DEFAULT) -> None:
    """Their records are in persons. Asserts that it runs in the transaction that placed them."""
    assert connections[wall].in_atomic_block
    with connections[wall].cursor() as cursor:
        cursor.execute("UPDATE intake_batch SET state = 'placed' WHERE id = ANY(%b)", [list(batches)])


def projected(batches: Sequence[UUID]) -> None:
    """Their records are in registers and journeys. Asserts that it runs in the transaction that projected them."""
    assert connections[DEFAULT].in_atomic_block
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("UPDATE intake_batch SET state = 'projected' WHERE id = ANY(%b)", [list(batches)])
