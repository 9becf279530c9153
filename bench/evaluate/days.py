"""A nation told to its agencies day by day, and a hub that pulls after each day: what a desk knew at an instant, and nothing later.

History up to the first day comes in at once. The nation lives in the days to come, so that every policy and posting is in force on them.
"""

from __future__ import annotations

import gc
import json
import re
import shutil
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.evaluate.strata import EVEN, Draw
from bench.hub import FOLDER
from sandbox.life import absorbers, tell
from sandbox.nation import Nation
from sandbox.nation.model import Happening
from sandbox.nation.traces import Traces
from sandbox.ports import kept_ports, port_names
from sandbox.running import SYSTEM_NAMES, System
from sandbox.servers import Servers
from sandbox.terms import Terms, keep_terms, set_clock
from suar.core.standard.mapping import SourceMapping

DAY = timedelta(days=1)
PATIENCE = timedelta(days=45)
LATEST_PULL = timedelta(minutes=9)  # after the morning; the desks open at ten
#: A file of 2023, the same at every pull and half of all that a telling would read: read again before its source counts as silent.
UNCHANGING: Mapping[str, str] = {"siskop2mi": "ktkln"}
READ_AGAIN = timedelta(days=30)  # less than PATIENCE
STEPS = timedelta(days=120)  # before the first day


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is evaluated: which nation, over how many days."""

    seed: int
    people: int
    days: int
    cases_per_10000: float
    traces: Mapping[str, Traces]
    draw: Draw = EVEN  # as many of each modus as of every other, weighed back (strata)
    every: int = 1  # so many days are told at once; all who stand at a desk on them are asked about before
    keep: Path | None = None  # where the answers are kept
    minutes: float | None = None  # of this machine's time; then no further day is asked about
    asked_days: int = 0  # how many were

    def said(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "people": self.people,
            "days": self.days,
            "cases_per_10000": self.cases_per_10000,
            "draw": asdict(self.draw),
            "every": self.every,
        }


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
    whole_at: datetime | None = None  # when even what never changes was pulled last

    def between(self, since: datetime, until: datetime) -> Sequence[Happening]:
        first, last = (bisect_left(self.times, moment) for moment in (since, until))
        return self.history[first:last]

    def tell_until(self, at: datetime) -> Sequence[Happening]:
        """Tell the agencies what took place since they were last told; have the hub pull it. Returns it."""
        new = self.between(self.told_until, at)
        set_clock(self.home, at)
        write(absorbers(self.home, SYSTEM_NAMES, self.terms, living=True), new)
        self.told_until = at
        whole = self.whole_at is None or at - self.whole_at >= READ_AGAIN
        pull(self.address, at, whole=whole)
        self.whole_at = at if whole else self.whole_at
        return new


@contextmanager
def days(of: Run, first: datetime, until: datetime) -> Iterator[Days]:
    """A nation of its own whose agencies know all that took place before `first`, pulled into the hub that is turned to."""
    home = FOLDER / "evaluated"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    terms = Terms(seed=of.seed, people=of.people, history_until=until.isoformat(), frozen=True, rate=1, made=True)
    keep_terms(home, terms)
    nation = nation_of(of, first)
    history = list(nation.happenings_until(until))
    times = [one.at for one in history]
    set_clock(home, first)
    adopt_patience()
    write(absorbers(home, SYSTEM_NAMES, terms), history[: bisect_left(times, first)])
    servers = Servers(home, SYSTEM_NAMES, terms, kept_ports(home, port_names(SYSTEM_NAMES)))
    try:
        address = servers.start()
        with told_to_the_hub(address), rarely_collecting():
            pull(address, first)
            yield Days(home, nation, terms, address, history, first, times, whole_at=first)
    finally:
        servers.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """As in the worker that reads for a hub (suar/site/running/ready.py): looking for rubbish in a nation, and in records by the thousand, took a fifth to
    a third of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def adopt_patience() -> None:
    """A nation so small tells in a day what a country tells in a minute: in this database a source is silent only after some days."""
    from django.conf import settings

    from suar.policies.actions import adopt_folder
    from suar.site.auth import system_act

    folder = FOLDER / "patient"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.POLICY, folder)
    for path in (folder / "sources").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^stale_after_minutes: (\d+)", longer, text), encoding="utf-8")
    adopt_folder(folder, "evaluate", act=system_act("evaluate", at=datetime.now(UTC)))


def longer(told: re.Match[str]) -> str:
    return f"stale_after_minutes: {max(int(told[1]), PATIENCE // timedelta(minutes=1))}"


def nation_of(of: Run, first: datetime) -> Nation:
    """The nation up to the end of the evaluated days, every step of which is told."""
    until = first + of.days * DAY
    return Nation(
        of.seed,
        of.people,
        until,
        cases_per_10000=of.cases_per_10000,
        traces=of.traces,
        modi=of.draw.modi,
        raised=of.draw.raised,
        steps_since=first - STEPS,
    )


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


def in_time(at: datetime, passed: timedelta) -> datetime:
    """The clock of a pull that has taken so long: however slow this machine is, the desks open on what was pulled before."""
    return at + min(passed, LATEST_PULL)


def reached(mapping: SourceMapping, *, whole: bool) -> SourceMapping:
    """The source with the streams that are to be pulled: all, or without what never changes."""
    left_out = "" if whole else UNCHANGING.get(mapping.source, "")
    streams = {name: words for name, words in mapping.reach["streams"].items() if name != left_out}
    return replace(mapping, reach={**mapping.reach, "streams": streams})


def pull(address: Mapping[str, Any], at: datetime, *, whole: bool = True) -> None:
    """Every source is pulled, read, placed and projected, as a worker would have done by `at`."""
    from suar.intake.jobs.pull import can_be_pulled, pull_source
    from suar.intake.queries.mappings import sources
    from suar.site.auth import system_act
    from suar.site.sweep import sweep

    started = datetime.now(UTC)

    def clock() -> datetime:
        return in_time(at, datetime.now(UTC) - started)

    known = sources(at)
    for name in known.names:
        if can_be_pulled(known[name]):
            mapping = reached(known[name], whole=whole)
            pull_source(mapping, address[name], act=system_act("pull", at=clock()), clock=clock)
    while sweep(act=system_act("evaluate", at=clock()), left=timedelta(0)):
        pass
