"""The officer decides; the advice stays beside it. What he decides may put a task before another desk."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.advise import needs_supervisor
from suar.core.advice.deciding import RESTRICTING, Decided, Way, checked, way_of
from suar.core.advice.values import Advice, Decision
from suar.core.errors import Conflict, Refusal
from suar.exchange.actions import publish
from suar.policies.queries import in_force
from suar.screening import access
from suar.screening.actions.again import Superseded
from suar.screening.actions.announce import announce_decided
from suar.screening.actions.refer import put_before
from suar.screening.events import screening_decided
from suar.screening.models import Screening
from suar.screening.queries import tables
from suar.screening.queries.deciding import deciding, entry_reasons


class AlreadyDecided(Conflict):
    """A decision is made once; what changes later is a new act."""

    code = "screening.already_decided"


class SupervisorNeeded(Refusal):
    """An officer proposes a refusal; only a supervisor's signature makes it one."""

    code = "screening.supervisor_needed"
    status = 422


COLUMNS = ["decision", "ground", "coded", "reason", "decided_by", "decided_at", "supervisor", "signature"]


@transaction.atomic(durable=True)
def decide(screening_id: UUID, decided: Decided, *, act: Act) -> Screening:
    """Record the officer's decision, once.

    Refuses: AlreadyDecided; Superseded where the question was asked again; what `core.advice.deciding.checked` refuses; SupervisorNeeded
    for a refusal, which is proposed (`actions.propose`) and signed (`actions.sign`).
    """
    screening = access.screening_for(act, screening_id, door="screening.decide", lock=True)
    decided, way = weighed(screening, decided, act)
    if needs_supervisor(decided.decision, tables(in_force(act.at)).expected):
        raise SupervisorNeeded()
    screening.decided_by, screening.decided_at = act.actor, act.at
    stand(screening, decided, way, act)
    return screening


def weighed(screening: Screening, decided: Decided, act: Act) -> tuple[Decided, Way]:
    """What was decided, checked against the lists in force, and in which direction it departs. Refuses: as `decide`."""
    if screening.decided_at:
        raise AlreadyDecided()
    if screening.superseded_by:
        raise Superseded(by=str(screening.superseded_by))
    bundle = in_force(act.at)
    expected, advice = tables(bundle).expected, Advice(screening.advice)
    reasons = entry_reasons(screening.purpose, decided.decision, act.at)
    said = checked(decided, screening.purpose, advice, deciding(bundle), expected, frozenset(reasons))
    return said, way_of(decided.decision, advice, expected)


def stand(screening: Screening, decided: Decided, way: Way, act: Act) -> None:
    """Write the decision of `screening.decided_by`, in the caller's transaction, and pass on what it asks of another desk."""
    screening.decision, screening.ground = decided.decision.value, decided.ground
    screening.coded, screening.reason = decided.coded, decided.words
    screening.save(update_fields=COLUMNS)
    append(
        "screening.decided",
        act,
        about=[screening.id, *screening.subjects],
        decision=decided.decision.value,
        ground=decided.ground,
        coded=decided.coded,
        departs=way,
        signed=screening.signature is not None,
    )
    queue = "secondary" if decided.decision is Decision.INTERVIEW else decided.desk
    if queue:
        put_before(screening, queue, act)
    subject = screening.subjects[0] if screening.subjects else None
    publish(screening_decided(screening.id, subject, decided.decision.value, act.agency), act)
    announce_decided(screening, decided.decision, act)


def restricts(screening: Screening) -> bool:
    """Whether the decision holds somebody up, so that a notice and a lawful entry are due."""
    return screening.decision is not None and Decision(screening.decision) in RESTRICTING
