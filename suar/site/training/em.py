"""EM without labels, by Splink over our own comparison levels: `python em.py FOLDER`, in an environment of its own.

Imports nothing of ours, and is imported by nothing: it runs in `build/batch-env`, where Suar is not installed. It is told of
nobody, only what comparisons came to.

FOLDER/outcomes.csv: one row for each pair, a column of codes for each feature, and for each kind of blocking key a column that
holds the pair's number where that kind found it. FOLDER/u.json: feature → code → how often random pairs look so. It writes
FOLDER/m.json: {"splink", "sessions": [{"kind", "pairs", "matches"}], "m": {feature → code → how often true pairs look so}, "cases":
{feature → code → how many pairs, each counted by its probability, look so}}.

Splink compares two records and never a pair, so each pair is told to it as a record on either side, found by the pair's number
alone. A session blocks by one kind of key and leaves out the features which that kind makes agree (docs/decisions/0015).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb  # type: ignore[import-not-found,unused-ignore]  # only in build/batch-env
import splink
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: What one household shares says nothing twice: where a key holds some of it, the session learns nothing of the rest either.
FAMILY = ("phone", "kk", "mother_name", "father_name", "address", "region_code")
#: What a kind of key makes agree, so that its session learns nothing of it.
GIVEN: dict[str, tuple[str, ...]] = {
    "nik": ("nik", "birth_date", "sex"),  # a NIK holds both
    "passport": ("passport_no",),
    "name_born": ("full_name", "birth_date"),
    "name_mother": ("full_name", *FAMILY),
}
FEWEST_PAIRS = 500
ROUNDS, STILL = 60, 0.00005
FLOOR = 1e-9  # Splink takes no zero


def main(folder: Path) -> int:
    u: dict[str, dict[str, float]] = json.loads((folder / "u.json").read_text())
    linker, tables = prepared(folder, u)
    sessions = []
    for kind, given in GIVEN.items():
        ((pairs,),) = tables.execute(f'SELECT count("by_{kind}") FROM outcomes').fetchall()
        if pairs < FEWEST_PAIRS:
            print(f"  {kind}: {pairs} pairs are too few to learn from", flush=True)
            continue
        rule = " AND ".join([f'l."by_{kind}" = r."by_{kind}"', *(same(name) for name in given if name in u)])
        session = linker.training.estimate_parameters_using_expectation_maximisation(rule, fix_u_probabilities=True)
        matches = session.core_model_settings.probability_two_random_records_match
        print(f"  {kind}: {pairs:,} pairs, {matches:.1%} of them taken to be one person", flush=True)
        sessions.append({"kind": kind, "pairs": pairs, "matches": matches})
    cases = cases_of(linker, tables, list(u))
    told = {"splink": splink.__version__, "sessions": sessions, "m": m_of(linker), "cases": cases}
    (folder / "m.json").write_text(json.dumps(told, indent=1))
    return 0


def same(feature: str) -> str:
    """Always true of one pair told twice. Splink leaves out of a session what its rule speaks of."""
    return f"coalesce(l.\"{feature}\", '') = coalesce(r.\"{feature}\", '')"


def prepared(folder: Path, u: dict[str, dict[str, float]]) -> tuple[Any, Any]:
    """A linker over the pairs, each a record on the left and one on the right, with u as it was counted."""
    tables = duckdb.connect()
    tables.execute("SET threads = 2")
    tables.read_csv(str(folder / "outcomes.csv"), all_varchar=True, na_values="").to_table("outcomes")
    made_up(tables, u)
    api = DuckDBAPI(tables)
    sides = []
    for side in ("asked", "found"):
        tables.execute(f"CREATE VIEW {side} AS SELECT *, pair AS unique_id FROM outcomes")
        sides.append(api.register(side, table_name=f"pairs_{side}", dataset_display_name=side))
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[comparison(feature, codes, shares_of(tables, feature)) for feature, codes in u.items()],
        probability_two_random_records_match=0.1,
        em_convergence=STILL,
        max_iterations=ROUNDS,
        blocking_rules_to_generate_predictions=[block_on("pair")],
        retain_matching_columns=False,
    )
    return Linker(sides, settings, log_level="WARNING"), tables


def made_up(tables: Any, u: dict[str, dict[str, float]]) -> int:
    """One more pair for each level, which agrees in all else: no level is impossible, which Splink could not compute with.

    What it adds to m is one in the number of true pairs. Returns how many.
    """
    seen = {feature: usual(tables, feature) for feature in u}
    kinds = ", ".join(f'"by_{kind}"' for kind in GIVEN)
    names = ", ".join(f'"{feature}"' for feature in u)
    rows = [(feature, code) for feature, codes in u.items() for code in codes]
    for number, (feature, code) in enumerate(rows, start=1):
        values = [f"-{number}", *({**seen, feature: code}.values()), *([f"-{number}"] * len(GIVEN))]
        places = ", ".join("?" * len(values))
        tables.execute(f"INSERT INTO outcomes (pair, {names}, {kinds}) VALUES ({places})", values).fetchall()
    return len(rows)


def usual(tables: Any, feature: str) -> str:
    """What most pairs of one passport come to: nearly all of them are one person."""
    ((code,),) = tables.execute(
        f'SELECT coalesce(mode("{feature}") FILTER (WHERE by_passport IS NOT NULL), mode("{feature}")) FROM'
        f' (SELECT nullif("{feature}", \'\') AS "{feature}", by_passport FROM outcomes)'
    ).fetchall()
    return str(code)


def shares_of(tables: Any, feature: str) -> dict[str, float]:
    """How often each outcome of a feature comes among the pairs that keys found, of those where it was compared."""
    counted = tables.execute(
        f'SELECT "{feature}", count(*) FROM outcomes WHERE "{feature}" <> \'\' GROUP BY 1'
    ).fetchall()
    return {code: number / sum(number for _, number in counted) for code, number in counted}


def comparison(feature: str, codes: dict[str, float], start: dict[str, float]) -> dict[str, Any]:
    """One feature as Splink's own kind of comparison: its levels are our codes, the last of them whatever is left. EM starts from
    how all pairs look that keys found, for most of these are true.
    """
    named = [
        {
            "sql_condition": f"\"{feature}_l\" = '{code}'",
            "label_for_charts": code,
            "u_probability": max(FLOOR, share),
            "m_probability": start[code],
        }
        for code, share in codes.items()
    ]
    named[-1]["sql_condition"] = "ELSE"
    nothing = {"sql_condition": f'"{feature}_l" IS NULL OR "{feature}_r" IS NULL', "is_null_level": True}
    return {"output_column_name": feature, "comparison_levels": [nothing, *named]}


def m_of(linker: Any) -> dict[str, dict[str, float]]:
    """The median over the sessions that learned it; a level that none met is left out."""
    found: dict[str, dict[str, float]] = {}
    for one in linker.misc.save_model_to_json()["comparisons"]:
        levels = [level for level in one["comparison_levels"] if not level.get("is_null_level")]
        found[one["output_column_name"]] = {
            level["label_for_charts"]: float(level["m_probability"])
            for level in levels
            if isinstance(level.get("m_probability"), int | float)
        }
    return found


def cases_of(linker: Any, tables: Any, features: list[str]) -> dict[str, dict[str, float]]:
    """How many pairs that are taken to be one person look so: what m of a level rests on."""
    scored = linker.inference.predict().physical_name
    found = {}
    for feature in features:
        rows = tables.execute(
            f'SELECT "{feature}", sum(match_probability) FROM outcomes JOIN {scored} ON unique_id_l = pair'
            f" WHERE \"{feature}\" <> '' AND pair NOT LIKE '-%' GROUP BY 1"
        ).fetchall()
        found[feature] = dict(rows)
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
