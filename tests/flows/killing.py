"""Programs of the hub at work on a database, and what there must be when they were killed again and again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from django.db import DatabaseError, InterfaceError, connections

from sandbox.running import Address
from suar.core.canonical import canonical
from suar.site.auth import now, system_act
from suar.site.running.home import ROOT
from suar.site.running.postgres import APP, OWNER, PROTECTION, Cluster
from suar.site.settings import database
from suar.site.sweep import sweep
from tests.flows import sandbox_at_work as work
from tests.flows.history import state as derived
from tests.flows.sandbox_at_work import AtWork, State

SUAR = (sys.executable, "-m", "suar")
PULL, WORKER = ("pull",), ("worker", "--no-pulling")
AWAKE_S = 60.0  # so long a program may take on a busy machine until it is seen to do something


@dataclass
class Programs:
    """`suar pull` and `suar worker` as processes of their own, on one database."""

    environment: Mapping[str, str]
    words: Sequence[str] = SUAR
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        self.running = [self.launch(PULL), self.launch(WORKER)]

    def launch(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.words, *command],
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def revive(self) -> None:
        """Start again what ended, as `suar up` does."""
        self.running = [
            one if one.poll() is None else self.launch(command)
            for one, command in zip(self.running, (PULL, WORKER), strict=True)
        ]

    def pulling(self) -> bool:
        return bool(self.running) and self.running[0].poll() is None

    def kill(self) -> None:
        """At once, as when the power goes: no handler runs, no transaction is ended."""
        for one in self.running:
            os.kill(one.pid, signal.SIGKILL) if one.poll() is None else None
        for one in self.running:
            one.wait()
        self.running.clear()


@contextmanager
def programs(
    environment: Mapping[str, str], home: Path, address: Mapping[str, Address], words: Sequence[str] = SUAR
) -> Iterator[Programs]:
    """The programs' own home tells them where the agencies are; nothing of them is left behind."""
    home.mkdir(exist_ok=True)
    (home / "sources.json").write_text(json.dumps({name: dict(one) for name, one in address.items()}))
    told = {"SUAR_HOME": str(home), "DJANGO_SETTINGS_MODULE": "suar.site.settings", "PYTHONPATH": str(ROOT)}
    made = Programs({**environment, **told}, words)
    try:
        yield made
    finally:
        made.kill()


