"""`suar replay`: the derived state made again from facts, beside the live one, and the two compared byte by byte.

Facts are records, human judgements and adopted policy. Derived are subjects, keys, links, membership, mirrored entries,
steps and findings. With `--apply` what was rebuilt takes the place of what stood there; `--without-source` only shows what would
be known if nothing that this source has said since then were believed: its word stands as it was before.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.intake.queries.batches import Stated, batch, left_in, open_batches, stated_by, stated_in, stated_of
from suar.intake.queries.before import stated_before
from suar.intake.queries.mappings import sources
from suar.journeys.jobs import look as findings
from suar.journeys.jobs import permits
from suar.journeys.jobs import project as journeys
from suar.persons.jobs import PLACING, place
from suar.persons.queries import export, members, person_of
from suar.registers import jobs as registers
from suar.registers.queries.law import legal_basis
from suar.registers.queries.lists import Believed, changed_since
from suar.site.auth import now, system_act
from suar.site.running.home import CannotRun
from suar.site.sweep import sweep
from suar.site.terminal import beside
from suar.site.terminal.beside import BESIDE, LIVE, Compared
from suar.vault.queries import DEFAULT, PROTECTION

WALLS = (DEFAULT, PROTECTION)
AT_ONCE = 1_000
EVERY = 10**9
BEGINNING = {"start", "beginning"}
TRIES, PAUSE_SECONDS = 60, 0.5


@dataclass(slots=True)
class Scope:
    """Whom a replay is about, on one side of the wall."""

    everybody: bool
    again: set[UUID] = field(default_factory=set)  # made anew
    left_out: set[UUID] = field(default_factory=set)  # as their source knew them before
    permits: list[Stated] = field(default_factory=list)  # of licences and job orders, which are about nobody


def replay(*, since: str, without_source: str | None = None, apply: bool = False) -> int:
    """Exit status 0 when the rebuilt state is byte-equal, or was put in place, or a source was left out; 1 when it differs."""
    act = system_act("replay")
    start = instant(since)
    if without_source and without_source not in sources(act.at).names:
        raise CannotRun(f"No source is called {without_source}. There are: {', '.join(sources(act.at).names)}.")
    if without_source and apply:
        raise CannotRun(
            "What is left out comes back with the source's next record; a source is left out for good by policy."
        )
    tables = {wall: beside.derived(wall) for wall in WALLS}
    with ExitStack() as stack:
        for wall in WALLS:
            stack.enter_context(beside.made(wall, tables[wall]))
        found, equal = rebuilt(tables, start, without_source or "", apply=apply, act=act)
    print_result(found, equal)
    return 0 if equal or apply or without_source else 1


def instant(text: str) -> datetime:
    """An instant with offset, or the word start. Raises CannotRun."""
    if text in BEGINNING:
        return datetime(1, 1, 1, tzinfo=UTC)
    try:
        read = datetime.fromisoformat(text)
    except ValueError as why:
        raise CannotRun(f"--since {text}: start, or an instant such as 2026-11-21T08:00:00+07:00.") from why
    if read.tzinfo is None:
        raise CannotRun(f"--since {text}: an instant needs its offset, such as +07:00.")
    return read


def rebuilt(
    tables: dict[str, list[str]], start: datetime, without: str, *, apply: bool, act: Act
) -> tuple[list[Compared], bool]:
    """Rebuild beside, compare, and put in place where that was asked. All of one moment: one snapshot on each side."""
    with ExitStack() as stack:
        settled_snapshot(stack, hold=apply, act=act)
        before = {wall: opened_sum(wall) for wall in WALLS}
        for wall in WALLS:
            scope = scope_of(wall, start, without, act.at)
            beside.turn_to(BESIDE, wall)
            make_again(wall, tables[wall], scope, Believed(without, start if without else None), act)
        after = {wall: opened_sum(wall) for wall in WALLS}
        found = [one for wall in WALLS for one in beside.compare(wall, tables[wall])]
        equal = before == after and not any(one.differing for one in found)
        if apply and not equal:
            for wall in WALLS:
                beside.turn_to(LIVE, wall)
                beside.put_in_place(wall, tables[wall])
            append("state.replayed", act, rows=sum(one.differing for one in found))
    return found, equal


def settled_snapshot(stack: ExitStack, *, hold: bool, act: Act) -> None:
    """One snapshot on each side of the wall in which no accepted record waits to be placed or projected.

    `hold` keeps placers out until the end. What waits is done here, so that it does not matter whether a worker runs.
    Raises CannotRun when records come faster than they can be placed.
    """
    for _ in range(TRIES):
        with ExitStack() as trying:
            for wall in WALLS:
                trying.enter_context(transaction.atomic(using=wall))
                with connections[wall].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    if hold:
                        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLACING[wall]])
                as_hub(wall=wall)
            some_wait = any(open_batches(state, now(), wall=wall) for wall in WALLS for state in waiting(wall))
            if not some_wait and not findings.waiting():
                stack.push(trying.pop_all())
                return
        sweep(act=act, left=timedelta(0))
        while findings.look_waiting(act=act):
            pass
        time.sleep(PAUSE_SECONDS)
    raise CannotRun("Records come in faster than they are placed; try again when less is coming.")


def waiting(wall: str) -> tuple[str, ...]:
    """Batch states that derived tables do not show yet; behind the wall nothing is projected."""
    return ("read", "placed") if wall == DEFAULT else ("read",)


def done(wall: str) -> str:
    return "projected" if wall == DEFAULT else "placed"


def scope_of(wall: str, start: datetime, without: str, at: datetime) -> Scope:
    """Whom the batches since then name; of a source that is left out, with whom its people were one person."""
    scope = Scope(everybody=True)
    for id_ in open_batches(done(wall), at, wall=wall, limit=EVERY):
        kept = batch(id_, wall=wall)
        if kept is None or kept.received_at < start:
            scope.everybody = False
            continue
        records = stated_in([id_], wall=wall)
        named = {record.subject for record in records if record.subject}
        scope.permits += [
            replace(record, withdrawn=record.withdrawn or kept.source == without)
            for record in records
            if record.kind in permits.SHAPES
        ]
        if kept.source == without:
            scope.left_out.update(named, left_in([id_], wall=wall))
        else:
            scope.again.update(named)
    if without and wall == DEFAULT:  # what its lists have said since is not believed either
        scope.again.update(r.subject for r in stated_by(sorted(changed_since(without, start))) if r.subject)
    if not scope.everybody and wall == DEFAULT:
        persons = {person for subject in scope.left_out if (person := person_of(subject))}
        scope.again.update(subject for held in members(persons).values() for subject in held)
    scope.again -= scope.left_out
    return scope


def make_again(wall: str, tables: Sequence[str], scope: Scope, believed: Believed, act: Act) -> None:
    if not scope.everybody:
        beside.copy(wall, tables)
        beside.forget(wall, tables, sorted(scope.again | scope.left_out))
    for ids in parts(sorted(scope.again)):
        made_of(stated_of(ids, wall=wall), wall, believed, act)
    if believed.since:
        for ids in parts(sorted(scope.left_out)):
            made_of(stated_before(ids, believed.without, believed.since, wall=wall), wall, believed, act)
    if wall == DEFAULT:
        permits.project(scope.permits)
        findings.look(scope.again | scope.left_out, act=act, quietly=True)


def made_of(records: list[Stated], wall: str, believed: Believed, act: Act) -> None:
    place(records, act=act, wall=wall)
    if wall == DEFAULT:
        project(records, believed, act)


def project(records: Sequence[Stated], believed: Believed, act: Act) -> None:
    """Entries and steps of these records, under the law in force; nobody is told, for nothing has happened."""
    standing = [record for record in records if not record.withdrawn and record.subject]
    registers.write(registers.mirrored(standing, legal_basis(act.at), believed=believed))
    journeys.project(standing)


def parts(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def opened_sum(wall: str) -> str:
    """The hash of the canonical export, in which sealed values are compared opened."""
    return hashlib.sha256(canonical(export(wall=wall))).hexdigest()


def print_result(found: Sequence[Compared], equal: bool) -> None:
    print(f"{'derived table':<24}{'live':>12}{'rebuilt':>12}{'differing':>12}")
    for one in found:
        print(f"{one.table:<24}{one.live:>12,}{one.rebuilt:>12,}{one.differing:>12,}")
    print("byte-equal: the derived state follows from the facts" if equal else "not equal")
