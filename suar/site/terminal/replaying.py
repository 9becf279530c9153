"""`suar replay`: the derived state made again from facts, beside the live one, and the two compared byte by byte.

Facts are records, human judgements and adopted policy. Derived are subjects, keys, links, membership, mirrored entries,
steps and findings. With `--apply` what was rebuilt takes the place of what stood there. `--without-source` shows what would be
known if nothing that this source has said since then were believed: its word stands as it was before. Put in place it is where
two persons have decided so (docs/decisions/0040).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from suar.audit.actions import append
from suar.core.act import Act
from suar.intake.queries.batches import Stated, batch, open_batches, stated_in, stated_of
from suar.intake.queries.mappings import sources
from suar.intake.queries.quarantine import CONFIRMED, Left, left_out, waiting
from suar.journeys.jobs import look as findings
from suar.journeys.jobs import permits
from suar.persons.jobs import place
from suar.site.auth import system_act
from suar.site.rebuilding import WALLS, opened_sum, parts, project, rebuild, settled_snapshot
from suar.site.running.home import CannotRun
from suar.site.terminal import beside
from suar.site.terminal.beside import BESIDE, LIVE, Compared
from suar.vault.queries import DEFAULT

EVERY = 10**9
BEGINNING = {"start", "beginning"}


@dataclass(slots=True)
class Scope:
    """Whom a replay is about, on one side of the wall."""

    everybody: bool
    again: set[UUID] = field(default_factory=set)  # made anew
    permits: list[Stated] = field(default_factory=list)  # of licences and job orders, which are about nobody


def replay(*, since: str, without_source: str | None = None, key: str = "", apply: bool = False) -> int:
    """Exit status 0 when the rebuilt state is byte-equal, or was put in place, or a source was left out; 1 when it differs."""
    act = system_act("replay")
    start = instant(since)
    if without_source:
        return without(Left(without_source, key, start), apply=apply, act=act)
    if key:
        raise CannotRun("--key names a key of the source that --without-source names.")
    tables = {wall: beside.derived(wall) for wall in WALLS}
    with ExitStack() as stack:
        for wall in WALLS:
            stack.enter_context(beside.made(wall, tables[wall]))
        found, equal = rebuilt(tables, start, apply=apply, act=act)
    print_result(found, equal)
    return 0 if equal or apply else 1


def without(left: Left, *, apply: bool, act: Act) -> int:
    """The state without this word, to be looked at; put in place where just this was decided by two persons and is not shown yet."""
    if left.source not in sources(act.at).names:
        raise CannotRun(f"No source is called {left.source}. There are: {', '.join(sources(act.at).names)}.")
    decided = [one.left for one in waiting() if one.state == CONFIRMED]
    if apply and left not in decided:
        raise CannotRun(
            "Only what two persons have decided is left out for good: suar quarantine, confirmed by the second, from just that instant."
        )
    found = rebuild(None if apply else left, apply=apply, act=act)
    print_result(found.tables, found.equal)
    return 0


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


def rebuilt(tables: dict[str, list[str]], start: datetime, *, apply: bool, act: Act) -> tuple[list[Compared], bool]:
    """Rebuild beside, compare, and put in place where that was asked. All of one moment: one snapshot on each side."""
    with ExitStack() as stack:
        settled_snapshot(stack, hold=apply, act=act)
        before = {wall: opened_sum(wall) for wall in WALLS}
        for wall in WALLS:
            scope = scope_of(wall, start, act.at)
            beside.turn_to(BESIDE, wall)
            make_again(wall, tables[wall], scope, act)
        after = {wall: opened_sum(wall) for wall in WALLS}
        found = [one for wall in WALLS for one in beside.compare(wall, tables[wall])]
        equal = before == after and not any(one.differing for one in found)
        if apply and not equal:
            for wall in WALLS:
                beside.turn_to(LIVE, wall)
                beside.put_in_place(wall, tables[wall])
            append("state.replayed", act, rows=sum(one.differing for one in found))
    return found, equal


def done(wall: str) -> str:
    return "projected" if wall == DEFAULT else "placed"


def scope_of(wall: str, start: datetime, at: datetime) -> Scope:
    """Whom the batches since then name."""
    scope = Scope(everybody=True)
    for id_ in open_batches(done(wall), at, wall=wall, limit=EVERY):
        kept = batch(id_, wall=wall)
        if kept is None or kept.received_at < start:
            scope.everybody = False
            continue
        records = stated_in([id_], wall=wall)
        scope.again.update(record.subject for record in records if record.subject)
        scope.permits += [record for record in records if record.kind in permits.SHAPES]
    return scope


def make_again(wall: str, tables: Sequence[str], scope: Scope, act: Act) -> None:
    if not scope.everybody:
        beside.copy(wall, tables)
        beside.forget(wall, tables, sorted(scope.again))
    for ids in parts(sorted(scope.again)):
        records = stated_of(ids, wall=wall)
        place(records, act=act, wall=wall)
        if wall == DEFAULT:
            project(records, left_out(), act)
    if wall == DEFAULT:
        permits.project(scope.permits)
        findings.look(scope.again, act=act, quietly=True)


def print_result(found: Sequence[Compared], equal: bool) -> None:
    print(f"{'derived table':<24}{'live':>12}{'rebuilt':>12}{'differing':>12}")
    for one in found:
        print(f"{one.table:<24}{one.live:>12,}{one.rebuilt:>12,}{one.differing:>12,}")
    print("byte-equal: the derived state follows from the facts" if equal else "not equal")
