"""`suar resolve` without a file: everybody in the register compared again under the policy in force.

Without `--full` only those whose links another policy made, and those who belong to no person: what an adopted policy
leaves to do, and what a run that was killed left over. A part that looks wrong is undone, and the run stops there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.linking.guard import BatchPolicy, GuardRow
from suar.core.standard.tables import read_table
from suar.persons.jobs import resolve_again
from suar.persons.queries import subjects_after
from suar.persons.queries.found import count, matching_policy
from suar.policies.queries import in_force
from suar.site.auth import system_act
from suar.site.batch.progress import Progress
from suar.site.batch.work import Work
from suar.site.running.home import here
from suar.vault.queries import DEFAULT, PROTECTION

WALLS = (DEFAULT, PROTECTION)
#: Subjects of one transaction (DESIGN 5).
AT_ONCE = 500


class LooksWrong(Exception):
    """A part of the run broke a limit of policy/matching/batch.yaml; what it said is for a human."""


def resolve_register(*, full: bool = False, anyway: bool = False) -> int:
    """Exit status 0 when everybody was compared, 1 where the run stopped because it looked wrong."""
    act = system_act("resolve")
    bundle = in_force(act.at)
    policy = matching_policy(bundle)
    guard = read_table(BatchPolicy, bundle.under("matching")["batch"], "matching/batch").guard
    work = Work(here().folder / "resolve", {"policy": policy.name, "full": str(full)})
    progress = Progress("resolving", "subjects", count() if full else AT_ONCE)
    moved = 0
    try:
        for wall in WALLS:
            moved += _side(wall, full, guard, work, progress, anyway=anyway, act=act)
    except LooksWrong as why:
        print(f"This run looks wrong: {why} That part was undone; --anyway lets it through.", file=sys.stderr)
        return 1
    finally:
        work.let_go()
    progress.end()
    work.remove()
    print(f"{moved:,} subjects belong to another person than before, under {policy.name}")
    return 0


def _side(wall: str, full: bool, guard: GuardRow, work: Work, progress: Progress, *, anyway: bool, act: Act) -> int:
    """One side of the wall, from where a killed run stopped."""
    after: UUID | None = work.kept(wall) if work.has(wall) else None
    policy = matching_policy(in_force(act.at))
    moved = 0
    while True:
        with transaction.atomic(using=wall):
            as_hub(wall=wall)
            ids = subjects_after(after, policy, everybody=full, at_most=AT_ONCE, wall=wall)
        if not ids:
            return moved
        check = _pass if anyway else partial(_check, guard, len(ids))
        moved += len(resolve_again(ids, check, act=act, wall=wall))
        after = ids[-1]
        work.keep(wall, after)
        progress.more(len(ids))


def _check(guard: GuardRow, asked: int, changed: Mapping[UUID, UUID], largest: int) -> None:
    if largest > guard.largest_person:
        raise LooksWrong(f"one person would have {largest} subjects; {guard.largest_person} are allowed.")
    if asked >= guard.records and 1000 * len(changed) > guard.matched_moved * asked:
        raise LooksWrong(
            f"{len(changed)} of {asked} would belong to another person; {guard.matched_moved} in 1,000 may."
        )


def _pass(changed: Mapping[UUID, UUID], largest: int) -> None:
    """A human looked."""
