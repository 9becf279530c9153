"""The running frame: `python -m sandbox` as its users meet it, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from sandbox.life import Life, absorbers, microseconds
from sandbox.ports import free_ports, kept_ports
from sandbox.running import Place, kept_once, wall_clock
from sandbox.store import Store
from sandbox.terms import OtherNation, Terms, agreed_terms
from tests.sandbox.running_nation import NOW, TERMS, make_home, nation

ROOT = Path(__file__).resolve().parents[2]
PROCESSES: Any = psutil  # it has no types
FIRST_GROUP = "simkim,siskop2mi,siapkerja,sipmi"
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}


class Command:
    """One `python -m sandbox run`, watched."""

    def __init__(self, home: Path, *words: str) -> None:
        self.home = home
        self.out = home.with_suffix(".out")
        self.said_before = len(self.out.read_text()) if self.out.exists() else 0
        with self.out.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sandbox", "run", "--home", str(home), "--systems", FIRST_GROUP, *words],
                env=ENV,
                cwd=home.parent,
                stdout=out,
                stderr=out,
            )
        self.children: list[Any] = []

    def addresses(self) -> dict[str, Any]:
        until(lambda: "ready" in self.said() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.out.read_text()
        self.children = PROCESSES.Process(self.process.pid).children(recursive=True)
        found: dict[str, Any] = json.loads((self.home / "addresses.json").read_text())
        return found

    def said(self) -> str:
        return self.out.read_text()[self.said_before :]

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(20)
        until(lambda: not any(child.is_running() for child in self.children), 20)
        return status


def until(claim: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def sandbox(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *words], env=ENV, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a blank in its name, with the small frozen nation in it."""
    home = tmp_path_factory.mktemp("frame") / "a home"
    for words in (("--seed", "7", "--people", "300", "--now", NOW.isoformat(), "--frozen"),):
        command = Command(home, *words)
        command.addresses()
        assert command.end() == 0
    return home


@pytest.fixture
def running(home: Path) -> Iterator[Command]:
    command = Command(home, "--frozen")
    try:
        yield command
    finally:
        command.end()


def simkim_token(it: dict[str, Any]) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": it["client_id"], "client_secret": it["client_secret"]}
    return httpx.post(it["token_url"], data=form, timeout=10)


def test_progress_is_said_and_the_nation_is_made_once(home: Path, running: Command) -> None:
    running.addresses()
    said = running.out.read_text().splitlines()
    progress = [line.split(" ", 3) for line in said if line.startswith("progress ")]
    assert int(progress[-1][1]) == int(progress[-1][2]) > 0
    assert sum("making a nation" in line for line in said) == 1
    assert sum(line.startswith("ready 4 systems") for line in said) >= 2


def test_every_system_answers_at_its_address_and_only_the_owner_may_read_it(home: Path, running: Command) -> None:
    addresses = running.addresses()
    assert sorted(addresses) == sorted(FIRST_GROUP.split(","))
    assert (home / "addresses.json").stat().st_mode & 0o777 == 0o600
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (home / "keys").iterdir())
    assert simkim_token(addresses["simkim"]).status_code == 200
    for name in ("siskop2mi", "siapkerja", "sipmi"):
        assert httpx.get(addresses[name]["base"] + "/ekspor/").status_code == 401


def test_at_most_three_processes(running: Command) -> None:
    running.addresses()
    assert len(running.children) <= 2


def test_break_and_mend_reach_a_running_sandbox(home: Path, running: Command) -> None:
    addresses = running.addresses()
    assert sandbox("break", "sipmi", "down", "--home", str(home)).stdout == "sipmi: down\n"
    assert httpx.get(addresses["sipmi"]["base"]).status_code == 502
    status = json.loads(sandbox("status", "--home", str(home)).stdout)
    assert status["listening"] is True
    assert status["systems"]["sipmi"]["broken"] == ["down"]
    assert sandbox("break", "sipmi", "down", "off", "--home", str(home)).stdout == "sipmi: nothing is broken\n"
    assert httpx.get(addresses["sipmi"]["base"]).status_code == 401
    sandbox("break", "simkim", "stale", "--home", str(home))
    assert sandbox("mend", "--home", str(home)).returncode == 0
    assert not json.loads(sandbox("status", "--home", str(home)).stdout)["systems"]["simkim"]["broken"]


