"""Is this process well? Names parts and nothing else: no person, no count, no address."""

from __future__ import annotations

from django.db import DatabaseError, connections

ASKED = {"database": "default", "protection": "protection"}


def parts() -> dict[str, bool]:
    """Each part this process needs, and whether it answers."""
    return {name: answers(alias) for name, alias in ASKED.items()}


def answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False
