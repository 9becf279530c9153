"""`./run check`, `./run test`, `./run prove [NAME]`: every check of this house, none left out.

check   lint, format, types, contracts, house tests and docs
test    check, then every test with small numbers; the last line counts them
prove   the tests marked `prove` with the numbers of their issue; what was proved at this commit is not proved again
(--again)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("suar", "sandbox", "tests", "bench", "client", "tools", "run")


TIMED = "tests/site/running"
CORES = min(os.cpu_count() or 1, 4)
#: One more than there are cores, since tests wait for servers and browsers: alone on two cores all of them took 31 minutes with two, 24 with three.
WORKERS = CORES + 1
SHARED_OUT = ("-n", str(WORKERS))
#: The compiled scorer, made once before the tests: else each of their programs makes it for itself, half a minute of a core for each.
COMPILED = (
    "-c",
    "from suar.core.matching.score import warm; from suar.site.terminal.weights import matching; warm(matching())",
)
HOUSE = ("-m", "pytest", "tests/house")


def main(words: list[str]) -> int:
    asked = commands().parse_args(words)
    os.environ["PYTHONPATH"] = str(ROOT)
    os.chdir(ROOT)
    if asked.word == "prove":
        return prove(asked)
    testing = asked.word == "test"
    beside: dict[str, Sequence[str]] = {"scorer": COMPILED} if testing else {}
    if not testing or asked.more:  # else the house's own tests are among all
        beside["house and docs"] = HOUSE
    wrong = check(beside)
    status = 1 if wrong else 0
    if testing:
        status = max(status, tests(asked.more))
    if wrong:
        print(f"Not well: {', '.join(wrong)}")
    return status


def commands() -> argparse.ArgumentParser:
    program = argparse.ArgumentParser(prog="./run", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    words = program.add_subparsers(dest="word", required=True)
    words.add_parser("check")
    words.add_parser("test").add_argument("more", nargs=argparse.REMAINDER, help="words for pytest")
    proving = words.add_parser("prove")
    proving.add_argument("name", nargs="?", default="", help="only claims whose name has this in it")
    proving.add_argument("--again", action="store_true", help="also what was already proved at this commit")
    proving.add_argument("--seed", type=int, help="the seed that a failure printed")
    return program


def check(beside: Mapping[str, Sequence[str]]) -> list[str]:
    """Run each check, and what else is named, to its end, also after one failed: as many at once as there are cores, the longest first.
    Returns the names of those that failed.
    """
    here = [name for name in CODE if (ROOT / name).is_file() or any((ROOT / name).rglob("*.py"))]
    types = [name for name in here if name != "run"]
    # By `-m` and not by the scripts in bin/: their first line cannot name a path with a quote in it.
    contracts = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    checks: dict[str, Sequence[str]] = {
        "types": ["-m", "mypy", "--strict", "--no-error-summary", *types],
        **beside,
        "contracts": ["-c", contracts, "--no-logo"],
        "lint": ["-m", "ruff", "check", "--quiet", *here],
        "format": ["-m", "ruff", "format", "--check", "--quiet", *here],
    }
    with ThreadPoolExecutor(CORES) as side_by_side:
        held = list(side_by_side.map(lambda one: holds(one[0], [sys.executable, *one[1]]), checks.items()))
    return [name for name, well in zip(checks, held, strict=True) if not well]


def holds(name: str, command: list[str]) -> bool:
    """Whether a check passes. What it says is shown only when it does not."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told = f"{'✓' if done.returncode == 0 else '✗'} {name:<16}{time.monotonic() - started:6.1f} s"
    # In one piece: others tell of theirs meanwhile.
    print(told if done.returncode == 0 else f"{told}\n{done.stdout}", flush=True)
    return done.returncode == 0


def tests(more: list[str]) -> int:
    """Every test, browsers' too where there is one. The closing line counts what pytest itself counted.

    Files are shared out among `WORKERS`, the house's own tests too.
    """
    counts = Counts()
    shared = [
        *SHARED_OUT,
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "--durations",
        "25",
    ]
    status = pytest.main(["--rootdir", str(ROOT), *(more or shared)], plugins=[counts])
    print(counts.line())
    return int(status)


class Counts:
    """What pytest reported, test by test: a test that broke while it was set up or cleared away has failed."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()
        self.skipped: set[str] = set()
        self.broken = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped.add(report.nodeid)
        elif report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.broken += report.failed

    def line(self) -> str:
        failed = len(self.failed) + self.broken
        return f"{len(self.passed - self.failed)} passed, {failed} failed, {len(self.skipped - self.failed)} skipped"


def prove(asked: argparse.Namespace) -> int:
    """The same tests with large numbers; each claim's row in docs/reference/proof.md is written as it ends."""
    os.environ["SUAR_PROVE"] = "1"
    if asked.seed is not None:
        os.environ["SUAR_SEED"] = str(asked.seed)
    if asked.again:
        os.environ["SUAR_AGAIN"] = "1"
    counts = Counts()
    words = ["--rootdir", str(ROOT), "-m", "prove", *(["-k", asked.name] if asked.name else [])]
    # What must be done in a stated time has the machine for itself; the rest is shared out.
    alone = pytest.main([*words, TIMED], plugins=[counts])
    shared = pytest.main([*words, *SHARED_OUT, "--dist", "load", "--ignore", TIMED, "tests"], plugins=[counts])
    print(counts.line())
    done = [int(status) for status in (alone, shared) if status != pytest.ExitCode.NO_TESTS_COLLECTED]
    return max(done, default=int(pytest.ExitCode.NO_TESTS_COLLECTED))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
