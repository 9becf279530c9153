"""The hub's programs, the broker and the agency's own programs, one of them killed again and again while records come in and events go out."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connections

from suar.intake.actions.keep import keep, open_run
from suar.intake.connectors.sending import Sending
from suar.site.auth import system_act
from suar.site.running import nats
from suar.site.running.home import ROOT, Home
from suar.site.running.nats import Broker
from tests import database
from tests.browser.conftest import served
from tests.exchange.agency import WAYS, Ledger
from tests.exchange.delivering import AGENCY, happened, opened, prepared, rows
from tests.exchange.exchanging import lone, machine, told
from tests.flows.history import adopt_sources, events
from tests.ports import free_port
from tests.site.running.conftest import folder_open_to_all

PEOPLE, PAUSE_S, RECORDS = 40, 0.25, 5
AHEAD = (
    150  # so many events at most are committed before the slowest way has done them: a backlog would only make it last
)
SEEN_S = 4.0  # so long a program may take until it is seen to do something; then it is killed at whatever it does
WITHIN_S = 0.5


@dataclass
class Program:
    """One that dies and is started again, as its supervisor would; `moved` is how one sees that it does something."""

    words: Sequence[str]
    environment: Mapping[str, str]
    moved: Callable[[], object]
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(
            self.words, cwd=ROOT, env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """As when the power goes: no handler runs."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()

    def killed_at_work(self, draw: random.Random) -> None:
        before, until = self.moved(), time.monotonic() + SEEN_S
        while self.moved() == before and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(draw.uniform(0, WITHIN_S))
        self.kill()
        self.start()


def agency_program(way: str, home: Path, bug: str = "") -> Program:
    ledger = Ledger(home / f"{way}.sqlite")
    clean = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | {"PYTHONPATH": str(ROOT)}
    return Program((sys.executable, "-m", "tests.exchange.agency", way, str(home), bug), clean, ledger.came)


def hub_program(word: str, moved: Callable[[], object], copy: database.Copy, broker: Broker) -> Program:
    told_of = {"NATS_URL": broker.url(), "DJANGO_SETTINGS_MODULE": "suar.site.settings", "PYTHONPATH": str(ROOT)}
    return Program((sys.executable, "-m", "suar", *word.split()), copy.environment | told_of, moved)


def passed_on() -> object:
    """How far the relay came, and how much was delivered to endpoints."""
    return rows("SELECT xid::text, id FROM exchange_place WHERE reader = 'jetstream'"), delivered()


def delivered() -> object:
    return rows("SELECT count(*) FROM exchange_attempt")


def taken_in() -> object:
    return rows("SELECT state, count(*) FROM intake_batch GROUP BY state ORDER BY state")


def broker_program(broker: Broker, home: Home, moved: Callable[[], object]) -> Program:
    broker.folder.mkdir(parents=True, exist_ok=True)
    path = home.folder / "nats.conf"
    path.write_text(json.dumps(broker.configuration()))
    return Program((str(nats.program()), "-c", str(path)), os.environ, moved)


@contextlib.contextmanager
def everything(copy: database.Copy, home: Path) -> Iterator[tuple[dict[str, Program], dict[str, Ledger], Broker]]:
    """All of them at work: `suar relay` (which is the deliverer of webhooks as well), `suar worker`, the broker, and the agency's three."""
    prepared()
    adopt_sources()
    machine(home)
    with folder_open_to_all("suar-") as folder, served(copy) as address:
        own = Home(folder / ".suar")
        own.make()
        broker, port = lone(own, free_port(4600)), free_port(8300)
        told(home, hub=address, broker=broker.url(AGENCY), port=port, endpoint=opened(f"http://127.0.0.1:{port}/"))
        programs = {way: agency_program(way, home) for way in WAYS}
        programs["broker"] = broker_program(broker, own, programs["nats"].moved)
        programs["relay"] = hub_program("relay", passed_on, copy, broker)
        programs["worker"] = hub_program("worker --no-pulling", taken_in, copy, broker)
        try:
            for one in programs.values():
                one.start()
            yield programs, {way: Ledger(home / f"{way}.sqlite") for way in WAYS}, broker
        finally:
            for one in programs.values():
                one.kill()


@contextlib.contextmanager
def load(seed: int, ledgers: Sequence[Ledger]) -> Iterator[list[UUID]]:
    """Events of a few people, and records that the worker must read before anything is told of them. Yields what was committed."""
    stop, committed = threading.Event(), list[UUID]()

    def write() -> None:
        draw, people = random.Random(seed), [uuid4() for _ in range(PEOPLE)]
        history = [row for system, row in events(seed, 4_000) if system == "ujia"]
        run = open_run("ujia", "baris", act=system_act("tests"))
        while not stop.wait(PAUSE_S):
            if len(committed) - min(one.count() for one in ledgers) > AHEAD:
                continue
            committed.extend(happened(uuid4(), draw.choice(people)) for _ in range(3))
            if draw.random() < 0.2 and history:
                body = json.dumps({"baris": [history.pop(0) for _ in range(min(RECORDS, len(history)))]}).encode()
                sending = Sending(
                    stream="baris", media="json", body=body, cursor_after="", options={"records": "baris"}
                )
                keep(sending, source="ujia", agency="imigrasi", run=run, act=system_act("tests"))
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield committed
    finally:
        stop.set()
        thread.join(timeout=60)
        assert not thread.is_alive()
