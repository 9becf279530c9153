"""The supervisor: what dies starts again, and when it ends, however it ends, nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from suar.site.running.home import ROOT, CannotRun, Home, read_json
from suar.site.running.processes import (
    Part,
    Process,
    Supervisor,
    command,
    end_group,
    leftovers,
    only_supervisor,
    supervisor_of,
    sweep,
)
from tests.site.running.waiting import wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT_WITH_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)",
]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(home: Home, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(home, say=said.append)
    yield made
    made.stop()


def part(home: Home, words: list[str], *, name: str = "sleeper", seconds: float = 5) -> Part:
    def launch() -> Process:
        return command(home, words, log=home.logs / f"{name}.log")

    return Part(name=name, launch=launch, end=lambda process: end_group(process, seconds=seconds), answers=lambda: True)


def of(home: Home, count: int) -> list[psutil.Process]:
    """Those seen in the very look that saw so many: a program that is just being started looks like nobody's for a moment."""
    seen: list[psutil.Process] = []

    def all_there() -> bool:
        seen[:] = leftovers(home)
        return len(seen) == count

    wait_until(all_there)
    return seen


def test_a_part_that_is_killed_starts_again_and_doctor_can_read_how_often(
    supervisor: Supervisor, said: list[str]
) -> None:
    home = supervisor.home
    supervisor.start(part(home, SLEEP))
    (first,) = of(home, 1)
    first.kill()
    wait_until(lambda: watched(supervisor) and of_name(home, "sleeper")["restarts"] == 1)
    (second,) = of(home, 1)
    assert second.pid != first.pid and of_name(home, "sleeper")["pid"] == second.pid
    assert said == ["sleeper ended (status -9); it starts again in 0.5 s."]


def watched(supervisor: Supervisor) -> bool:
    supervisor.watch()
    return True


def of_name(home: Home, name: str) -> dict[str, object]:
    return dict(read_json(home.parts)[name])


def test_what_a_dead_part_left_behind_is_ended_before_it_starts_again(supervisor: Supervisor) -> None:
    home = supervisor.home
    supervisor.start(part(home, PARENT_WITH_CHILD))
    before = of(home, 2)
    next(process for process in before if process.children()).kill()
    wait_until(lambda: watched(supervisor) and of_name(home, "sleeper")["restarts"] == 1)
    after = of(home, 2)
    assert not {process.pid for process in before} & {process.pid for process in after}


def test_stopping_ends_every_process_also_one_that_does_not_listen(supervisor: Supervisor) -> None:
    home = supervisor.home
    supervisor.start(part(home, DEAF, name="deaf", seconds=0.5))
    supervisor.start(part(home, PARENT_WITH_CHILD, name="family"))
    of(home, 3)
    supervisor.stop()
    assert leftovers(home) == []


def test_a_part_that_never_answers_is_said_with_its_log(supervisor: Supervisor) -> None:
    made = part(supervisor.home, SLEEP)
    supervisor.start(Part(name="mute", launch=made.launch, end=made.end, answers=lambda: False))
    with pytest.raises(CannotRun, match=r"mute does not answer.*mute\.log"):
        supervisor.wait_for("mute", seconds=0.2)


def test_a_part_that_dies_at_once_again_and_again_is_not_waited_for_to_the_end(supervisor: Supervisor) -> None:
    made = part(supervisor.home, [sys.executable, "-c", "raise SystemExit(3)"], name="broken")
    supervisor.start(Part(name="broken", launch=made.launch, end=made.end, answers=lambda: False))
    started = time.monotonic()
    with pytest.raises(CannotRun):
        supervisor.wait_for("broken", seconds=60)
    assert time.monotonic() - started < 30


def test_a_step_runs_to_its_end_while_parts_are_watched(supervisor: Supervisor) -> None:
    supervisor.start(part(supervisor.home, SLEEP))
    assert supervisor.run_step([sys.executable, "-c", "raise SystemExit(4)"]) == 4


SCRIPT = """
import sys, time
from pathlib import Path
from suar.site.running.home import Home
from suar.site.running.processes import Part, Supervisor, command, end_group, obey_signals, StopAsked, only_supervisor
home = Home(Path(sys.argv[1]))
with only_supervisor(home):
    obey_signals()
    one = Supervisor(home, say=print)
    def launch(): return command(home, {words!r}, log=home.logs / "one.log")
    try:
        one.start(Part(name="one", launch=launch, end=end_group, answers=lambda: True))
        while True:
            one.watch(); time.sleep(0.05)
    except StopAsked:
        one.stop()
"""


def start_script(home: Home, words: list[str]) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", SCRIPT.format(words=words), str(home.folder)]
    return subprocess.Popen(program, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_when_the_supervisor_ends_its_parts_end(home: Home, how: signal.Signals) -> None:
    supervisor = start_script(home, SLEEP)
    of(home, 1)
    assert supervisor_of(home) == supervisor.pid
    supervisor.send_signal(how)
    supervisor.wait(20)
    wait_until(lambda: not leftovers(home))
    assert supervisor_of(home) is None


def test_what_outlived_a_killed_supervisor_is_swept_by_its_mark(home: Home) -> None:
    supervisor = start_script(home, PARENT_WITH_CHILD)
    family = of(home, 2)
    child = next(process for process in family if not process.children())
    supervisor.kill()
    supervisor.wait()
    (left,) = of(home, 1)  # the kernel ends the part, not what the part started
    assert left.pid == child.pid
    assert sweep(leftovers(home)) == 1
    assert leftovers(home) == []


def test_a_second_supervisor_of_one_home_is_refused_and_of_another_is_not(home: Home, tmp_path: Path) -> None:
    with only_supervisor(home):
        assert supervisor_of(home) == os.getpid()
        with pytest.raises(CannotRun, match="already runs"), only_supervisor(home):
            pass
        other = Home(tmp_path)
        with only_supervisor(other):
            assert supervisor_of(other) == os.getpid()


def test_a_log_that_grew_too_large_is_put_aside_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suar.site.running.processes.LOG_BYTES", 10)
    log = home.logs / "one.log"
    log.write_text("a line that is long enough\n")
    end_group(command(home, [sys.executable, "-c", "print('new')"], log=log))
    assert log.with_suffix(".log.1").read_text().startswith("a line")
    assert "long enough" not in log.read_text()