def test_a_second_one_in_the_same_home_is_refused(home: Path, running: Command) -> None:
    running.addresses()
    second = sandbox("run", "--home", str(home), "--frozen")
    assert second.returncode == 2
    assert "already running" in second.stderr
    assert (home / "addresses.json").exists()


def test_another_nation_in_the_same_home_is_refused(home: Path) -> None:
    other = sandbox("run", "--home", str(home), "--seed", "8", "--frozen")
    assert other.returncode == 2
    assert "seed 7" in other.stderr


def test_sigterm_leaves_nothing_behind_and_ports_are_kept(home: Path) -> None:
    first = Command(home, "--frozen")
    before = first.addresses()
    assert first.end() == 0
    assert not (home / "addresses.json").exists()
    again = Command(home, "--frozen")
    try:
        assert again.addresses() == before
    finally:
        assert again.end(signal.SIGINT) == 0


def test_kill_9_ends_the_servers_too_and_the_next_start_is_whole(home: Path) -> None:
    first = Command(home, "--frozen")
    before = first.addresses()
    first.end(signal.SIGKILL)
    again = Command(home, "--frozen")
    try:
        assert again.addresses() == before
        assert simkim_token(before["simkim"]).status_code == 200
    finally:
        again.end()


def test_a_server_that_dies_is_started_again(running: Command) -> None:
    addresses = running.addresses()
    for child in running.children:
        child.kill()
    until(lambda: answers(addresses["sipmi"]["base"]) and answers(addresses["siskop2mi"]["base"]), 30)
    running.addresses()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 401
    except httpx.HTTPError:
        return False


def test_a_history_that_was_cut_off_is_written_again(tmp_path: Path) -> None:
    words = ("--seed", "7", "--people", "300", "--now", NOW.isoformat(), "--frozen")
    home = tmp_path / "cut"
    first = Command(home, *words)
    until(lambda: (home / "simkim" / "store.sqlite").exists(), 60)
    first.end(signal.SIGKILL)
    again = Command(home, *words)
    try:
        again.addresses()
        assert Store(home / "simkim" / "store.sqlite", "").upto() == microseconds(NOW)
    finally:
        again.end()


def test_sigterm_while_history_is_told_ends_all_of_it_at_once(tmp_path: Path) -> None:
    home = tmp_path / "stopped"
    command = Command(home, "--people", "20000", "--frozen")
    until(lambda: "making a nation" in command.said(), 60)
    command.children = PROCESSES.Process(command.process.pid).children(recursive=True)
    assert command.children
    assert command.end() == 0
    assert "ready" not in command.said()
    assert not (home / "addresses.json").exists()


def test_a_later_start_lives_on_without_making_the_nation_again(tmp_path: Path) -> None:
    home = tmp_path / "living"
    for _ in range(2):
        command = Command(home, "--people", "300", "--rate", "50")
        try:
            command.addresses()
            reached = lived_until(home)
            until(lambda reached=reached: lived_until(home) > reached, 30)  # type: ignore[misc]
        finally:
            assert command.end() == 0
    assert command.out.read_text().count("making a nation") == 1
    (home / "onward.sqlite").unlink()
    command = Command(home)
    try:
        command.addresses()
        until(lambda: (home / "onward.sqlite").exists(), 30)
    finally:
        command.end()
    assert "happenings told" in command.said()


def lived_until(home: Path) -> int:
    return Store(home / "simkim" / "store.sqlite", "").upto()


def test_truth_lies_where_no_server_reads(home: Path, running: Command) -> None:
    addresses = running.addresses()
    assert (home / "truth" / "truth.jsonl").stat().st_size > 0
    sipmi = addresses["sipmi"]
    for path in ("../truth/truth.jsonl", "%2e%2e/truth/truth.jsonl", "..%2f..%2ftruth%2ftruth.jsonl"):
        answer = httpx.get(sipmi["base"] + "/ekspor/" + path, auth=(sipmi["user"], sipmi["password"]))
        assert answer.status_code == 404


