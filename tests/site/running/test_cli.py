"""The words of `suar`, and what is said when something cannot be done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from suar.site import cli
from suar.site.running.home import ROOT, CannotRun
from tests import __main__ as runner


def suar(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "suar", *words]
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "DJANGO_", "SUAR_"))
    }
    environment = clean | {"PYTHONPATH": str(ROOT), "SUAR_HOME": str(home)}
    return subprocess.run(program, env=environment, capture_output=True, text=True, cwd=ROOT)


def test_every_word_of_the_design_is_a_command() -> None:
    words = "up down doctor pull load screen names link replay verify worker relay sandbox source-key standard bench"
    helped = cli.commands().format_help()
    assert all(f"    {word}" in helped for word in words.split())


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["down"], 0, "Suar does not run here."),
        (["doctor"], 1, "Suar has never run here."),
        (["pull"], 2, "Suar has not been started here yet: ./run up"),
        (["worker"], 2, "Suar has not been started here yet: ./run up"),
        (["names", "compare", "Sari"], 2, "suar names compare A B"),
        (["unknown"], 2, "invalid choice"),
        ([], 2, "COMMAND"),
    ],
)
def test_before_the_first_start_each_command_says_what_to_do(
    words: list[str], status: int, says: str, tmp_path: Path
) -> None:
    done = suar(*words, home=tmp_path / "home")
    assert (done.returncode, says in done.stdout + done.stderr) == (status, True), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_what_this_version_cannot_do_is_said_plainly() -> None:
    with pytest.raises(CannotRun, match="cannot do that yet: fly"):
        cli.terminal("fly", server=False)


def test_the_words_at_the_terminal_become_the_body_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def terminal(name: str, body: object, *, as_json: bool, language: str) -> int:
        asked.append((name, body, as_json))
        return 0

    monkeypatch.setattr(cli, "terminal", terminal)
    words = "screen --purpose departure --nik 9901015505900001 --name Sari --born 1990-05-15 --destination MYS --json"
    assert cli.main(words.split()) == 0
    traveller = {"nik": "9901015505900001", "full_name": "Sari", "birth_date": "1990-05-15"}
    body = {"purpose": "departure", "traveller": traveller, "journey": {"destination": "MYS"}}
    assert asked == [("screen", body, True)]


def test_the_closing_line_counts_a_test_once_and_a_broken_set_up_as_failed() -> None:
    counts = runner.Counts()
    for name, when, outcome in [
        ("a", "setup", "passed"),
        ("a", "call", "passed"),
        ("a", "teardown", "failed"),
        ("b", "call", "passed"),
        ("c", "setup", "skipped"),
        ("d", "setup", "failed"),
    ]:
        report = pytest.TestReport(name, ("", None, ""), {}, outcome, None, when)  # type: ignore[arg-type]
        counts.pytest_runtest_logreport(report)
    assert counts.line() == "1 passed, 2 failed, 1 skipped"
