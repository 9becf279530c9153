"""Many servers, one foreground program: starts them, starts again what dies, and leaves nothing behind when it ends.

Three ropes hold every part: its own process group (ended whole), the kernel's death signal (leash.py, for kill -9 of
the supervisor), and a mark in its environment by which the next `up` or `down` finds whatever both ropes missed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from suar.site.running.home import ROOT, CannotRun, Home, write_json
from suar.site.running.postgres import LEASH

MARK = "SUAR_PART_OF"
LOG_BYTES = 20 * 2**20  # a log larger than this is put aside, once, when its part starts
BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next try; the last one repeats
STEADY_SECONDS = 60.0  # a part that ran this long starts again at the first of them

Process = subprocess.Popen[bytes]


class AlreadyRuns(CannotRun):
    """Another supervisor holds this home."""


class StopAsked(BaseException):
    """Ctrl-C, `suar down` or a closed terminal. Not an Exception, so that nothing on the way takes it for a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One server: how it starts, how it ends, and how one sees that it answers."""

    name: str
    launch: Callable[[], Process]
    end: Callable[[Process], None]
    answers: Callable[[], bool]
    layer: int = 1  # parts of a higher layer end first: 1 uses the servers of 0


@dataclass(slots=True)
class Running:
    part: Part
    process: Process | None = None
    since: float = 0.0
    restarts: int = 0
    failures: int = 0  # in a row
    next_try: float = 0.0
    said: str = ""


def command(
    home: Home,
    words: list[str],
    *,
    log: Path | None = None,
    death: signal.Signals = signal.SIGTERM,
    more: Mapping[str, str] | None = None,
) -> Process:
    """Start a program on the leash, in a group of its own, its output in `log` (or on this terminal)."""
    environment = os.environ | {MARK: str(home.folder), "PYTHONPATH": str(ROOT), "SUAR_HOME": str(home.folder)}
    environment |= more or {}
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(death)), "-1", "-1", *words]
    if log is None:
        return subprocess.Popen(leash, cwd=ROOT, env=environment, start_new_session=True)
    put_aside(log)
    with log.open("ab") as file:
        return subprocess.Popen(
            leash, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )


def put_aside(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def end_group(process: Process, *, seconds: float = 10.0, ask: signal.Signals = signal.SIGTERM) -> None:
    """Ask the first process of a group to end, wait, then kill the whole group: also what outlived its parent."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(ask)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # start_new_session made the group's number the process's own
    process.wait()


@dataclass(slots=True)
class Supervisor:
    """Keeps the parts of one home running. Everything happens in the thread that calls it: there are no locks."""

    home: Home
    say: Callable[[str], None]
    parts: dict[str, Running] = field(default_factory=dict)
    step: Process | None = None

    def start(self, part: Part) -> None:
        """Start a part; raises CannotRun when it cannot even be launched."""
        running = self.parts.setdefault(part.name, Running(part))
        running.process, running.since = part.launch(), time.monotonic()
        self.write_down()

    def end(self, name: str) -> None:
        """End one part for good."""
        running = self.parts.pop(name)
        if running.process is not None:
            running.part.end(running.process)
        self.write_down()

    def watch(self) -> None:
        """One look at every part: what died is ended whole and started again, later and later."""
        for running in self.parts.values():
            if running.process is not None and running.process.poll() is not None:
                self.bury(running)
            if running.process is None and time.monotonic() >= running.next_try:
                self.revive(running)

    def bury(self, running: Running) -> None:
        assert running.process is not None
        if time.monotonic() - running.since > STEADY_SECONDS:
            running.failures = 0
        pause = BACKOFF[min(running.failures, len(BACKOFF) - 1)]
        self.say(f"{running.part.name} ended (status {running.process.returncode}); it starts again in {pause:g} s.")
        end_group(running.process)
        running.process, running.next_try = None, time.monotonic() + pause
        running.failures += 1
        self.write_down()

    def revive(self, running: Running) -> None:
        running.restarts += 1
        try:
            self.start(running.part)
        except (CannotRun, OSError) as why:
            running.next_try = time.monotonic() + BACKOFF[min(running.failures, len(BACKOFF) - 1)]
            running.failures += 1
            if str(why) != running.said:
                self.say(f"{running.part.name} does not start: {why}")
            running.said = str(why)

    def wait_for(self, name: str, *, seconds: float) -> None:
        """Watch until a part answers. Raises CannotRun with the place of its log when it does not in time."""
        running = self.parts[name]
        until = time.monotonic() + seconds
        while not running.part.answers():
            self.watch()
            if time.monotonic() > until or running.failures >= 4:
                raise CannotRun(f"{name} does not answer. Its log says why: {self.home.logs / f'{name}.log'}")
            time.sleep(0.2)

    def run_step(self, words: list[str]) -> int:
        """Run a program on this terminal to its end, watching the parts meanwhile. Returns its exit status."""
        self.step = command(self.home, words)
        while self.step.poll() is None:
            self.watch()
            time.sleep(0.1)
        status, self.step = self.step.returncode, None
        return status

    def stop(self) -> None:
        """End everything, the higher layers first, all parts of a layer at once."""
        if self.step is not None:
            end_group(self.step, seconds=5)
        living = [running for running in self.parts.values() if running.process is not None]
        for layer in sorted({running.part.layer for running in living}, reverse=True):
            those = [(r.part, r.process) for r in living if r.part.layer == layer and r.process is not None]
            for _, process in those:
                if process.poll() is None and layer > 0:
                    process.terminate()
            for part, process in those:
                part.end(process)
        self.parts.clear()
        self.write_down()

    def write_down(self) -> None:
        rows = {
            name: {
                "pid": running.process.pid if running.process else None,
                "restarts": running.restarts,
                "log": str(self.home.logs / f"{name}.log"),
            }
            for name, running in self.parts.items()
        }
        write_json(self.home.parts, rows)


@contextlib.contextmanager
def only_supervisor(home: Home) -> Iterator[None]:
    """Hold the home's lock. Raises AlreadyRuns when another supervisor holds it; the kernel frees it however we die."""
    descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise AlreadyRuns("Suar already runs here.") from taken
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def supervisor_of(home: Home) -> int | None:
    """The process id of the `up` that holds this home's lock, if one does."""
    try:
        with home.lock.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0) or None
    except (OSError, ValueError):
        pass
    return None


def leftovers(home: Home) -> list[psutil.Process]:
    """Processes that carry this home's mark, whoever started them. PostgreSQL paints over its environment: see
    Cluster.at_work.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(home.folder):
                found.append(process)
    return found


def sweep(processes: list[psutil.Process], *, seconds: float = 5) -> int:
    """End what a dead supervisor left. Returns how many there were."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(processes, timeout=seconds)[1]:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=seconds)
    return len(processes)


def obey_signals() -> None:
    """The first Ctrl-C, TERM or hang-up stops in good order; what follows is told to wait, not to tear."""

    def asked(number: int, frame: object) -> None:
        for later in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(later, signal.SIG_IGN)
        raise StopAsked

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, asked)
