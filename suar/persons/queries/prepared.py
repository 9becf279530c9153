"""Statements that every search asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections

from suar.vault.queries import DEFAULT


def prepared(words: str, told: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that every search asks: planned once for each connection."""
    connections[DEFAULT].ensure_connection()
    with connections[DEFAULT].connection.cursor(binary=True) as cursor:
        cursor.execute(words, told, prepare=True)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