LIVING = Terms(
    seed=TERMS.seed, people=TERMS.people, history_until=TERMS.history_until, frozen=False, rate=20, made=True
)


def lived(home: Path, ends: Sequence[datetime]) -> list[list[tuple[Any, ...]]]:
    """The rows of SIMKIM and SISKOP2MI after living to each of these ends in turn, each time in a new process's
    place.
    """
    for end in ends:
        systems = absorbers(home, ["simkim", "siskop2mi"], LIVING)
        Life(nation(), systems, LIVING).go_on(end)
        for system in systems:
            system.store.close()
    tables = (("simkim", "berkas"), ("siskop2mi", "penempatan"), ("siskop2mi", "pendaftaran"))
    return [Store(home / name / "store.sqlite", "").all(f"SELECT * FROM {table}") for name, table in tables]


def test_the_nation_lives_on_and_a_pause_is_caught_up(tmp_path: Path) -> None:
    for name in ("simkim", "siskop2mi"):
        make_home(tmp_path / "once", name)
        make_home(tmp_path / "slices", name)
    before = len(lived(tmp_path / "once", [])[0])
    end = NOW + timedelta(minutes=25)
    at_once = lived(tmp_path / "once", [end])
    in_slices = lived(tmp_path / "slices", [NOW + timedelta(minutes=m) for m in (1, 1, 7, 25)])
    assert len(at_once[0]) > before + 1000
    assert at_once == in_slices


def test_a_kill_between_two_stores_mends_itself(tmp_path: Path) -> None:
    for name in ("simkim", "siskop2mi"):
        make_home(tmp_path / "whole", name)
        make_home(tmp_path / "torn", name)
    systems = absorbers(tmp_path / "torn", ["simkim", "siskop2mi"], LIVING)
    end = NOW + timedelta(minutes=5)
    for happening in nation().live(NOW, end, LIVING.rate):  # SIMKIM's transaction is kept, SISKOP2MI's is lost
        for system in systems:
            system.absorb(happening)
    systems[0].store.keep(microseconds(end))
    for system in systems:
        system.store.close()
    assert lived(tmp_path / "torn", [NOW + timedelta(minutes=9)]) == lived(
        tmp_path / "whole", [NOW + timedelta(minutes=9)]
    )


def test_terms_are_kept_and_a_living_nation_has_the_walls_clock(tmp_path: Path) -> None:
    kept = agreed_terms(tmp_path, seed=3, people=10, now=NOW, frozen=False, rate=2)
    assert agreed_terms(tmp_path, seed=None, people=None, now=None, frozen=False, rate=8).seed == kept.seed == 3
    assert abs(kept.clock(tmp_path)() - datetime.now(UTC)) < timedelta(seconds=5)
    with pytest.raises(OtherNation):
        agreed_terms(tmp_path, seed=None, people=None, now=None, frozen=True, rate=2)


def test_ports_are_found_free_kept_and_never_shared(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        first = taken.getsockname()[1]
        found = kept_ports(tmp_path, ["a", "b", "c"], ports_from=first)
        assert first not in found.values()
        assert len(set(found.values())) == 3
    assert kept_ports(tmp_path, ["a", "b", "c"]) == found
    assert kept_ports(tmp_path, ["a", "d"])["a"] == found["a"]
    assert len(set(free_ports(20, set(), 0))) == 20


def test_two_that_ask_for_a_secret_at_once_get_the_same(tmp_path: Path) -> None:
    place = Place(name="x", home=tmp_path, now=wall_clock)
    assert place.secret("a") == place.secret("a") != place.secret("b")
    assert kept_once(tmp_path / "k", lambda: b"first") == kept_once(tmp_path / "k", lambda: b"second") == b"first"
    assert place.signing_key().private_bytes_raw() == place.signing_key().private_bytes_raw()


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "--home", "x", "--people", "0"],
        ["run", "--home", "x", "--now", "2026-11-21"],
        ["run", "--home", "x", "--systems", "nosuch"],
        ["break", "nosuch", "down", "--home", "x"],
        ["break", "simkim", "nosuch", "--home", "x"],
    ],
)
def test_wrong_words_are_refused(words: list[str]) -> None:
    assert sandbox(*words).returncode == 2
