"""The whole, as a person starts it: up, a second up, doctor, kill -9, power loss, down. With a small nation; `prove`
takes the real one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from client.suar_client import Hub, Refused
from suar.site.running.home import ROOT, Home, read_json
from suar.site.running.processes import leftovers, supervisor_of
from suar.site.running.up import cluster_of
from tests.proving import Claim
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

PEOPLE = "400"
started_here: dict[Path, subprocess.Popen[str]] = {}


@pytest.fixture(scope="module")
def house() -> Iterator[Home]:
    """A runtime folder in a path with blanks and quotes, kept through the tests of this file."""
    with folder_open_to_all() as folder:
        home = Home(folder / ".suar")
        yield home
        suar("down", home=home)


def suar(*words: str, home: Home) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "suar", *words], env=environment(home), capture_output=True, text=True)


def environment(home: Home) -> dict[str, str]:
    clean = {name: told for name, told in os.environ.items() if not name.startswith(("DATABASE_", "DJANGO_", "SUAR_"))}
    return clean | {"PYTHONPATH": str(ROOT), "SUAR_HOME": str(home.folder), "SUAR_PEOPLE": PEOPLE}


def start(home: Home) -> tuple[subprocess.Popen[str], list[str], float]:
    """`suar up` until its last line, the address; what it said, and how long it took."""
    started = time.monotonic()
    program = subprocess.Popen(
        [sys.executable, "-m", "suar", "up"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    assert program.stdout is not None
    for line in program.stdout:
        said.append(line.rstrip())
        if line.startswith("http://"):
            started_here[home.folder] = program
            return program, said, time.monotonic() - started
    pytest.fail("suar up ended:\n" + "\n".join(said))


def running(home: Home) -> tuple[subprocess.Popen[str], str]:
    """The `up` that the test before left running, else a new one; and its address."""
    program = started_here.get(home.folder)
    if program is None or program.poll() is not None:
        program, _, _ = start(home)
    return program, str(home.run()["address"])


def stop(program: subprocess.Popen[str]) -> None:
    program.send_signal(signal.SIGINT)
    assert program.wait(60) == 0


def nothing_left(home: Home) -> bool:
    return not leftovers(home) and not cluster_of(home).at_work() and supervisor_of(home) is None


def page(address: str) -> str:
    with urllib.request.urlopen(address) as answer:  # noqa: S310  # our own address
        return str(answer.read().decode())


def test_from_nothing_to_a_log_in_page_and_back_to_nothing(house: Home) -> None:
    program, said, _ = start(house)
    assert "csrfmiddlewaretoken" in page(said[-1])
    assert any("bima" in line for line in said)
    doctor = suar("doctor", home=house)
    assert (doctor.returncode, doctor.stdout.splitlines()[-1]) == (0, "All parts are well."), doctor.stdout
    second = suar("up", home=house)
    assert (second.returncode, second.stdout.splitlines()[-1]) == (0, said[-1])
    assert suar("down", home=house).stdout == "Suar is stopped.\n"
    assert program.wait(30) == 0
    assert nothing_left(house)


@pytest.mark.prove
def test_the_second_start_goes_on_with_the_data_in_seconds(house: Home, claim: Claim) -> None:
    if not house.folder.exists():  # alone, without the test before
        stop(start(house)[0])
    before = house.run()["ports"]
    _, said, seconds = start(house)
    assert seconds < claim.number(small=90, large=20)  # other work may share the cores while everything is tested
    assert house.run()["ports"] == before
    assert not any("first pull" in line for line in said)


def test_an_agency_s_machine_asks_the_running_house_with_its_own_key(house: Home) -> None:
    """As an agency would, over the wire: the address that `up` printed, the kit, and the private key that only the agency has."""
    _, address = running(house)
    with Hub(address, "kp2mi-sistem", house.folder / "keys" / "agencies" / "kp2mi.pem") as hub:
        assert {one["source"] for one in hub.get("/api/v1/sources")["sources"]} >= {"siskop2mi", "simkim"}
    with (
        Hub(address, "kp2mi-sistem", house.folder / "keys" / "agencies" / "polri.pem") as hub,
        pytest.raises(Refused) as why,
    ):
        hub.get("/api/v1/sources")
    assert why.value.status in (400, 401)


def test_a_database_that_dies_comes_back_and_pages_are_given_again(house: Home) -> None:
    _, address = running(house)
    for process in cluster_of(house).at_work():
        with suppress(psutil.NoSuchProcess):  # it followed the first of them
            process.kill()
    wait_until(lambda: int(read_json(house.parts)["postgres"]["restarts"]) == 1)
    wait_until(lambda: "csrfmiddlewaretoken" in page(address), seconds=60)
    assert "postgres had to be started again 1 times" in suar("doctor", home=house).stdout


def test_two_houses_stand_side_by_side_and_ctrl_c_ends_one(house: Home) -> None:
    _, here = running(house)
    with folder_open_to_all() as folder:
        other = Home(folder / ".suar")
        shutil.copytree(house.sandbox, other.sandbox, ignore=shutil.ignore_patterns("ports.json", "running.lock"))
        two, said, _ = start(other)
        there = said[-1]
        assert here != there
        assert "csrfmiddlewaretoken" in page(here) and "csrfmiddlewaretoken" in page(there)
        stop(two)
        assert nothing_left(other) and "csrfmiddlewaretoken" in page(here)


def test_after_kill_9_of_everything_the_same_command_comes_up(house: Home) -> None:
    program, address = running(house)
    for process in [psutil.Process(program.pid), *cluster_of(house).at_work(), *leftovers(house)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()  # as a power loss: nobody can tidy up
    program.wait()
    wait_until(lambda: nothing_left(house))
    _, said, _ = start(house)
    assert said[-1] == address and "csrfmiddlewaretoken" in page(address)


def test_killing_the_supervisor_alone_leaves_nothing_for_long(house: Home) -> None:
    program, _ = running(house)
    program.kill()
    program.wait()
    wait_until(lambda: nothing_left(house), seconds=60)


def test_what_it_writes_is_closed_to_others(house: Home) -> None:
    for path in house.folder.rglob("*"):
        if path.is_file() and path.parent == house.folder:
            assert path.stat().st_mode & 0o077 == 0, path
