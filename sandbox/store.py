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

    Writing (`add`, `add_many`) opens a transaction by itself and sees its own rows. `keep(upto)` closes it together
    with the moment up to which the nation's happenings are absorbed, so that rows and moment never disagree. Reading,
    from any thread or process, sees only what was kept.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._writing: sqlite3.Connection | None = None
        self._idle: list[sqlite3.Connection] = []  # reading connections that no thread uses at this moment
        self._lock = threading.Lock()
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

    def found_while_writing(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """One row as the writer sees it, with what is not yet kept."""
        row: Row | None = self._writer().execute(sql, values).fetchone()
        return row

    def keep(self, upto: int) -> None:
        """Commit what was written. Everything up to `upto` (microseconds since 1970) is absorbed."""
        writer = self._writer()
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
