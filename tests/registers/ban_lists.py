"""SIMKIM's daily list of exit bans over real HTTP, as its owner makes it and as somebody else might; and the hub that pulls it.

Two SIMKIMs of one key stand side by side: the true one, and a forged one whose list somebody has written rows into. The second channel is
always the true one's unless a test says otherwise.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from sandbox.life import absorbers
from sandbox.ports import kept_ports, port_names
from sandbox.servers import Servers
from sandbox.terms import Terms, keep_terms
from suar.agencies.access import as_hub
from suar.intake.jobs.pull import pull_source
from suar.intake.queries.mappings import sources
from suar.journeys.jobs.look import look_waiting
from suar.registers.jobs.differences import Came, reconcile
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.site.auth import now, system_act
from suar.site.sweep import sweep
from suar.vault.queries import derived_id, token
from tests import cast

PUT = f"INSERT INTO cegah VALUES (NULL{', ?' * 20})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """One decision as SIMKIM holds it. Everybody is invented; region 99 is no province."""

    number: int
    starts: date
    ends: date

    @property
    def born(self) -> date:
        return date(1960, 1, 1) + timedelta(days=self.number * 37 % 14_000)

    @property
    def name(self) -> str:
        """No two alike among some thousands: a likeness to somebody who is banned is a reason for a second officer by itself."""
        second = SECOND[self.number // 10 % 10] + ENDINGS[self.number // 100 % 10]
        return f"{FIRST[self.number % 10]} {second} {THIRD[self.number // 1000 % 10]}"

    @property
    def nik(self) -> str:
        return f"990101{self.born.day + 40:02}{self.born:%m%y}{self.number:04d}"

    @property
    def decision(self) -> str:
        return f"IMI-{self.number:05d}.GR.04.02/2026"

    @property
    def entry(self) -> UUID:
        return derived_id("entry", "simkim", "exit_ban", self.decision)

    @property
    def token(self) -> bytes:
        return token("decision", self.decision)

    def row(self) -> tuple[Any, ...]:
        recorded = datetime.combine(self.starts, time(3), UTC).isoformat(timespec="microseconds")
        return (
            self.decision, 1, recorded, self.name, "", "P", "PRAYA", f"{self.born:%d-%m-%Y}", "", self.nik, "", "", "", "Penyidikan", "POLRI",
            "B", self.starts.isoformat(), self.ends.isoformat(), "", "",
        )  # fmt: skip


FIRST = ("SARI", "WATI", "LINA", "MAYA", "RINA", "DEWI", "NURUL", "SITI", "YUNI", "TUTI")
SECOND = ("AND", "KUS", "RAHAY", "LEST", "PERM", "SURY", "HANDAY", "MARL", "OKT", "PUSP")
ENDINGS = ("INI", "ARTI", "ASIH", "ONO", "UWATI", "ELIN", "IDAH", "AWAN", "URYA", "IRAH")
THIRD = ("BATUBARA", "SILALAHI", "PANE", "GINTING", "TARIGAN", "MANURUNG", "LUBIS", "NASUTION", "SIREGAR", "HARAHAP")


def bans(count: int, *, begin: int = 1) -> list[Ban]:
    """So many decisions in force, each on somebody else."""
    today = now().date()
    return [
        Ban(number=number, starts=today - timedelta(days=30), ends=today + timedelta(days=90 + number % 30))
        for number in range(begin, begin + count)
    ]


@dataclass(frozen=True, slots=True)
class Simkim:
    """One SIMKIM listening."""

    home: Path
    address: Mapping[str, Any]

    def write(self, rows: Sequence[Ban]) -> None:
        with self.store() as store:
            store.executemany(PUT, [one.row() for one in rows])

    def change(self, sql: str, *params: object) -> None:
        """Change a row as no owner should: under the version that is known."""
        with self.store() as store:
            store.execute(sql, params)

    @contextmanager
    def store(self) -> Iterator[sqlite3.Connection]:
        store = sqlite3.connect(self.home / "simkim" / "store.sqlite", timeout=10)
        try:
            with store:
                yield store
        finally:
            store.close()


@contextmanager
def simkim(home: Path, *, keys: Path | None = None) -> Iterator[Simkim]:
    """A SIMKIM that has nothing but its list; with `keys` of another, it signs as that one does."""
    terms = Terms(seed=7, people=0, history_until=now().isoformat(), frozen=True, rate=1, made=True)
    home.mkdir(parents=True, exist_ok=True)
    keep_terms(home, terms)
    if keys:
        shutil.copytree(keys, home / "keys")
    absorbers(home, ["simkim"], terms)[0].store.close()
    servers = Servers(home, ["simkim"], terms, kept_ports(home, port_names(["simkim"])))
    try:
        yield Simkim(home, servers.start()["simkim"])
    finally:
        servers.stop()


@contextmanager
def true_and_forged(home: Path) -> Iterator[tuple[Simkim, Simkim]]:
    with simkim(home / "true") as true, simkim(home / "forged", keys=home / "true" / "keys") as forged:
        yield true, forged


def pull(listed: Simkim, **other: Any) -> None:
    """One cycle of the hub over this SIMKIM's list, with another second channel or key where that is said; all of it projected."""
    mapping = sources(now())["simkim"]
    streams = {"cegah": mapping.reach["streams"]["cegah"]}
    only = replace(mapping, reach={**mapping.reach, "streams": streams})
    pull_source(only, {**listed.address, **other}, act=system_act("pull"), clock=now)
    while sweep(act=system_act("sweep"), left=timedelta(0)):
        pass
    while look_waiting(act=system_act("look")):
        pass
    cycle()


def cycle() -> Came:
    """What the worker does after each round of pulling."""
    return reconcile(act=system_act("registers"))


def entries() -> dict[UUID, str]:
    """Our entries of SIMKIM with their state."""
    return dict(as_the_hub("SELECT id, state FROM registers_entry WHERE source = 'simkim' ORDER BY id"))


def confirmed() -> set[UUID]:
    return {entry for entry, state in entries().items() if state == "confirmed"}


def as_the_hub(words: str, *params: Any) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        as_hub()
        cursor.execute(words, params)
        return cursor.fetchall() if cursor.description else []


def advice_for(ban: Ban) -> str:
    """What a counter is advised about this traveller, by his own number."""
    act = cast.act(cast.BIMA, at=now(), reference=f"K-{ban.number}")
    traveller = {"full_name": ban.name.title(), "nik": ban.nik, "birth_date": str(ban.born), "sex": "2"}
    asked = Asked(
        purpose="departure",
        desk=act.desk,
        lane="",
        officer="",
        reference=act.reference,
        traveller=traveller,
        journey={},
    )
    made = screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    return str(as_the_hub("SELECT advice FROM screening_screening WHERE id = %s", made)[0][0])
