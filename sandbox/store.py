"""A system's own SQLite file: many readers in threads, one writer, never half a batch."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

Value = str | int | None
Row = tuple[Value, ...]

READ_WAIT_S = 30.0


class Store:
    """SQLite in WAL: a kill -9 loses nothing that was kept, a power loss nothing before the last sync, neither half a
    batch.

    Writing (`add`, `add_many`) opens a transaction by itself and sees its own rows; what is added with `add_soon` is
    seen once it is kept. `keep(upto)` closes the transaction together with the moment up to which the nation's
    happenings are absorbed, so that rows and moment never disagree. Reading, from any thread or process, sees only
    what was kept.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._writing: sqlite3.Connection | None = None
        self._idle: list[sqlite3.Connection] = []  # reading connections that no thread uses at this moment
        self._lock = threading.Lock()
        self._soon: dict[str, list[Row]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._memories: list[Memory] = []
        self.of_whom = ""  # whom the happening being absorbed is about, where it is about somebody
        self.tellings: dict[str, str] = {}  # record number → whom it tells of: for the folder of truth, never served
        path.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(path, timeout=READ_WAIT_S) as first:
            first.execute("PRAGMA journal_mode=WAL")
            first.executescript(schema)
            first.execute(
                "CREATE TABLE IF NOT EXISTS absorbed (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL)"
            )
            first.execute("INSERT OR IGNORE INTO absorbed VALUES (1, 0)")
        first.close()
        path.chmod(0o600)

    def add(self, sql: str, row: Row) -> int:
        """Run one writing statement; the row id it made."""
        return self._writer().execute(sql, row).lastrowid or 0

    def add_many(self, sql: str, rows: Iterable[Row]) -> None:
        self._writer().executemany(sql, rows)

    def add_soon(self, sql: str, row: Row) -> None:
        """Like `add`, but written when the batch is kept, like with like and much cheaper: for rows that nothing looks
        for before. Statements come in the order in which each was first used.
        """
        self._soon.setdefault(sql, []).append(row)

    def tells(self, number: str) -> None:
        """Remember whom the record of this number is about. Never written into the store, which servers read."""
        if self.of_whom:
            self.tellings[number] = self.of_whom

    def next_number(self, table: str, column: str) -> int:
        """One more than the highest number in a column, which only this writer gives out."""
        last = self._numbers.get((table, column))
        if last is None:
            found = self.found_while_writing(f"SELECT coalesce(max({column}), 0) FROM {table}")
            last = int(found[0] or 0) if found else 0
        self._numbers[table, column] = last + 1
        return last + 1

    def memory(self, table: str, find: str) -> Memory:
        """What `find` gives for a key in a table, remembered."""
        self._memories.append(Memory(self, table, find))
        return self._memories[-1]

    def found_while_writing(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """One row as the writer sees it, with what is not yet kept."""
        row: Row | None = self._writer().execute(sql, values).fetchone()
        return row

    def keep(self, upto: int) -> None:
        """Commit what was written. Everything up to `upto` (microseconds since 1970) is absorbed."""
        writer = self._writer()
        for sql, rows in self._soon.items():
            writer.executemany(sql, rows)
        self._soon.clear()
        for memory in self._memories:
            memory.kept()
        writer.execute("UPDATE absorbed SET upto = ?", (upto,))
        writer.execute("COMMIT")

    def upto(self) -> int:
        """The moment up to which everything is absorbed and kept; 0 for a new store."""
        row = self.one("SELECT upto FROM absorbed")
        return int(row[0] or 0) if row else 0

    def all(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Rows as last kept."""
        with self._lock:
            reader = self._idle.pop() if self._idle else None
        reader = reader or self._new_reader()
        rows: list[Row] = reader.execute(sql, values).fetchall()
        with self._lock:
            self._idle.append(reader)
        return rows

    def one(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def note(self, sql: str, row: Row) -> None:
        """Write one row at once, from a server's thread (what it delivered, whom it let in). Waits for the absorber's
        batch.
        """
        connection = sqlite3.connect(self.path, timeout=READ_WAIT_S, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(sql, row)
        finally:
            connection.close()

    def close(self) -> None:
        """Close every connection. What was added and not kept is lost, as after a kill."""
        with self._lock:
            for connection in [*self._idle, *([self._writing] if self._writing else [])]:
                connection.close()
            self._idle, self._writing = [], None
            self._soon.clear()

    def _writer(self) -> sqlite3.Connection:
        if self._writing is None:
            self._writing = sqlite3.connect(
                self.path, timeout=READ_WAIT_S, isolation_level=None, check_same_thread=False, cached_statements=512
            )
            self._writing.execute("PRAGMA synchronous=NORMAL")
            self._writing.execute("PRAGMA cache_size=-64000")
        if not self._writing.in_transaction:
            self._writing.execute("BEGIN IMMEDIATE")
        return self._writing

    def _new_reader(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=READ_WAIT_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON")
        return connection


class Memory:
    """Rows that a system must find again by a key while it absorbs. The system writes them itself, at latest with the
    batch.

    Over a table that was empty at first (history) it knows every row and asks the store nothing. Otherwise it holds
    only the rows of the running batch, so that a life of months does not fill it.
    """

    def __init__(self, store: Store, table: str, find: str) -> None:
        self._store, self._table, self._find = store, table, find
        self._rows: dict[tuple[Value, ...], Row] = {}
        self._whole: bool | None = None

    def get(self, *key: Value) -> Row | None:
        row = self._rows.get(key)
        return row if row is not None or self._knows_all() else self._store.found_while_writing(self._find, key)

    def put(self, *key: Value, row: Row) -> None:
        self._knows_all()
        self._rows[key] = row

    def kept(self) -> None:
        if not self._whole:
            self._rows.clear()

    def _knows_all(self) -> bool:
        if self._whole is None:
            self._whole = self._store.found_while_writing(f"SELECT 1 FROM {self._table} LIMIT 1") is None
        return self._whole
