"""A million inputs that look for what a reader has not met: no crash, no hang over a second (issue 3; `./run prove fuzzed`)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from suar.site.running.apart import python_of
from suar.site.running.home import ROOT
from tests.proving import Claim
from tests.readers import READERS, SENDINGS

PROVING = bool(os.environ.get("SUAR_PROVE"))


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(READERS | SENDINGS) if PROVING else [])
def test_a_million_inputs_neither_crash_nor_hang_a_reader(name: str, claim: Claim, tmp_path: Path) -> None:
    runs = claim.number(small=0, large=1_000_000)
    words = [
        str(python_of("fuzz")),
        "-W",
        "ignore",
        "-m",
        "tests.fuzzing",
        name,
        str(runs),
        str(claim.seed % 2**31),
        str(tmp_path),
    ]
    done = subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3_000:]
    assert f"Done {runs} " in done.stderr
