"""Statements that every search asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections

from suar.vault.queries import DEFAULT


def prepared(words: str, told: Sequence[Any] | Mapping[str, Any], *, wall: str = DEFAULT) -> list[tuple[Any, ...]]:
    """The rows of a statement that every search asks: planned once for each connection."""
    connections[wall].ensure_connection()
    with connections[wall].connection.cursor(binary=True) as cursor:
        cursor.execute(words, told, prepare=True)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
