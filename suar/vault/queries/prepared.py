"""Statements that every question asks: planned once for each connection, and sent past Django's and psycopg's cursors, whose keeping of books
costs more than the statement itself.

Several may go in one journey, as libpq's pipeline carries them: on a busy machine a journey costs more than most of these statements do, since
two programs are woken for it. What is to be read goes by `at_once`, what is to be written by `one_journey`.
"""

from __future__ import annotations

import functools
import itertools
import re
import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from suar.vault.queries import DEFAULT

Told = Sequence[Any] | Mapping[str, Any]
#: A statement and its values, as `prepared` takes them.
Question = tuple[str, Told]


def prepared(words: str, told: Told = (), *, wall: str = DEFAULT) -> list[tuple[Any, ...]]:
    """The rows of a statement that every question asks. Its values stand in it as `%b` or `%(name)b`, and go and come in binary."""
    with line(wall) as to:
        return to.rows(words, told)


def written(words: str, told: Told, *, wall: str = DEFAULT) -> int:
    """The same of a statement that answers with no rows: how many it wrote."""
    with line(wall) as to:
        return to.ask(words, told).command_tuples or 0


def put(words: str, told: Told, *, wall: str = DEFAULT) -> None:
    """The same where nobody asks how many: at once, or together with all that is put within `one_journey`."""
    with line(wall) as to:
        to.put(words, told)


@contextmanager
def at_once(*questions: Question, wall: str = DEFAULT) -> Iterator[None]:
    """Ask all of these in one journey. Within the block `prepared` finds their answers instead of asking; what nobody has asked for by its
    end is dropped, and all of it as soon as anything is written.
    """
    with line(wall) as to:
        known = to.know(questions)
    try:
        yield
    finally:
        for one in known:
            to.known.pop(one, None)


@contextmanager
def one_journey(*, wall: str = DEFAULT) -> Iterator[None]:
    """What is put within the block leaves in one journey: with the first statement that must have its answer, at the latest at the end. What the
    server says against one of them is raised there. What goes through Django's own cursors within the block goes before it.
    """
    assert connections[wall].in_atomic_block, "what is put in one journey is kept together or not at all"
    with line(wall) as to:
        to.gathers = True
    try:
        yield
        with line(wall):
            to.leave()
    finally:
        to.gathers = False
        to.waiting.clear()


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


@dataclass(frozen=True, slots=True)
class Sent:
    """A prepared statement with its values, as libpq takes them."""

    name: bytes
    values: list[Any]  # bytes, or None; psycopg's protocol does not know the latter
    formats: Sequence[Format] | None

    @property
    def key(self) -> Key:
        """Two that have the same ask the same."""
        return self.name, *self.values


Key = tuple[Any, ...]


class Line:
    """One connection: what is prepared on it, what it was asked before anybody wanted the answer, and what waits to be sent."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection, self.server = connection, connection.pgconn
        self.values = Transformer(connection)
        self.names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self.known: dict[Key, PGresult] = {}
        self.waiting: list[Sent] = []
        self.gathers = False
        self.heard = select.poll()
        self.heard.register(self.server.socket, select.POLLIN)

    def rows(self, words: str, told: Told) -> list[tuple[Any, ...]]:
        sent = self.read(words, told)
        result = self.known.pop(sent.key, None) if self.known else None
        if result is None:
            result = self.send([sent])[-1]
        self.values.set_pgresult(result, format=Format.BINARY)
        return self.values.load_rows(0, result.ntuples, tuple)

    def ask(self, words: str, told: Told) -> PGresult:
        self.known.clear()
        return self.send([self.read(words, told)])[-1]

    def put(self, words: str, told: Told) -> None:
        self.known.clear()
        self.waiting.append(self.read(words, told))
        if not self.gathers:
            self.leave()

    def know(self, questions: Sequence[Question]) -> list[Key]:
        sent = [self.read(words, told) for words, told in questions]
        keys = [one.key for one in sent]
        if sent:
            self.known.update(zip(keys, self.send(sent)[-len(sent) :], strict=True))
        return keys

    def leave(self) -> None:
        if self.waiting:
            self.send([])

    def read(self, words: str, told: Told) -> Sent:
        statement, names = numbered(words)
        values = [told[name] for name in names] if isinstance(told, Mapping) else told
        said = self.values.dump_sequence(values, [PyFormat.BINARY] * len(values))
        types, formats = self.values.types or (), self.values.formats
        name = self.names.get((words, types)) or self.prepare(words, statement, types)
        return Sent(name, [one if one is None else bytes(one) for one in said], formats)

    def prepare(self, words: str, statement: bytes, types: tuple[int, ...]) -> bytes:
        """Under each mixture of types for itself: a value may be unknown in one question and a text in the next."""
        name = f"suar_{next(NUMBERS)}".encode()
        self.good(self.server.prepare(name, statement, types))
        self.names[words, types] = name
        return name

    def send(self, sent: Sequence[Sent]) -> list[PGresult]:
        """What the server says to all that waits and then to these, in a transaction that is begun for them where one is wanted."""
        begins = self.server.transaction_status == TransactionStatus.IDLE and not self.connection.autocommit
        every, self.waiting = [*self.waiting, *sent], []
        if len(every) > 1 or begins:
            return [self.good(result) for result in self.piped(every, begins=begins)]
        return [self.good(self.server.exec_prepared(one.name, one.values, one.formats, Format.BINARY)) for one in every]

    def piped(self, every: Sequence[Sent], *, begins: bool) -> list[PGresult]:
        """What the server says to each; once it has refused one, that it did not look at the rest."""
        self.server.enter_pipeline_mode()
        if begins:
            self.server.send_query_params(b"BEGIN", None)
        for one in every:
            self.server.send_query_prepared(one.name, one.values, one.formats, Format.BINARY)
        self.server.pipeline_sync()
        results: list[PGresult] = []
        while (result := self.next()) is None or result.status != ExecStatus.PIPELINE_SYNC:
            if result is not None:
                results.append(result)
            elif self.server.status == ConnStatus.BAD:
                raise psycopg.OperationalError("the connection is lost")
        self.server.exit_pipeline_mode()
        return results

    def next(self) -> PGresult | None:
        """libpq's next answer, None between two; other threads run while it is not there."""
        while self.server.is_busy():
            self.heard.poll()
            self.server.consume_input()
        return self.server.get_result()

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


@contextmanager
def line(wall: str) -> Iterator[Line]:
    """The line to that database, kept on its connection since it ends with it; psycopg's errors come out as Django's."""
    connection = connections[wall]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        held: Line | None = getattr(connection.connection, KEPT, None)
        if held is None:
            held = Line(connection.connection)
            setattr(connection.connection, KEPT, held)
        yield held
