"""The derived state without what two persons have decided not to believe, or with it again: worked out beside the live state and put in its
place in one act (docs/decisions/0012, 0040). Killed at any moment it has changed nothing, and is taken up again from its states.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.actions.quarantine import doubt_no_longer, shown
from suar.intake.actions.stand import Restood, stand_again
from suar.intake.jobs.again import take_again
from suar.intake.queries.batches import Stated, open_batches, stated_by, stated_of
from suar.intake.queries.quarantine import CONFIRMED, Left, Standing, doubted, left_out, spoken_of, waiting
from suar.intake.queries.spoken import spoken
from suar.journeys.jobs import look as findings
from suar.journeys.jobs import permits
from suar.journeys.jobs import project as journeys
from suar.persons.actions import DECIDING
from suar.persons.actions.ask_about import ask_about_leaning
from suar.persons.jobs import PLACING, place
from suar.persons.queries import export, pairs_leaning
from suar.registers import jobs as registers
from suar.registers.queries.law import legal_basis
from suar.registers.queries.lists import changed_since
from suar.screening.jobs.touched import touch_later
from suar.site.auth import now
from suar.site.running.home import CannotRun
from suar.site.sweep import sweep
from suar.site.terminal import beside
from suar.site.terminal.beside import BESIDE, LIVE, Compared
from suar.vault.queries import DEFAULT, PROTECTION, new_id

WALLS = (DEFAULT, PROTECTION)
AT_ONCE = 1_000
REBUILDING = 7_306_120  # advisory lock: one at a time makes tables beside the live ones
TRIES, PAUSE_SECONDS = 60, 0.5
#: What is made of records alone, one by one: forgotten and made again for whom it concerns. Persons and findings are decided again, since
#: what is decided of one depends on others.
PROJECTED = frozenset(
    {"registers_entry", "registers_key", "journeys_step", "journeys_crossing", "journeys_thing", "journeys_permit"}
)


@dataclass(slots=True)
class Rebuilt:
    """What came of it: the tables beside each other, whom it concerned, and who belongs to another person now."""

    tables: list[Compared] = field(default_factory=list)
    subjects: set[UUID] = field(default_factory=set)
    moved: dict[UUID, UUID] = field(default_factory=dict)
    equal: bool = True


def rebuild_due(*, act: Act) -> bool:
    """Show what was decided and is not shown yet. Returns whether anything was; who comes while another is at it leaves it to him."""
    if not waiting():
        return False
    with alone() as ours:
        if ours:
            rebuild(None, apply=True, act=act)
    return ours


def rebuild(left: Left | None, *, apply: bool, act: Act) -> Rebuilt:
    """Without what is to be left out: for a look, `left` on top of what two persons decided; with `apply`, just that, put in place.
    Raises CannotRun when records come faster than they can be placed.
    """
    tables = {wall: beside.derived(wall) for wall in WALLS}
    with ExitStack() as stack:
        for wall in WALLS:
            stack.enter_context(beside.made(wall, tables[wall]))
        with ExitStack() as inside:
            settled_snapshot(inside, hold=apply, act=act)
            decided = waiting()
            found = rebuilt(tables, decided, left, act)
            if not apply:
                for wall in WALLS:
                    transaction.set_rollback(True, using=wall)
                return found
            for wall in WALLS:
                beside.turn_to(LIVE, wall)
                beside.put_in_place(wall, [one.table for one in found.tables if one.wall == wall and taken(one)])
                for one in decided:
                    doubt_no_longer(one, wall=wall)
            for one in decided:
                shown(one, act=act, rows=sum(compared.differing for compared in found.tables))
            for one in decided:
                if one.state == CONFIRMED:
                    ask_about_leaning(pairs_leaning(spoken_of(one.left), one.since), act)
            tell(found, act)
    return found


def taken(one: Compared) -> bool:
    """Of persons all tables go together: what differs in sealed claims alone shows in no other column."""
    return bool(one.differing) or one.table.startswith("persons_")


@contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else rebuilds. The lock goes with the connection, however its program ends."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [REBUILDING])
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        if ours:
            with connections[DEFAULT].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [REBUILDING])


def rebuilt(tables: dict[str, list[str]], decided: list[Standing], extra: Left | None, act: Act) -> Rebuilt:
    """Beside the live state, in the caller's transactions."""
    found = Rebuilt()
    changed = [*(one.left for one in decided), *([extra] if extra else [])]
    left = [*left_out(), *([extra] if extra else [])]
    before = {wall: opened_sum(wall) for wall in WALLS}
    for wall in WALLS:
        take_again(changed, left, act=act, wall=wall)
        concerned = stand_again(changed, left, wall=wall)
        if wall == DEFAULT:
            concerned.subjects |= listed(changed)
        beside.turn_to(BESIDE, wall)
        beside.copy(wall, tables[wall])
        beside.forget(wall, [name for name in tables[wall] if name in PROJECTED], sorted(concerned.subjects))
        found.moved |= made_again(concerned, left, wall, act)
        if wall == DEFAULT:
            found.subjects = concerned.subjects
    after = {wall: opened_sum(wall) for wall in WALLS}
    found.tables = [one for wall in WALLS for one in beside.compare(wall, tables[wall])]
    found.equal = before == after and not any(one.differing for one in found.tables)
    return found


