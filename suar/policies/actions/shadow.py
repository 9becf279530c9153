"""Try a proposal: over what was asked before, and beside the live version on what is asked from now on. Neither is ever shown at a desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.policies.access import check
from suar.policies.actions.rule import RuledAlready
from suar.policies.models import Compared, Proposal, Run, RunEnd, Trial
from suar.policies.queries import ruled, running
from suar.vault.queries import new_id

USUAL_TRIAL, USUAL_DAYS, MOST_DAYS = 10_000, 14, 366


class ShadowRuns(Conflict):
    """One shadow at a time for each table."""

    code = "policy.shadow_runs"


class TrialRuns(Conflict):
    """A trial of this proposal is running: its numbers are coming."""

    code = "policy.trial_runs"


@transaction.atomic(durable=True)
def ask_trial(proposal: UUID, *, act: Act, last: int = USUAL_TRIAL) -> UUID:
    """Have the last so many screenings weighed again with this proposal. Refuses: NotFound; TrialRuns."""
    check(act, "policy.propose")
    if not Proposal.objects.filter(id=proposal).exists():
        raise NotFound()
    if Trial.objects.filter(proposal=proposal, finished_at=None).exists():
        raise TrialRuns()
    made = Trial.objects.create(
        id=new_id(act.at), proposal=proposal, last=last, at=act.at, by=act.actor, role=act.role, desk=act.desk
    )
    append("policy.trial_asked", act, about=[proposal, made.id], last=last)
    return made.id


def note_tried(trial: Trial, done: int, place: UUID | None, counts: Mapping[str, Mapping[str, int]], act: Act) -> None:
    """Add what one part of a trial counted; without a place it is finished. In the caller's transaction."""
    merged = {
        name: dict(Counter(trial.counts.get(name, {})) + Counter(counts.get(name, {})))
        for name in {*trial.counts, *counts}
    }
    trial.counts, trial.done, trial.place = merged, trial.done + done, place or trial.place
    trial.finished_at = None if place else act.at
    trial.save(update_fields=["counts", "done", "place", "finished_at"])
    if not place:
        append("policy.tried", act, about=[trial.proposal, trial.id], done=trial.done)


@transaction.atomic(durable=True)
def start_shadow(proposal: UUID, *, act: Act, days: int = USUAL_DAYS) -> UUID:
    """Weigh this proposal beside the live version from now on. Refuses: NotFound; RuledAlready; ShadowRuns."""
    check(act, "policy.propose")
    one = Proposal.objects.filter(id=proposal).first()
    if one is None:
        raise NotFound()
    if ruled(one.id):
        raise RuledAlready()
    if running(one.name, act.at):
        raise ShadowRuns()
    made = _started(one, act.at + timedelta(days=min(max(days, 1), MOST_DAYS)), act)
    append("policy.shadow_started", act, about=[one.id, made.id], name=one.name, until=made.until_at.isoformat())
    return made.id


def _started(one: Proposal, until: datetime, act: Act) -> Run:
    try:
        return Run.objects.create(
            id=new_id(act.at), proposal=one.id, name=one.name, from_at=act.at, until_at=until, at=act.at, by=act.actor, role=act.role,
            desk=act.desk,
        )  # fmt: skip
    except IntegrityError as other:  # two began at once
        raise ShadowRuns() from other


@transaction.atomic(durable=True)
def end_shadow(run: UUID, *, act: Act) -> None:
    """End a shadow run before its time; what it has compared stays. Refuses: NotFound, alike for one that is over."""
    check(act, "policy.propose")
    one = Run.objects.filter(id=run, until_at__gt=act.at).first()
    if one is None or RunEnd.objects.filter(run=run).exists():
        raise NotFound()
    RunEnd.objects.create(run=run, at=act.at, by=act.actor, role=act.role, desk=act.desk)
    append("policy.shadow_ended", act, about=[one.proposal, run], name=one.name)


def note_compared(rows: Sequence[Compared]) -> None:
    """What screenings were advised live and in shadow. Doing it twice changes nothing. In the caller's transaction."""
    Compared.objects.bulk_create(rows, ignore_conflicts=True)
