"""Pairs by Apache Spark, for what one machine cannot hold: the same SQL over the same Parquet files.

Needs the extra `spark` and Java. The master is Spark's own setting (`SPARK_MASTER`, spark-defaults.conf), else this
machine; a cluster must reach the work folder under the same path.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from suar.persons.pairs import Blocking, EngineMissing, Places, blocks
from suar.persons.pairs.keyed import quoted


class Spark:
    """An engine over one Spark session."""

    def __init__(self, session: Any, folder: Path) -> None:
        self._spark, self._folder, self._within = session, folder, False

    def plan(self, folder: Path, *, within: bool, together: int, neighbours: int) -> Blocking:
        self._within = within
        for view, names in ((blocks.KEYS, "*.keys.parquet"), (blocks.PEOPLE, "*.traits.parquet")):
            self._spark.read.parquet(str(folder / names)).createOrReplaceTempView(view)
        for table in blocks.tables(within=within, together=together, neighbours=neighbours):
            kept = folder / f"spark-{table.name}"
            if table.name not in blocks.LASTING:  # those are kept as Parquet beside the keys, for a run that goes on
                self._spark.sql(table.select).createOrReplaceTempView(table.name)
                continue
            if not (kept / "_SUCCESS").exists():
                self._spark.sql(table.select).write.mode("overwrite").parquet(str(kept))
            self._spark.read.parquet(str(kept)).createOrReplaceTempView(table.name)
        whole, refined, near, pairs, beside = self._spark.sql(blocks.COUNTS).collect()[0]
        return Blocking(
            whole=whole, refined=refined, neighbours=near, comparisons=int(pairs) + int(beside) * 2 * neighbours
        )

    def pairs(self, first: int, end: int) -> tuple[Places, Places]:
        made = self._folder / f"spark-pairs-{first}"
        self._spark.sql(blocks.pairs(first, end, within=self._within)).write.mode("overwrite").parquet(str(made))
        with duckdb.connect() as here:
            query = f"SELECT one, other FROM '{quoted(made)}/*.parquet' ORDER BY one, other"
            found = here.execute(query).fetchnumpy()
        shutil.rmtree(made)
        return np.asarray(found["one"], dtype=np.int64), np.asarray(found["other"], dtype=np.int64)

    def close(self) -> None:
        self._spark.stop()


def open_engine(folder: Path, *, memory_mb: int, threads: int) -> Spark:
    """Raises EngineMissing without pyspark or Java."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as why:
        raise EngineMissing("pyspark is not installed; it comes with Suar's extra `spark`") from why
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise EngineMissing("Spark needs Java, and none is found")
    builder = SparkSession.builder.appName("suar").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", f"{memory_mb}m").config("spark.sql.session.timeZone", "UTC")
    if not os.environ.get("SPARK_MASTER"):
        builder = builder.master(f"local[{threads}]").config("spark.sql.shuffle.partitions", str(4 * threads))
    else:
        builder = builder.master(os.environ["SPARK_MASTER"])
    return Spark(builder.getOrCreate(), folder)
