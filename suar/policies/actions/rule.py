"""The second person's word on a proposal: adopted from a moment on, or declined; and the proposer's own, which can only withdraw."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.policies.access import check
from suar.policies.actions.propose import LEAST_REASON, ReasonShort, judge
from suar.policies.models import Proposal, Ruling, Version
from suar.policies.queries import newest_version, ruled, seat_office, tried
from suar.vault.queries import new_id

FURTHEST = timedelta(days=366)
INSTANT = timedelta(microseconds=1)  # two versions never begin at once: which holds would be a matter of chance


class OwnProposal(Refusal):
    """Whoever proposed, or sits in the same office, does not adopt."""

    code = "policy.own_office"


class RuledAlready(Conflict):
    """A proposal is ruled on once."""

    code = "policy.ruled_already"


class NotTried(Refusal):
    """What comes out over past screenings is looked at before a change is adopted. What was in force before needs no trial."""

    code = "policy.not_tried"
    status = 422


class MovedOn(Conflict):
    """Another version came in force since this was proposed: adopting it now would undo that one unseen."""

    code = "policy.moved_on"


class BadMoment(Refusal):
    """In force from now, or from a moment within a year; never from one that is past, nor before the version that it changes."""

    code = "policy.bad_moment"
    status = 422


@transaction.atomic(durable=True)
def adopt(proposal: UUID, reason: str, *, act: Act, from_at: datetime | None = None) -> UUID:
    """Put a proposal in force, from now or from a later moment; returns the version.

    Refuses: NotFound; RuledAlready; OwnProposal; ReasonShort; NotTried; MovedOn; BadMoment; BadProposal where the tables beside it have changed.
    """
    check(act, "policy.adopt")
    one = open_proposal(proposal, reason, act)
    newest = newest_version(one.name)
    if newest is None or newest.id != one.of:
        raise MovedOn()
    earliest = max(act.at, newest.in_force_from + INSTANT)
    begins = from_at or earliest
    if not earliest <= begins <= act.at + FURTHEST:
        raise BadMoment()
    if one.again is None and not tried(one.id):
        raise NotTried()
    judge(one.name, one.content, act)
    _rule(one, "adopted", reason, act, begins)
    made = Version.objects.create(
        id=new_id(act.at), name=one.name, sha256=one.sha256, content=one.content, in_force_from=begins, adopted_by=act.actor,
        reason=reason.strip(), written=one.written, proposal=one.id,
    )  # fmt: skip
    append("policy.adopted", act, about=[one.id, made.id], tables=1, names=one.name, in_force_from=begins.isoformat())
    return made.id


@transaction.atomic(durable=True)
def decline(proposal: UUID, reason: str, *, act: Act) -> None:
    """Refuses: NotFound; RuledAlready; OwnProposal; ReasonShort."""
    check(act, "policy.adopt")
    one = open_proposal(proposal, reason, act)
    _rule(one, "declined", reason, act)
    append("policy.declined", act, about=[one.id], name=one.name)


@transaction.atomic(durable=True)
def withdraw(proposal: UUID, *, act: Act) -> None:
    """Refuses: NotFound alike for none and for somebody else's; RuledAlready."""
    check(act, "policy.propose")
    one = Proposal.objects.filter(id=proposal, by=act.actor).first()
    if one is None:
        raise NotFound()
    if ruled(one.id):
        raise RuledAlready()
    _rule(one, "withdrawn", "", act)
    append("policy.withdrawn", act, about=[one.id], name=one.name)


def open_proposal(proposal: UUID, reason: str, act: Act) -> Proposal:
    one = Proposal.objects.filter(id=proposal).first()
    if one is None:
        raise NotFound()
    if ruled(one.id):
        raise RuledAlready()
    if one.by == act.actor or one.office == seat_office(act):
        raise OwnProposal()
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonShort()
    return one


def _rule(one: Proposal, ruling: str, reason: str, act: Act, from_at: datetime | None = None) -> None:
    try:
        Ruling.objects.create(
            proposal=one.id, ruling=ruling, in_force_from=from_at, reason=reason.strip(), at=act.at, by=act.actor, role=act.role, desk=act.desk
        )  # fmt: skip
    except IntegrityError as other:
        if "policies_ruling_pkey" in str(other):  # two ruled at once
            raise RuledAlready() from other
        raise
