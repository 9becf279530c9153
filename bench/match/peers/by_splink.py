"""Splink 5: `predict_between` of one new record and the register, with a model trained on labelled pairs of other people.

Trained here with labels, which is more than it would have in the field; without term frequencies, which makes it
quicker. Rules and comparisons as its documentation advises for persons (PERFORMANCE 2).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from bench.match.peers.wire import COLUMNS, Fields, listen

FIRST = 20
FIELDS = COLUMNS[1:]
TABLE = """
CREATE OR REPLACE TABLE {name} AS SELECT *, split_part(full_name, ' ', 1) AS first_word, split_part(full_name, ' ', -1) AS last_word,
    left(birth_date, 4) AS birth_year
FROM (SELECT CAST(number AS BIGINT) AS number, {fields} FROM {rows})
"""


def settings() -> SettingsCreator:
    compared = [
        cl.JaroWinklerAtThresholds("full_name", [0.95, 0.88]),
        cl.ExactMatch("first_word"),
        cl.LevenshteinAtThresholds("nik", [1, 2]),
        cl.LevenshteinAtThresholds("birth_date", [1, 2]),
        cl.JaroWinklerAtThresholds("mother_name", [0.92]),
        cl.JaroWinklerAtThresholds("birth_place", [0.92]),
        cl.ExactMatch("passport_no"),
        cl.ExactMatch("phone"),
        cl.ExactMatch("region_code"),
        cl.ExactMatch("sex"),
    ]
    blocked = [
        ("nik",), ("passport_no",), ("phone", "first_word"), ("full_name", "birth_year"), ("first_word", "birth_date"), ("last_word", "birth_date"),
        ("birth_date", "birth_place"), ("full_name", "birth_place"), ("mother_name", "first_word"), ("mother_name", "birth_year"),
    ]  # fmt: skip
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=compared,
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in blocked],
    )


class Splink:
    def load(self, file: Path, store: Path) -> int:
        self.base = duckdb.connect()
        self.table("register", f"'{file}'")
        self.base.execute("ALTER TABLE register RENAME number TO id")
        self.api = DuckDBAPI(self.base)
        self.register = self.api.register("register", table_name="persons")
        self.linker = Linker(self.register, self.trained(file.with_name("train.tsv")), log_level=None)
        self.asked = 0
        counted = self.base.execute("SELECT count(*) FROM register").fetchone()
        assert counted
        return int(counted[0])

    def table(self, name: str, file: str) -> None:
        names = ", ".join(f"'{column}': 'VARCHAR'" for column in COLUMNS)
        rows = f"read_csv({file}, delim = '\t', header = false, quote = '', columns = {{{names}}})"
        self.base.execute(
            TABLE.format(name=name, rows=rows, fields=", ".join(f"nullif({f}, '') AS {f}" for f in FIELDS))
        )

    def trained(self, file: Path) -> dict[str, Any]:
        """A model made of other people's pairs: each number stands in the file twice, as two systems hold it."""
        self.table("train", f"'{file}'")
        self.base.execute("CREATE OR REPLACE TABLE train AS SELECT *, row_number() OVER () AS id FROM train")
        api = DuckDBAPI(self.base)
        linker = Linker(api.register("train", table_name="training"), settings(), log_level=None)
        linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=1)
        linker.training.estimate_m_from_label_column("number")
        model: dict[str, Any] = linker.misc.save_model_to_json()
        return model

    def search(self, asked: Fields) -> list[tuple[int, float]]:
        self.asked += 1
        one = self.one(asked, self.asked)
        found = self.linker.inference.predict_between(one, self.register, warning_mode="never")
        hits = (
            found.as_duckdbpyrelation().project("id_r, match_weight").order("match_weight DESC").limit(FIRST).fetchall()
        )
        found.drop_table_from_database_and_remove_from_cache()
        self.base.execute(f"DROP TABLE IF EXISTS asked_{self.asked}")
        return [(int(number), float(weight)) for number, weight in hits]

    def one(self, asked: Fields, number: int) -> Any:
        """A table of one row, made as cheaply as DuckDB can."""
        values = [asked.get(name) or None for name in FIELDS]
        name, born = asked.get("full_name", "").split() or [""], asked.get("birth_date", "")[:4] or None
        columns = ", ".join(
            f"CAST(? AS VARCHAR) AS {column}" for column in (*FIELDS, "first_word", "last_word", "birth_year")
        )
        self.base.execute(
            f"CREATE TABLE asked_{number} AS SELECT CAST(-1 AS BIGINT) AS id, {columns}",
            [*values, name[0], name[-1], born],
        )
        return self.api.register(f"asked_{number}", table_name=f"new_{number}")

    def ready(self, fields: Fields) -> Fields:
        return fields

    def score(self, left: Fields, right: Fields) -> float:
        raise NotImplementedError("predict_between is what is measured; compare_records is slower a pair by far")


if __name__ == "__main__":
    listen(Splink())
