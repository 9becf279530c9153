"""A nation told to its agencies day by day, and a hub that pulls after each day: what a desk knew at an instant, and nothing later.

History up to the first day comes in at once. The nation lives in the days to come, so that every policy and posting is in force on them.
"""

from __future__ import annotations

import json
import shutil
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.hub import FOLDER
from sandbox.life import absorbers, tell
from sandbox.nation import Nation
from sandbox.nation.model import Happening
from sandbox.nation.traces import Traces
from sandbox.ports import kept_ports, port_names
from sandbox.running import SYSTEM_NAMES, System
from sandbox.servers import Servers
from sandbox.terms import Terms, keep_terms

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is evaluated: which nation, over how many days."""

    seed: int
    people: int
    days: int
    cases_per_10000: float
    traces: Mapping[str, Traces]


@dataclass
class Days:
    """The agencies listening, told up to `told_until`; the hub has pulled what they were told."""

    home: Path
    nation: Nation
    terms: Terms
    address: Mapping[str, Any]
    history: Sequence[Happening]
    told_until: datetime
    times: list[datetime] = field(default_factory=list)

    def tell_until(self, at: datetime) -> Sequence[Happening]:
        """Tell the agencies what took place since they were last told; have the hub pull it. Returns it."""
        first, last = (bisect_left(self.times, moment) for moment in (self.told_until, at))
        new = self.history[first:last]
        write(absorbers(self.home, SYSTEM_NAMES, self.terms, living=True), new)
        self.told_until = at
        pull(self.address, at)
        return new


@contextmanager
def days(of: Run, first: datetime, until: datetime) -> Iterator[Days]:
    """A nation of its own whose agencies know all that took place before `first`, pulled into the hub that is turned to."""
    home = FOLDER / "evaluated"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    terms = Terms(seed=of.seed, people=of.people, history_until=until.isoformat(), frozen=True, rate=1, made=True)
    keep_terms(home, terms)
    nation = Nation(of.seed, of.people, until, cases_per_10000=of.cases_per_10000, traces=of.traces)
    history = list(nation.happenings_until(until))
    times = [one.at for one in history]
    write(absorbers(home, SYSTEM_NAMES, terms), history[: bisect_left(times, first)])
    servers = Servers(home, SYSTEM_NAMES, terms, kept_ports(home, port_names(SYSTEM_NAMES)))
    try:
        address = servers.start()
        with told_to_the_hub(address):
            pull(address, first)
            yield Days(home, nation, terms, address, history, first, times)
    finally:
        servers.stop()
        shutil.rmtree(home, ignore_errors=True)


def write(systems: Sequence[System], told: Sequence[Happening]) -> None:
    tell(systems, told, 1)
    for system in systems:
        system.store.close()


@contextmanager
def told_to_the_hub(address: Mapping[str, Any]) -> Iterator[None]:
    """The desk finds Dukcapil where every running hub finds it."""
    from django.conf import settings

    path = Path(settings.HOME) / "sources.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(address))
    path.chmod(0o600)
    try:
        yield
    finally:
        path.unlink()


def pull(address: Mapping[str, Any], at: datetime) -> None:
    """Every source is pulled, read, placed and projected, as a worker would have done by `at`."""
    from suar.intake.jobs.pull import can_be_pulled, pull_source
    from suar.intake.queries.mappings import sources
    from suar.site.auth import system_act
    from suar.site.sweep import sweep

    started = datetime.now(UTC)

    def clock() -> datetime:
        return at + (datetime.now(UTC) - started)

    known = sources(at)
    for name in known.names:
        if can_be_pulled(known[name]):
            pull_source(known[name], address[name], act=system_act("pull", at=clock()), clock=clock)
    while sweep(act=system_act("evaluate", at=clock()), left=timedelta(0)):
        pass
