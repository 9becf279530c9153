"""A small frozen nation, made once a test run, and one system of it listening."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import httpx

from sandbox.breakage import set_broken
from sandbox.life import absorbers, write_history
from sandbox.nation import Nation
from sandbox.ports import kept_ports, port_names
from sandbox.running import Address, System
from sandbox.servers import Servers
from sandbox.terms import Terms, keep_terms

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=timezone(timedelta(hours=7)))
TERMS = Terms(seed=7, people=1200, history_until=NOW.isoformat(), frozen=True, rate=2, made=True)


@cache
def nation() -> Nation:
    """With far more cases than the base rate, so that complaints, panic calls and deferrals are many."""
    return Nation(seed=TERMS.seed, people=TERMS.people, now=NOW, cases_per_10000=3000)


@dataclass
class Running:
    """One system over HTTP."""

    home: Path
    name: str
    address: Address
    store: System  # another instance, to look at what should come out
    client: httpx.Client

    def text(self, key: str) -> str:
        return str(self.address[key])

    @contextmanager
    def broken(self, what: str, amount: int | None = None, at: datetime = NOW) -> Iterator[None]:
        path = self.home / self.name / "breaks.json"
        set_broken(path, what, True, at=at, amount=amount)
        try:
            yield
        finally:
            set_broken(path, what, False, at=at)

    def count(self, sql: str, *values: str) -> int:
        found = self.store.store.one(sql, values)
        return int(found[0] or 0) if found else 0


def make_home(home: Path, name: str) -> None:
    """Write the whole history of the small nation into one system's store."""
    keep_terms(home, TERMS)
    systems = absorbers(home, [name], TERMS)
    write_history(nation(), systems, TERMS, lambda _: None)
    for system in systems:
        system.store.close()


@contextmanager
def running(home: Path, name: str) -> Iterator[Running]:
    ports = kept_ports(home, port_names([name]))
    servers = Servers(home, [name], TERMS, ports)
    address = servers.start()[name]
    looking = absorbers(home, [name], TERMS)[0]
    try:
        with httpx.Client(timeout=10) as client:
            yield Running(home, name, address, looking, client)
    finally:
        servers.stop()
        looking.store.close()


def local(text: str, form: str) -> datetime:
    """A moment or day as a system writes it, without offset. Only good for comparing with another of the same system."""
    return datetime.strptime(text, form).replace(tzinfo=UTC)
