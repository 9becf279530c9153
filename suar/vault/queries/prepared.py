"""Statements that every question asks: planned once for each connection, past Django's own cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections
from psycopg import Connection, Cursor

from suar.vault.queries import DEFAULT

Told = Sequence[Any] | Mapping[str, Any]


def prepared(words: str, told: Told = (), *, wall: str = DEFAULT) -> list[tuple[Any, ...]]:
    """The rows of a statement that every question asks."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return cursor_of(connection.connection).execute(words, told, prepare=True).fetchall()


def written(words: str, told: Told, *, wall: str = DEFAULT) -> int:
    """The same of a statement that answers with no rows: how many it wrote."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return cursor_of(connection.connection).execute(words, told, prepare=True).rowcount


KEPT = "_suar_cursor"


def cursor_of(line: Connection) -> Cursor:
    """One cursor for each connection, kept on it: it is read empty at once, and making one takes as long as a short question."""
    cursor: Cursor | None = getattr(line, KEPT, None)
    if cursor is None or cursor.closed:
        cursor = line.cursor(binary=True)
        setattr(line, KEPT, cursor)
    return cursor
