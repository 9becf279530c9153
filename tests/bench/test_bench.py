"""The benches: their last line says the truth, and both run from bytes to table on a small nation."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time

import pytest

from bench.crowd import Told, paced
from bench.desk import registration
from bench.intake import parted
from bench.nation import Stream
from bench.screening import at
from bench.targets import Target, last_line, status, table
from suar.core.identity.nik import read_nik
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


def test_a_question_that_had_to_wait_for_its_turn_is_counted_from_when_it_was_due() -> None:
    """The twin of a crowd that asks only when it has its answer: there a server that stalls for a second would be asked less, and look well."""

    async def one(due: float) -> None:
        await asyncio.sleep(0.05)
        told.asked.append((due, (time.monotonic() - due) * 1000))

    async def stalled() -> None:
        began = time.monotonic() + 0.01
        pacing = asyncio.ensure_future(paced(50, 1.0, began, told, one))
        await asyncio.sleep(0.2)
        time.sleep(0.5)  # nobody asks and nobody answers
        await asyncio.gather(*await pacing)

    told = Told()
    asyncio.run(stalled())
    late = [ms for _, ms in told.asked if ms > 100]
    assert len(told.asked) == 50 and len(late) >= 20 and max(late) > 400 and told.late_ms > 400


def test_registrations_are_of_people_whom_nobody_has_heard_of() -> None:
    worker = {
        "districtCode": "990101",
        "nationalId": "9901010101900001",
        "fullName": "Sari Wulan",
        "address": "Jl. Melati",
    }
    draw = random.Random(7)
    made = [registration({"eventId": "e", "worker": worker}, ["Sari", "Wulan"], n, draw) for n in range(50)]
    assert len({one["eventId"] for one in made}) == len({one["worker"]["cpmiId"] for one in made}) == 50
    assert all(read_nik(one["worker"]["nationalId"], {"990101"}).ok for one in made)


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
    [
        ["intake", "--runs", "1"],
        ["screening", "--questions", "12"],
        ["effect", "--entries", "300", "--rounds", "4"],
        ["desk", "--rate", "5", "--minutes", "0.1", "--intake", "20"],
    ],
)
def test_a_bench_runs_on_its_own_database_and_its_status_is_what_its_last_line_says(words: list[str]) -> None:
    program = [sys.executable, "-W", "ignore", "-m", "bench", *words, "--people", "400"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.stdout, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["people"] == 400 and said["targets"]
    assert done.returncode == (0 if all(target["holds"] for target in said["targets"]) else 1), done.stderr
    sure = [
        one
        for one in said["targets"]
        if any(word in one["claim"] for word in ("sent =", "failed", "not there in the end"))
    ]
    assert all(target["holds"] for target in sure) and len(sure) == {"intake": 1, "desk": 2}.get(words[0], 0)
