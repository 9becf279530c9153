"""`suar bench match --batch`: its file holds whom it says, its judge counts right, and both engines are given it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench.match import filed, judged, peer
from bench.match.people import person
from bench.match.records import COPIES, records_of
from suar.site.running.home import ROOT
from tests.bench.test_match import imported

SEED = 7


def test_the_records_are_made_of_nothing_that_is_measured() -> None:
    roots = {name.split(".")[0] for name in imported(ROOT / "bench" / "match" / "records.py")}
    assert not roots & {"suar", "sandbox"}


def test_a_person_has_one_to_four_records_in_the_stated_shares_and_the_first_is_his_own() -> None:
    made = [list(records_of(SEED, number)) for number in range(6_000)]
    counts = Counter(map(len, made))
    assert all(abs(100 * counts[copies] / len(made) - share) < 4 for copies, share in COPIES.items())
    assert all(one[0]["nik"] == person(SEED, number).nik for number, one in enumerate(made))
    others = [
        record for number, one in enumerate(made) for record in one[1:] if record.get("nik") == person(SEED, number).nik
    ]
    assert 0.43 < len(others) / sum(len(one) - 1 for one in made) < 0.50


def test_the_file_is_shuffled_and_its_truth_lies_beside_it(tmp_path: Path) -> None:
    humans = filed.made(tmp_path / "file.csv", 500, SEED)
    with (tmp_path / "file.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["id"] for row in rows] == [str(n) for n in range(500)]
    own = {person(SEED, int(human)).nik for human in humans}
    assert sum(row["nik"] in own for row in rows) > 300
    assert len(set(humans.tolist())) < 400 and (np.diff(humans) < 0).sum() > 200


def test_the_judge_counts_pairs() -> None:
    humans = np.array([1, 1, 1, 2, 2, 3])
    assert judged.pairs_in(humans) == 4
    found = judged.persons(np.array([9, 9, 8, 8, 7, 7]), humans)
    assert (found.precision, found.recall) == (1 / 3, 1 / 4)
    one, other, weight = np.array([0, 0, 3, 4]), np.array([1, 2, 4, 5]), np.array([5, 5, 4, 3])
    best, at = judged.best_pairs(one, other, weight, humans)
    assert (best.precision, best.recall, at) == (1.0, 0.75, 4.0)


def test_equal_weights_are_taken_together() -> None:
    humans = np.array([1, 1, 2])
    best, _ = judged.best_pairs(np.array([0, 0]), np.array([1, 2]), np.array([5, 5]), humans)
    assert best.precision == 0.5


def test_the_batch_is_played_and_its_status_is_what_its_last_line_says() -> None:
    peers = "splink" if peer.stands("splink") else ""
    words = ["match", "--batch", "--people", "20000", "--peers", peers]
    program = [sys.executable, "-W", "ignore", "-m", "bench", *words]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.stdout, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == (0 if all(target["holds"] for target in said["targets"]) else 1), done.stderr
    got = {target["claim"].split(" (")[0]: target["got"] for target in said["targets"]}
    assert (
        got["persons, precision at the policy's threshold"] >= 0.99
        and got["share of the true pairs that was compared"] >= 0.95
    )
    if not peers:
        pytest.skip("the environment of splink is not made here; `suar bench match` makes it")
    assert got["best pair F1 over Splink's best"] > 0
