"""Pairs by DuckDB, in this process: what fits one machine. Memory is bounded; what is more goes to the work folder."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from suar.persons.pairs import Blocking, Places, blocks
from suar.persons.pairs.keyed import quoted


class DuckDB:
    """An engine over one database file in the work folder."""

    def __init__(self, folder: Path, *, memory_mb: int, threads: int) -> None:
        self._folder, self._memory_mb, self._threads = folder, memory_mb, threads
        self._within = False
        self._here: duckdb.DuckDBPyConnection | None = None

    def plan(self, folder: Path, *, within: bool, together: int, neighbours: int) -> Blocking:
        self._within = within
        made = folder / "blocks.duckdb"
        if not made.exists():
            part = folder / "blocks.part.duckdb"
            for left in folder.glob("blocks.part.duckdb*"):
                left.unlink()
            with self._open(part) as here:
                here.execute(f"CREATE VIEW {blocks.KEYS} AS FROM '{quoted(folder)}/*.keys.parquet'")
                here.execute(f"CREATE VIEW {blocks.PEOPLE} AS FROM '{quoted(folder)}/*.traits.parquet'")
                for table in blocks.tables(within=within, together=together, neighbours=neighbours):
                    here.execute(f"CREATE TABLE {table.name} AS {table.select}")
                for name in blocks.PASSING:
                    here.execute(f"DROP TABLE {name}")
            part.replace(made)
        self._here = self._open(made)
        whole, refined, near, pairs, beside = self._here.execute(blocks.COUNTS).fetchall()[0]
        return Blocking(
            whole=whole, refined=refined, neighbours=near, comparisons=int(pairs) + int(beside) * 2 * neighbours
        )

    def pairs(self, first: int, end: int) -> tuple[Places, Places]:
        assert self._here is not None, "plan comes first"
        found = self._here.execute(blocks.pairs(first, end, within=self._within)).fetchnumpy()
        one, other = (np.asarray(found[name], dtype=np.int64) for name in ("one", "other"))
        order = np.lexsort((other, one))
        return one[order], other[order]

    def close(self) -> None:
        if self._here is not None:
            self._here.close()

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
