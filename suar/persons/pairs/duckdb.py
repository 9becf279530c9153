"""Pairs in this process: what fits one machine. DuckDB says which blocks there are, `whole` pairs them in columns.

Keys that few share never reach the database. Memory is bounded; what is more goes to the work folder.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from suar.persons.pairs import Blocking, Places, blocks
from suar.persons.pairs.keyed import quoted
from suar.persons.pairs.whole import Followed, Rows, Whole, parted

#: Bytes that one row of keys needs while it is sorted and paired.
BYTES_A_ROW = 64
#: More pairs than any block makes that `blocks` lets through.
MOST = 1 << 60


def _rows(here: duckdb.DuckDBPyConnection, query: str) -> Rows:
    found = here.execute(query).fetchnumpy()
    return Rows(*(np.asarray(found[name]) for name in Rows._fields))


class DuckDB:
    """An engine over one database file in the work folder."""

    def __init__(self, folder: Path, *, memory_mb: int, threads: int) -> None:
        self._folder, self._memory_mb, self._threads = folder, memory_mb, threads
        self._whole = Whole(folder, within=False)

    def plan(self, folder: Path, *, within: bool, together: int, neighbours: int) -> Blocking:
        self._whole = Whole(folder, within=within)
        made = folder / "blocks.duckdb"
        if not made.exists():
            part = folder / "blocks.part.duckdb"
            for left in folder.glob("blocks.part.duckdb*"):
                left.unlink()
            with self._open(part) as here:
                followed = self._follow_keys(here, f"'{quoted(folder)}/*.keys.parquet'", together * together)
                here.execute(f"CREATE VIEW {blocks.PEOPLE} AS FROM '{quoted(folder)}/*.traits.parquet'")
                for table in blocks.tables(within=within, together=together, neighbours=neighbours):
                    here.execute(f"CREATE TABLE {table.name} AS {table.select}")
                _, refined, near, _, _ = here.execute(blocks.COUNTS).fetchall()[0]
                told = f"{followed.keys} AS whole, {refined} AS refined, {near} AS neighbours"
                followed.made += self._follow_refined(here) + self._follow_neighbours(here, neighbours)
                for name in (*blocks.PASSING, *blocks.LASTING, blocks.KEYS):
                    here.execute(f"DROP TABLE {name}")
                here.execute(f"CREATE TABLE plan AS SELECT {told}, {followed.made} AS comparisons")
            self._whole.settle()
            part.replace(made)
        with self._open(made) as here:
            whole, refined, near, comparisons = here.execute("SELECT * FROM plan").fetchall()[0]
        return Blocking(whole=whole, refined=refined, neighbours=near, comparisons=comparisons)

    def _follow_keys(self, here: duckdb.DuckDBPyConnection, files: str, few: int) -> Followed:
        """Pair the keys that few share; those of the others become the table from which `blocks` goes on."""
        here.execute(f"CREATE TABLE {blocks.KEYS} (key BIGINT, side TINYINT, place BIGINT)")
        pieces = self._pieces(here, files)
        followed = Followed()
        self._whole.begin()
        for piece in range(pieces):
            chosen = f"FROM {files} WHERE (key & {(1 << 62) - 1}) % {pieces} = {piece}"
            common = self._whole.follow(_rows(here, f"SELECT key, side, place {chosen}"), few, followed)._asdict()  # noqa: F841  # found by its name
            here.execute(f"INSERT INTO {blocks.KEYS} SELECT key, side, place FROM common")
        return followed

    def _follow_refined(self, here: duckdb.DuckDBPyConnection) -> int:
        """Pair the refined blocks; returns at most how many pairs they make."""
        followed, pieces = Followed(), self._pieces(here, "members")
        for piece in range(pieces):
            chosen = f"SELECT block AS key, side, place FROM members WHERE block % {pieces} = {piece}"
            self._whole.follow(_rows(here, chosen), MOST, followed)
        return followed.made

    def _follow_neighbours(self, here: duckdb.DuckDBPyConnection, neighbours: int) -> int:
        """Pair with the nearest in order; returns at most how many pairs that makes."""
        made, pieces = 0, self._pieces(here, "beside")
        for piece in range(pieces):
            chosen = (
                f"SELECT block AS key, side, place FROM beside WHERE block % {pieces} = {piece} ORDER BY block, rank"
            )
            made += self._whole.beside(_rows(here, chosen), neighbours)
        return made

    def _pieces(self, here: duckdb.DuckDBPyConnection, table: str) -> int:
        """In how many pieces a table is looked at, so that each fits the memory."""
        count = int(here.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
        return 1 + count * BYTES_A_ROW // (self._memory_mb << 20)

    def pairs(self, first: int, end: int) -> tuple[Places, Places]:
        return parted(self._whole.between(first, end))

    def close(self) -> None:
        """Nothing stays open between two calls."""

    def _open(self, database: Path) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(
            str(database),
            config={
                "memory_limit": f"{self._memory_mb}MB",
                "threads": self._threads,
                "temp_directory": str(self._folder / "spill"),
                "preserve_insertion_order": False,
            },
        )


def open_engine(folder: Path, *, memory_mb: int, threads: int) -> DuckDB:
    return DuckDB(folder, memory_mb=memory_mb, threads=threads)
