"""The benches: their last line says the truth, and both run from bytes to table on a small nation."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.intake import parted
from bench.nation import Stream
from bench.screening import at
from bench.targets import Target, last_line, status, table
from suar.site.running.home import ROOT


@pytest.mark.parametrize(
    ("got", "bound", "holds"),
    [(2000, "at least", True), (1999.9, "at least", False), (8, "at most", True), (8.1, "at most", False)],
)
def test_a_target_holds_on_its_side_of_what_is_wanted(got: float, bound: str, holds: bool) -> None:
    want = 2000 if bound == "at least" else 8
    target = Target(claim="x", want=want, got=got, bound=bound)  # type: ignore[arg-type]
    said = json.loads(last_line(500, [target]))
    assert said["people"] == 500 and said["targets"][0] == {
        "claim": f"x ({bound})", "want": want, "got": round(got, 3), "holds": holds,
    }  # fmt: skip
    assert status([target]) == (0 if holds else 1)


def test_without_a_target_nothing_holds_and_one_miss_is_enough() -> None:
    good, bad = Target(claim="a", want=1, got=2), Target(claim="b", want=3, got=2)
    assert (status([]), status([good]), status([good, bad])) == (1, 0, 1)


def test_percentiles_and_tables() -> None:
    times = [float(n) for n in range(100)]
    assert (at(times, 500), at(times, 990), at([7.0], 990)) == (50.0, 99.0, 7.0)
    assert table([["run", "s"], ["1", "12.5"]]) == "run     s\n1    12.5"


def test_the_warm_part_and_the_timed_part_are_the_whole() -> None:
    told = [Stream("a", "x", "default", [1, 2]), Stream("a", "x", "default", [3]), Stream("b", "x", "default", [])]
    warm, rest = parted(told)
    assert [one.sendings for one in warm] == [[1], [], []]
    assert [one.sendings for one in rest] == [[2], [3], []]


@pytest.mark.parametrize(
    "words",
    [["intake", "--runs", "1"], ["screening", "--questions", "12"], ["effect", "--entries", "300", "--rounds", "4"]],
)
def test_a_bench_runs_on_its_own_database_and_its_status_is_what_its_last_line_says(words: list[str]) -> None:
    program = [sys.executable, "-W", "ignore", "-m", "bench", *words, "--people", "400"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.stdout, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["people"] == 400 and said["targets"]
    assert done.returncode == (0 if all(target["holds"] for target in said["targets"]) else 1), done.stderr
    balanced = [target for target in said["targets"] if "sent =" in target["claim"]]
    assert all(target["holds"] for target in balanced)
