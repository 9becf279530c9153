"""Statements that every question asks: planned once for each connection, past Django's own cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections

from suar.vault.queries import DEFAULT

Told = Sequence[Any] | Mapping[str, Any]


def prepared(words: str, told: Told = (), *, wall: str = DEFAULT) -> list[tuple[Any, ...]]:
    """The rows of a statement that every question asks."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor(binary=True) as cursor:
        cursor.execute(words, told, prepare=True)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def written(words: str, told: Told, *, wall: str = DEFAULT) -> int:
    """The same of a statement that answers with no rows: how many it wrote."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor(binary=True) as cursor:
        cursor.execute(words, told, prepare=True)
        return int(cursor.rowcount)
