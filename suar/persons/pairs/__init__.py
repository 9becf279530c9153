"""Which of millions of records to compare: pairs that share a key, by one of two engines behind one interface.

`keyed` turns descriptions into rows of numbers, `blocks` says in SQL what is paired, `duckdb` and `spark` run it. No
Django here: `suar link` needs no server.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """What `plan` came to: how many keys were followed as they are, refined, or followed to neighbours only."""

    whole: int
    refined: int
    neighbours: int
    comparisons: int  # at most so many pairs, since one pair may share several keys


class Engine(Protocol):
    """Where pairs come from. All rows lie in `*.keys.parquet` and `*.traits.parquet` of one folder (`keyed.write`)."""

    def plan(self, folder: Path, *, within: bool, together: int, neighbours: int) -> Blocking:
        """Make every block once; kept in the folder, so that a run that goes on has them. `within`: one file with itself."""

    def pairs(self, first: int, end: int) -> tuple[Places, Places]:
        """Left places from `first` to before `end` with the right places to compare them with, each pair once.

        Within one file every pair has its smaller place on the left.
        """

    def close(self) -> None:
        """Let go of files and processes."""


#: Engine → its module here.
ENGINES: Sequence[str] = ("duckdb", "spark")


class EngineMissing(Exception):
    """The engine's package, or what it runs on, is not installed."""


def engine(name: str, folder: Path, *, memory_mb: int, threads: int) -> Engine:
    """The engine of that name, over the rows in `folder`. Raises EngineMissing where it cannot run here."""
    module = importlib.import_module(f"suar.persons.pairs.{name}")
    made: Engine = module.open_engine(folder, memory_mb=memory_mb, threads=threads)
    return made
