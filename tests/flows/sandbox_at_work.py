"""A small sandbox nation, all of its systems listening, and the hub pulling from them: what breakages are tried on.

The nation tells its history in two parts: the first is pulled in order and kept; the second waits in the agencies'
stores when a test begins. Whatever a test pulls is taken back at its end, so each begins at the same moment.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connections, transaction

from sandbox.breakage import set_broken
from sandbox.life import absorbers, tell
from sandbox.nation import Nation
from sandbox.nation.model import Happening
from sandbox.ports import kept_ports, port_names
from sandbox.running import SYSTEM_NAMES, Address, System
from sandbox.servers import Servers
from sandbox.terms import Terms, keep_terms
from suar.core.advice.sources import SourceState
from suar.core.standard.mapping import SourceMapping
from suar.intake.actions.accept import Counts
from suar.intake.jobs.pull import pull_source
from suar.intake.queries.health import states
from suar.intake.queries.mappings import sources
from suar.policies.models import Version
from suar.site.auth import now, system_act
from suar.vault.queries import PROTECTION
from tests import cast

SEED = 31
WALLS = ("default", PROTECTION)
RECORD_SOURCES = tuple(name for name in SYSTEM_NAMES if name != "dukcapil")
BEHIND_THE_WALL = ("simfoni", "sipmi")  # all their streams: the page of ordinary health does not time them
PATIENCE_S = 1.0  # so long a test waits for a slow agency; production's patience is the connector's default
Statement = tuple[str, str, str, str, str]  # source, kind, ident, version, content: one thing that a source ever said


@dataclass(slots=True)
class State:
    """What stands in the hub's tables, without ids of the day. Tokens are keyed: equal only for equal values."""

    said: set[Statement] = field(default_factory=set)
    partly: set[Statement] = field(default_factory=set)  # taken without a field that could not be read, and remarked
    current: dict[tuple[str, str, str], tuple[str, str, bool]] = field(default_factory=dict)
    returned: Counter[tuple[str, str]] = field(default_factory=Counter)  # source, codes
    findings: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # open ones: source, stream, code

    def codes(self) -> set[str]:
        return {code for *_, code in self.findings}

    def of(self, source: str) -> State:
        return State(
            {row for row in self.said if row[0] == source},
            {row for row in self.partly if row[0] == source},
            {key: row for key, row in self.current.items() if key[0] == source},
            Counter({key: n for key, n in self.returned.items() if key[0] == source}),
            Counter({key: n for key, n in self.findings.items() if key[0] == source}),
        )


@dataclass
class AtWork:
    """All systems listening, the hub beside them."""

    home: Path
    address: Mapping[str, Address]
    until: datetime  # the nation stands still here
    parted: datetime  # where the second part of history begins
    waiting: Sequence[Happening] = ()

    def pull(self, source: str, *, at: datetime | None = None) -> Counts:
        """One pull of one source, as the worker does it; `at` is what the hub's clock says meanwhile."""
        mapping = sources(now())[source]
        ahead = at - now() if at else timedelta()

        def clock() -> datetime:
            return now() + ahead

        return pull_source(mapping, self.address[source], act=system_act("pull", at=clock()), clock=clock)

    @contextmanager
    def broken(self, source: str, *whats: str, amount: int | None = None) -> Iterator[None]:
        path = self.home / source / "breaks.json"
        for what in whats:
            set_broken(path, what, True, at=self.parted, amount=amount)
        try:
            yield
        finally:
            for what in whats:
                set_broken(path, what, False, at=self.parted)


@contextmanager
def at_work(home: Path, *, people: int, second_part: timedelta) -> Iterator[AtWork]:
    """The systems of a small frozen nation, in threads of this process, over real HTTP and SFTP."""
    until = now().replace(microsecond=0)
    terms = Terms(seed=SEED, people=people, history_until=until.isoformat(), frozen=True, rate=2, made=True)
    keep_terms(home, terms)
    told = list(Nation(seed=SEED, people=people, now=until, cases_per_10000=3000).happenings_until(until))
    parted = until - second_part
    write(absorbers(home, SYSTEM_NAMES, terms), [one for one in told if one.at <= parted])
    servers = Servers(home, SYSTEM_NAMES, terms, kept_ports(home, port_names(SYSTEM_NAMES)))
    try:
        yield AtWork(home, servers.start(), until, parted, [one for one in told if one.at > parted])
    finally:
        servers.stop()


