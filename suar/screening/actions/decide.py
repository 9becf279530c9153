"""The officer decides; the advice stays beside it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.advise import departs, needs_supervisor
from suar.core.advice.values import Advice, Decision
from suar.core.errors import Conflict, Refusal
from suar.exchange.actions import publish
from suar.policies.queries import in_force
from suar.screening import access
from suar.screening.actions.again import Superseded
from suar.screening.events import screening_decided
from suar.screening.models import Screening
from suar.screening.queries import tables


class AlreadyDecided(Conflict):
    """A decision is made once; what changes later is a new act."""

    code = "screening.already_decided"


class ReasonMissing(Refusal):
    """The decision departs from what the advice expects: say why."""

    code = "screening.reason_missing"
    status = 422


class SupervisorNeeded(Refusal):
    """Only a supervisor beside the officer makes a refusal."""

    code = "screening.supervisor_needed"
    status = 422


@transaction.atomic(durable=True)
def decide(
    screening_id: UUID, decision: Decision, reason: str, *, act: Act, supervisor: UUID | None = None
) -> Screening:
    """Record the officer's decision, once.

    Refuses: AlreadyDecided; Superseded where the question was asked again; ReasonMissing when the decision departs from what the advice
    expects; SupervisorNeeded for a refusal.
    """
    screening = access.screening_for(act, screening_id, door="screening.decide", lock=True)
    if screening.decided_at:
        raise AlreadyDecided()
    if screening.superseded_by:
        raise Superseded(by=str(screening.superseded_by))
    expected = tables(in_force(act.at)).expected
    if departs(decision, Advice(screening.advice), expected) and not reason.strip():
        raise ReasonMissing()
    if needs_supervisor(decision, expected) and (supervisor is None or supervisor == act.actor):
        raise SupervisorNeeded()
    screening.decision, screening.reason, screening.supervisor = decision.value, reason.strip(), supervisor
    screening.decided_by, screening.decided_at = act.actor, act.at
    screening.save(update_fields=["decision", "reason", "decided_by", "decided_at", "supervisor"])
    append(
        "screening.decided",
        act,
        about=[screening.id, *screening.subjects],
        decision=decision.value,
        departs=bool(reason.strip()),
    )
    publish(
        screening_decided(
            screening.id, screening.subjects[0] if screening.subjects else None, decision.value, act.agency
        ),
        act,
    )
    return screening
