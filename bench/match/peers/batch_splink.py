"""Splink 5 as a batch: trained without labels, predicted and clustered. `… FILE FOLDER [MEMORY_MB]` prints one JSON line.

FILE is Parquet: the cleaned columns of `bench.match.cleaned` and the columns of its rules, made beforehand and not timed. FOLDER gets
`pairs.parquet` (one, other, weight) and one file of clusters for each threshold, of which one is timed. Rules, comparisons and training are as Splink's
documentation advises for persons. Address and region are left out: with them it takes siblings for one person, and its best pair F1 falls
from 0.94 to 0.87 (20,000 records); one EM pass over birth dates and one over NIKs came out best of the four that were tried.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: As many rules as our keys have kinds, each refined as ours are where thousands share it.
RULES = (
    ("nik",), ("passport_no",), ("phone",), ("word_1", "born"), ("word_2", "born"), ("word_1", "day"), ("word_2", "day"),
    ("words", "year"), ("words", "region"), ("word_1", "mother"), ("mother", "born"), ("mother", "region"), ("mother", "birth_place"),
    ("birth_place", "born"), ("region", "born"),
)  # fmt: skip
#: Each learns what the others hold fixed.
TRAINED_ON = (("birth_date",), ("nik",))
CERTAIN = (("nik", "word_1"), ("word_1", "birth_date", "mother"), ("phone", "word_1"))
RANDOM_PAIRS, KEPT = 1_000_000, 0.001
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 0.99999)


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            name("full_name", "name_sound"),
            cl.LevenshteinAtThresholds("nik", [1, 2]),
            cl.CustomComparison(
                output_column_name="birth_date",
                comparison_levels=[
                    cll.NullLevel("birth_date"),
                    cll.ExactMatchLevel("birth_date"),
                    cll.CustomLevel("born_l = born_r", "day and month in either order"),
                    cll.LevenshteinLevel("birth_date", 1),
                    cll.CustomLevel("day_l = day_r", "another year"),
                    cll.CustomLevel("year_l = year_r", "another day"),
                    cll.ElseLevel(),
                ],
            ),
            name("mother_name", "mother"),
            cl.JaroWinklerAtThresholds("birth_place", [0.92]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("passport_no"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in RULES],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


def name(written: str, sound: str) -> Any:
    """As written, with the frequency of its words; as it sounds; nearly."""
    return cl.CustomComparison(
        output_column_name=written,
        comparison_levels=[
            cll.NullLevel(written),
            cll.ExactMatchLevel(written, term_frequency_adjustments=True),
            cll.ExactMatchLevel(sound, term_frequency_adjustments=True),
            cll.JaroWinklerLevel(written, 0.95),
            cll.JaroWinklerLevel(written, 0.88),
            cll.JaroWinklerLevel(sound, 0.88),
            cll.ElseLevel(),
        ],
    )


def trained(linker: Linker) -> None:
    linker.training.estimate_probability_two_random_records_match([block_on(*c) for c in CERTAIN], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for columns in TRAINED_ON:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))


def main(words: list[str]) -> None:
    file, folder = Path(words[0]), Path(words[1])
    answers, sys.stdout = sys.stdout, sys.stderr
    base = duckdb.connect(str(folder / "splink.duckdb"), config={"memory_limit": f"{words[2]}MB"} if words[2:] else {})
    base.execute("SET preserve_insertion_order = false").fetchall()
    base.execute(f"CREATE TABLE records AS FROM '{file}'").fetchall()
    api = DuckDBAPI(base)
    linker = Linker(api.register("records", table_name="persons"), settings(), log_level=None)
    spent: dict[str, tuple[float, float]] = {}
    spent["train"], _ = timed(lambda: trained(linker))
    spent["predict"], found = timed(lambda: linker.inference.predict(threshold_match_probability=KEPT))
    kept = found.physical_name
    pairs = f"SELECT id_l AS one, id_r AS other, match_weight AS weight FROM {kept}"
    base.execute(f"COPY ({pairs}) TO '{folder}/pairs.parquet'").fetchall()
    for at in THRESHOLDS:
        spent["cluster"], clusters = timed(
            lambda at=at: linker.clustering.cluster_pairwise_predictions_at_threshold(
                found, threshold_match_probability=at
            )  # type: ignore[misc]
        )
        persons = f"SELECT id, cluster_id AS person FROM {clusters.physical_name} ORDER BY id"
        base.execute(f"COPY ({persons}) TO '{folder}/clusters-{at}.parquet'").fetchall()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    said = {"spent": spent, "pairs": count(base, kept), "thresholds": THRESHOLDS, "peak_mb": peak}
    print(json.dumps(said), file=answers, flush=True)


def count(base: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(base.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def timed(call: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Seconds by the clock and of the processor, and what was made."""
    started, worked = time.perf_counter(), time.process_time()
    found = call()
    return (time.perf_counter() - started, time.process_time() - worked), found


if __name__ == "__main__":
    main(sys.argv[1:])