def write(systems: Sequence[System], told: Sequence[Happening]) -> None:
    tell(systems, told, 1)
    for system in systems:
        system.store.close()


def tell_the_rest(it: AtWork) -> None:
    """The second part of history, recorded now."""
    from sandbox.terms import kept_terms

    terms = kept_terms(it.home)
    assert terms
    write(absorbers(it.home, SYSTEM_NAMES, terms, living=True), it.waiting)


def adopt(**of_all: Any) -> None:
    """The policies of this checkout; every source's `reach` with these words besides."""
    by = system_act("tests", at=cast.BEFORE)
    for name, _, table in cast.tables():
        if name.startswith("sources/"):
            table = table | {"reach": table.get("reach", {}) | of_all}
        digest = hashlib.sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest()
        Version.objects.create(
            id=uuid4(), name=name, sha256=digest, content=table, in_force_from=cast.BEFORE, adopted_by=by.actor, reason="tests"
        )  # fmt: skip


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside, on either side of the wall, is undone."""
    with transaction.atomic(using="default"), transaction.atomic(using=PROTECTION):
        try:
            yield
        finally:
            for wall in WALLS:
                transaction.set_rollback(True, using=wall)


def state() -> State:
    """Everything that intake holds, on both sides of the wall."""
    found = State()
    for wall in WALLS:
        with connections[wall].cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', false)")
            cursor.execute(
                "SELECT source, kind, encode(ident, 'hex'), version, encode(content, 'hex'),"
                " jsonb_path_exists(remarks, '$[*].left_out') FROM intake_record"
            )
            for *row, partly in cursor.fetchall():
                (found.partly if partly else found.said).add(tuple(row))
            cursor.execute(
                "SELECT source, kind, encode(ident, 'hex'), version, encode(content, 'hex'), withdrawn FROM intake_current"
            )
            for source, kind, ident, version, content, withdrawn in cursor.fetchall():
                found.current[source, f"{wall}:{kind}", ident] = (version, content, withdrawn)
            cursor.execute("SELECT source, array_to_string(codes, ' ') FROM intake_returned")
            found.returned.update(cursor.fetchall())
            cursor.execute("SELECT source, stream, code FROM intake_finding WHERE closed_at IS NULL")
            found.findings.update(cursor.fetchall())
    return found


def balanced() -> bool:
    """Whether every sending is accounted for: sent = accepted + with remarks + returned + unchanged."""
    rows = []
    for wall in WALLS:
        with connections[wall].cursor() as cursor:
            cursor.execute(
                "SELECT sum(sent), sum(accepted + remarked + returned + unchanged) FROM intake_batch"
                " WHERE state NOT IN ('kept', 'stopped') GROUP BY source"
            )
            rows += cursor.fetchall()
    return bool(rows) and all(sent == parts for sent, parts in rows)


def health(source: str, at: datetime) -> SourceState:
    return next(one for one in states(at, region="3573") if one.source == source)


def faults(source: str) -> set[str]:
    """What source health says of the last pull of each stream."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT fault FROM intake_source WHERE source = %s", [source])
        return {row[0] for row in cursor.fetchall()}


def mapping(source: str) -> SourceMapping:
    return sources(datetime.now(UTC))[source]


def said_by(source: str, streams: set[str]) -> int:
    """How many records these streams have given in this test, that is since they were last told to say something."""
    count = 0
    for wall in WALLS:
        with connections[wall].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM intake_record r JOIN intake_batch b ON b.id = r.batch JOIN intake_batch s"
                " ON s.source = b.source AND s.stream = b.stream AND s.state = 'stopped' AND r.id > s.id"
                " WHERE b.source = %s AND b.stream = ANY(%s)",
                [source, list(streams)],
            )
            count += cursor.fetchone()[0]
    return count


def announced() -> int:
    """How many events stand in the outbox."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_outbox WHERE type LIKE 'record.%%'")
        return int(cursor.fetchone()[0])
