"""`suar evaluate` hands its words on to the program that judges; no other command takes words that it does not know."""

from __future__ import annotations

import subprocess
import sys

import pytest

from suar.site.running.home import ROOT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "--people", "many", "--seed", "7"], "invalid int value: 'many'"),
        (["evaluate", "--nation", "7"], "unrecognized arguments: --nation 7"),
        (["doctor", "--seed", "7"], "unrecognized arguments: --seed 7"),
    ],
)
def test_options_reach_whoever_reads_them(words: list[str], said: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "suar", *words], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2 and said in ran.stderr
