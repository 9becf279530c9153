"""Statements that every question asks: planned once for each connection, and sent past Django's and psycopg's cursors, whose keeping of books
costs more than the statement itself.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connections
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from suar.vault.queries import DEFAULT

Told = Sequence[Any] | Mapping[str, Any]


def prepared(words: str, told: Told = (), *, wall: str = DEFAULT) -> list[tuple[Any, ...]]:
    """The rows of a statement that every question asks. Its values stand in it as `%b` or `%(name)b`, and go and come in binary."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return line_of(connection.connection).rows(words, told)


def written(words: str, told: Told, *, wall: str = DEFAULT) -> int:
    """The same of a statement that answers with no rows: how many it wrote."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return line_of(connection.connection).ask(words, told).command_tuples or 0


KEPT = "_suar_line"
PLACE = re.compile(r"%(?:\((\w+)\))?[bs]|%%")
NUMBERS = itertools.count(1)
GONE = "26000"  # PostgreSQL: no prepared statement of that name


@functools.cache
def numbered(words: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement as PostgreSQL reads it, its values numbered, and the names of those that have any."""
    names: list[str] = []
    places: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            places.append("")
            return f"${len(places)}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return PLACE.sub(number, words).encode(), tuple(names)


class Line:
    """What is prepared on one connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection, self.server = connection, connection.pgconn
        self.values = Transformer(connection)
        self.names: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def rows(self, words: str, told: Told) -> list[tuple[Any, ...]]:
        result = self.ask(words, told)
        self.values.set_pgresult(result, format=Format.BINARY)
        return self.values.load_rows(0, result.ntuples, tuple)

    def ask(self, words: str, told: Told) -> PGresult:
        statement, names = numbered(words)
        values = [told[name] for name in names] if isinstance(told, Mapping) else told
        said = self.values.dump_sequence(values, [psycopg.adapt.PyFormat.BINARY] * len(values))
        types = self.values.types or ()
        if self.server.transaction_status == TransactionStatus.IDLE and not self.connection.autocommit:
            self.good(self.server.exec_(b"BEGIN"))
        name = self.names.get((words, types)) or self.prepare(words, statement, types)
        sent: list[Any] = list(said)  # psycopg hands a NULL on as None, and does not say so
        return self.good(self.server.exec_prepared(name, sent, self.values.formats, Format.BINARY))

    def prepare(self, words: str, statement: bytes, types: tuple[int, ...]) -> bytes:
        """Under each mixture of types for itself: a value may be unknown in one question and a text in the next."""
        name = f"suar_{next(NUMBERS)}".encode()
        self.good(self.server.prepare(name, statement, types))
        self.names[words, types] = name
        return name

    def good(self, result: PGresult) -> PGresult:
        """Raises psycopg's error of that SQLSTATE. What somebody took away is prepared anew for the next question."""
        if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            return result
        if self.server.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")
        error = psycopg.errors.error_from_result(result)
        if error.sqlstate == GONE:
            delattr(self.connection, KEPT)
        raise error


def line_of(connection: psycopg.Connection[Any]) -> Line:
    """Kept on the connection, since it ends with it."""
    line: Line | None = getattr(connection, KEPT, None)
    if line is None:
        line = Line(connection)
        setattr(connection, KEPT, line)
    return line