def listed(changed: Sequence[Left]) -> set[UUID]:
    """Of whom its lists have said something since then."""
    records = {record for one in changed if not one.key for record in changed_since(one.source, one.since)}
    return {one.subject for one in spoken(sorted(records)) if one.subject}


def made_again(concerned: Restood, left: Sequence[Left], wall: str, act: Act) -> dict[UUID, UUID]:
    """Whom it concerns, from what is believed of them now. Returns who belongs to another person than before."""
    moved: dict[UUID, UUID] = {}
    for ids in parts(sorted(concerned.subjects)):
        moved |= place([], left=ids, act=act, wall=wall)
        if wall == DEFAULT:
            project(stated_of(ids), left, act)
    if wall == DEFAULT:
        for ids in parts(sorted(concerned.nobody)):
            permits.forget_records(ids)
            permits.project(stated_by(ids))
        findings.look(concerned.subjects | set(moved), act=act, quietly=True)
    return moved


def project(records: Sequence[Stated], left: Sequence[Left], act: Act) -> None:
    """Entries and steps of these records, under the law in force; nobody is told, for nothing has happened."""
    standing = [record for record in records if not record.withdrawn and record.subject]
    registers.write(registers.mirrored(standing, legal_basis(act.at), left=left))
    journeys.project(standing)


def tell(found: Rebuilt, act: Act) -> None:
    """Who is another person now is told as at any other time; of everybody concerned open questions are asked again."""
    moved = sorted(found.moved.items())
    publish_many([Happened(type="person.changed", giver="suar", thing=p, subject=s) for s, p in moved], act)
    findings.mark(found.subjects)
    ask_again(found.subjects, act)


def ask_again(subjects: set[UUID], act: Act) -> None:
    """Open questions about these are asked again, and whoever has left meanwhile is looked at. In the caller's transaction."""
    ids = sorted(subjects)
    touch_later([new_id(act.at) for _ in ids], ids)


@transaction.atomic
def follow(quarantine: UUID, *, act: Act) -> None:
    """After a quarantine was decided on: about whom nothing may be weighed any more, open questions are asked again at once."""
    as_hub()
    ask_again(doubted(quarantine), act)


def settled_snapshot(stack: ExitStack, *, hold: bool, act: Act) -> None:
    """One snapshot on each side of the wall in which no accepted record waits to be placed or projected.

    `hold` keeps placers, judges and lookers out until the end. What waits is done here, so that it does not matter whether a worker runs.
    Raises CannotRun when records come faster than they can be placed.
    """
    for _ in range(TRIES):
        with ExitStack() as trying:
            for wall in WALLS:
                trying.enter_context(transaction.atomic(using=wall))
                with connections[wall].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    if hold:
                        cursor.execute(
                            "SELECT pg_advisory_xact_lock(%s), pg_advisory_xact_lock(%s)",
                            [PLACING[wall], DECIDING[wall]],
                        )
                as_hub(wall=wall)
            some_wait = any(open_batches(state, now(), wall=wall) for wall in WALLS for state in unshown(wall))
            if not some_wait and not findings.waiting():
                stack.push(trying.pop_all())
                return
        sweep(act=act, left=timedelta(0))
        while findings.look_waiting(act=act):
            pass
        time.sleep(PAUSE_SECONDS)
    raise CannotRun("Records come in faster than they are placed; try again when less is coming.")


def unshown(wall: str) -> tuple[str, ...]:
    """Batch states that derived tables do not show yet; behind the wall nothing is projected."""
    return ("read", "placed") if wall == DEFAULT else ("read",)


def parts(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def opened_sum(wall: str) -> str:
    """The hash of the canonical export, in which sealed values are compared opened."""
    return hashlib.sha256(canonical(export(wall=wall))).hexdigest()
