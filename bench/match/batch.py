"""`suar bench match --batch`: one file with several records of a person, given to our batch engine and to Splink, one after the other."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from bench.hub import FOLDER
from bench.match import cleaned, filed, judged
from bench.match.filed import Filed
from bench.match.judged import Judged, Numbers
from bench.match.peer import NotHere, environment, log_of, surroundings
from bench.targets import Target, last_line, said_load, status, table
from suar.core.linking.likely import likely
from suar.site.running.home import ROOT
from suar.site.terminal.weights import batch_policy

#: From this size on issue 3 wants more than below.
FULL = 1_000_000
F1_MORE, TIMES, BLOCKED, PRECISION, RECALL = 0.03, 3.0, 0.95, 0.99, 0.90
#: Thresholds around that of the policy, in millibits, tried for the best F1.
AROUND = (-3000, -2000, -1000, 0, 1000, 2000)
CORES = 2
NOTHING = Judged(0.0, 0.0)


@dataclass(slots=True)
class Played:
    """What one engine needed and found. Seconds by step, processor seconds in all."""

    steps: dict[str, float]
    processor_s: float
    peak_mb: int
    pairs: int
    by_pairs: Judged  # at the threshold of the best F1
    by_persons: dict[str, Judged]  # at each threshold tried
    blocked: float = 0.0  # share of the true pairs that were compared
    stated: Judged = NOTHING  # at the policy's threshold
    sure: Judged = NOTHING  # what the desk would join without a human

    @property
    def best_persons(self) -> Judged:
        return max(self.by_persons.values(), key=lambda one: one.f1)

    @property
    def best(self) -> Judged:
        """The best F1 over pairs at any threshold, whether they are taken one by one or by the persons they make."""
        return max(self.by_pairs, self.best_persons, key=lambda one: one.f1)


def bench(records: int, seed: int, *, with_splink: bool) -> int:
    file = filed.kept(records, seed)
    people, true = len(np.unique(file.humans)), judged.pairs_in(file.humans)
    print(f"load average {said_load()}; {records:,} records of {people:,} people, {true:,} true pairs", flush=True)
    played = {"ours": ours(file)}
    if with_splink:
        try:
            played["splink"] = splink(file)
        except NotHere as why:
            print(f"not measured: {why}")
    print(table(times(records, played)))
    print(table(quality(played)))
    print(f"load average {said_load()}")
    targets = claims(records, played, asked=with_splink)
    print(last_line(records, targets))
    return status(targets)


def ours(file: Filed) -> Played:
    folder = emptied("ours")
    words = [sys.executable, "-P", "-m", "bench.match.batch_ours"]
    said = answered([*words, str(file.path), str(file.truth), str(folder)], "batch_ours")
    found = np.load(folder / "pairs.npz")
    one, other, odds = found["one"], found["other"], found["odds"]
    row = batch_policy().likely
    tried = {}
    for more in AROUND:
        at = row.joined_from + more
        persons = likely(len(file.humans), one, other, odds, row.model_copy(update={"joined_from": at}))
        tried[str(at)] = judged.persons(persons, file.humans)
    played = Played(
        said["steps"], said["processor_s"], said["peak_mb"], said["compared"],
        judged.best_pairs(one, other, odds, file.humans)[0], tried, said["compared_true"] / max(1, judged.pairs_in(file.humans)),
    )  # fmt: skip
    played.stated = judged.persons(written(folder / "persons.csv"), file.humans)
    played.sure = judged.persons(found["sure"], file.humans)
    shutil.rmtree(folder)
    return played


def written(persons: Path) -> Numbers:
    with persons.open(newline="") as lines:
        return np.array([int(line["person"]) for line in csv.DictReader(lines)], np.int64)


def splink(file: Filed) -> Played:
    """Raises NotHere where its environment cannot be made, or it fails."""
    folder, python = emptied("splink"), environment("splink")
    print("columns are cleaned for Splink …", flush=True)
    cleaned.write(file.path, folder / "cleaned.parquet")
    words = [str(python), "-W", "ignore", "-P", "-m", "bench.match.peers.batch_splink"]
    said = answered([*words, str(folder / "cleaned.parquet"), str(folder)], "batch_splink")
    with duckdb.connect() as base:
        found = base.execute(f"FROM '{folder}/pairs.parquet'").fetchnumpy()
        tried = {
            str(at): np.asarray(
                base.execute(f"SELECT person FROM '{folder}/clusters-{at}.parquet' ORDER BY id").fetchnumpy()["person"]
            )
            for at in said["thresholds"]
        }
    one, other, weight = (np.asarray(found[name]) for name in ("one", "other", "weight"))
    spent = said["spent"]
    shutil.rmtree(folder)
    return Played(
        {step: seconds for step, (seconds, _) in spent.items()}, sum(used for _, used in spent.values()), said["peak_mb"], said["pairs"],
        judged.best_pairs(one, other, weight, file.humans)[0],
        {at: judged.persons(persons.astype(np.int64), file.humans) for at, persons in tried.items()},
    )  # fmt: skip


def emptied(name: str) -> Path:
    folder = FOLDER / "match" / f"batch-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def answered(words: Sequence[str], name: str) -> Any:
    """What a process says on its one line; its other words go to a log. Raises NotHere where it fails."""
    print(f"{name} begins …", flush=True)
    with log_of(name).open("w") as log:
        done = subprocess.run(words, cwd=ROOT, env=surroundings(), stdout=subprocess.PIPE, stderr=log, text=True)
    if done.returncode:
        raise NotHere(f"{name} failed; see {log_of(name)}")
    return json.loads(done.stdout.splitlines()[-1])


def times(records: int, played: dict[str, Played]) -> list[list[str]]:
    rows = [
        [
            "",
            "s by step",
            "records/s",
            "processor s",
            f"records/s of {CORES} cores that do nothing else",
            "pairs",
            "peak MB",
        ]
    ]
    for name, one in played.items():
        steps = ", ".join(f"{step} {seconds:.0f}" for step, seconds in one.steps.items())
        by_clock, by_processor = records / sum(one.steps.values()), CORES * records / one.processor_s
        rows.append(
            [
                name,
                steps,
                f"{by_clock:,.0f}",
                f"{one.processor_s:.0f}",
                f"{by_processor:,.0f}",
                f"{one.pairs:,}",
                f"{one.peak_mb:,}",
            ]
        )
    return rows


def quality(played: dict[str, Played]) -> list[list[str]]:
    rows = [["", "best pairs one by one", "best persons", "at the policy's threshold", "what the desk would join"]]
    for name, one in played.items():
        told = [str(one.by_pairs), str(one.best_persons)]
        rows.append([name, *told, str(one.stated), str(one.sure)] if name == "ours" else [name, *told, "", ""])
    return rows


def claims(records: int, played: dict[str, Played], *, asked: bool) -> list[Target]:
    """What issue 3 wants; of Splink only where it was asked to take part, and then nothing holds if it did not."""
    own, other = played["ours"], played.get("splink")
    said = [
        Target(claim="persons, precision at the policy's threshold", want=PRECISION, got=own.stated.precision),
        Target(claim="persons, recall at the policy's threshold", want=RECALL, got=own.stated.recall),
        Target(claim="share of the true pairs that was compared", want=BLOCKED, got=own.blocked),
    ]
    if asked:
        more = own.best.f1 - other.best.f1 if other else -1.0
        times = other.processor_s / own.processor_s if other else 0.0
        full = records >= FULL
        said.append(Target(claim="best pair F1 over Splink's best", want=F1_MORE if full else 0.0, got=more))
        if full:
            claim = "records a second of processor time over Splink's, training and our cleaning included"
            said.append(Target(claim=claim, want=TIMES, got=times))
    return said