def runs() -> int:
    """How often a stream was begun to be pulled: the sign that a program is awake."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_run")
        return int(cursor.fetchone()[0])


def kill_at_random(made: Programs, draw: random.Random, *, within_s: float) -> bool:
    """Start the programs, kill them at a random moment of their work. False when they were through before that."""
    before = runs()
    made.start()
    wait_until_awake(made, before)
    time.sleep(draw.uniform(0, within_s))
    at_work = made.pulling()
    made.kill()
    return at_work


def wait_until_awake(made: Programs, before: int | None = None) -> None:
    """Until another stream is begun to be pulled than had been before."""
    before, until = runs() if before is None else before, time.monotonic() + AWAKE_S
    while runs() == before and made.pulling() and time.monotonic() < until:
        time.sleep(0.02)


def reached(cluster: Cluster, name: str = "suar") -> dict[str, str]:
    """What a program must be told to work on this cluster."""
    urls = {"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER, "DATABASE_PROTECTION_URL": PROTECTION}
    return {word: cluster.url(role, name) for word, role in urls.items()}


def finish(it: AtWork) -> None:
    """What is left is done in order: each source pulled, every batch taken up where it lies."""
    for source in work.RECORD_SOURCES:
        it.pull(source)
    take_up()


def take_up() -> None:
    """As the worker's sweep does, without waiting until a batch is old enough to be nobody's."""
    while sweep(act=system_act("sweep", at=now() + timedelta(seconds=1)), left=timedelta()):
        pass


@dataclass(frozen=True)
class Outcome:
    """All that must be the same however often everything was killed."""

    intake: State
    derived: bytes


def outcome() -> Outcome:
    return Outcome(work.state(), canonical(derived()))


DOUBLED: Mapping[str, str] = {
    "a record announced twice": (
        "SELECT thing::text FROM exchange_outbox WHERE type = 'record.accepted' GROUP BY thing HAVING count(*) > 1"
    ),
    "a record never announced": (
        "SELECT r.id::text FROM intake_record r WHERE r.state <> 'older'"
        " AND NOT EXISTS (SELECT 1 FROM exchange_outbox o WHERE o.type = 'record.accepted' AND o.thing = r.id)"
    ),
    "an announcement of nothing": (
        "SELECT o.thing::text FROM exchange_outbox o WHERE o.type = 'record.accepted'"
        " AND NOT EXISTS (SELECT 1 FROM intake_record r WHERE r.id = o.thing)"
    ),
    "returned, and announced another number of times": (
        "SELECT b.id::text FROM intake_batch b"
        " WHERE (SELECT count(*) FROM intake_returned r WHERE r.batch = b.id)"
        " <> (SELECT count(*) FROM exchange_outbox o WHERE o.type = 'record.returned' AND o.thing = b.id)"
    ),
    "a batch whose reading, placing or mirroring is told twice": (
        "SELECT o.type || ' ' || o.thing::text FROM exchange_outbox o"
        " WHERE o.type IN ('batch.read', 'batch.placed', 'register.changed') GROUP BY o.type, o.thing HAVING count(*) > 1"
    ),
}
IN_BOTH: Mapping[str, str] = {
    "an act in the log twice for one batch": (
        "SELECT a.what || ' ' || b.id::text FROM audit_entry a JOIN intake_batch b ON b.id = ANY(a.about)"
        " WHERE a.what IN ('batch.kept', 'batch.read', 'batch.placed', 'register.mirrored')"
        " GROUP BY a.what, b.id HAVING count(*) > 1"
    ),
    "a record in the log not just once": (
        "SELECT r.id::text FROM intake_record r LEFT JOIN (SELECT unnest(about) AS id FROM audit_entry"
        " WHERE what IN ('batch.read', 'record.withdrawn')) a USING (id) GROUP BY r.id HAVING count(a.id) <> 1"
    ),
    "a batch that waits for ever": "SELECT id::text FROM intake_batch WHERE state IN ('kept', 'read')",
    "a sending that does not add up": (
        "SELECT id::text FROM intake_batch WHERE state NOT IN ('kept', 'stopped')"
        " AND sent <> accepted + remarked + returned + unchanged"
    ),
}


def wrong() -> dict[str, list[Any]]:
    """What a database holds twice, or not at all, that must be there once. Nothing, when all is well."""
    found: dict[str, list[Any]] = {}
    for wall in work.WALLS:
        for what, sql in {**(DOUBLED if wall == "default" else {}), **IN_BOTH}.items():
            with connections[wall].cursor() as cursor:
                cursor.execute("SELECT set_config('suar.may_read', '*', false)")
                cursor.execute(sql)
                rows = [row[0] for row in cursor.fetchall()]
            if rows:
                found[f"{wall}: {what}"] = rows[:5]
    return found


def acknowledged() -> set[tuple[str, str]]:
    """Every record and log entry that an onlooker could read just now: none may ever be gone."""
    seen: set[tuple[str, str]] = set()
    for wall in work.WALLS:
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', false)")
            cursor.execute(
                "SELECT 'record', id::text FROM intake_record UNION ALL SELECT 'entry', id::text FROM audit_entry"
            )
            seen |= set(cursor.fetchall())
    return seen


@contextmanager
def turned_to(cluster: Cluster, name: str) -> Iterator[None]:
    """All Django connections lead to this cluster's database, for as long as the block lasts."""
    before = {alias: dict(connections[alias].settings_dict) for alias in connections}
    roles = {"default": APP, "owner": OWNER, "protection": PROTECTION, "protection_owner": OWNER}
    for alias in connections:
        connections[alias].close()
        told = database(cluster.url(roles[alias], name))
        connections[alias].settings_dict.update(
            {word: told[word] for word in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        )
    try:
        yield
    finally:
        forget_connections()
        for alias, told in before.items():
            connections[alias].settings_dict.update(told)


def forget_connections() -> None:
    """Connections to a server that was killed are of no more use."""
    for alias in connections:
        try:
            connections[alias].close()
        except (DatabaseError, InterfaceError):
            connections[alias].connection = None


def cut_the_power(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    """The server and every child of it are gone in the same moment, their files as they lie."""
    for process in cluster.at_work():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    server.wait()
    psutil.wait_procs(cluster.at_work(), timeout=10)
    forget_connections()
