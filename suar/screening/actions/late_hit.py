"""A late hit: what is known now would have led to an offer of help or a talk, and the traveller has left. The mission at the destination is
asked to assist. It is told where and until when; not what was found, and nothing that accuses.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.advice.values import ADVICE_IN_ORDER, Advice
from suar.intake.queries.civil import CivilAnswer
from suar.journeys.queries import Step, steps
from suar.policies.queries import in_force
from suar.screening.access import body_of
from suar.screening.actions.question import Asked, read_question
from suar.screening.actions.refer import put_before
from suar.screening.actions.weigh import weigh
from suar.screening.models import Screening
from suar.screening.queries import tables
from suar.screening.queries.touched import drop_later, keep_later

HELPS = frozenset({Advice.ASSIST, Advice.SECONDARY, Advice.HOLD})
EARLY = timedelta(hours=6)  # a counter screens before or while it stamps; clocks of two systems differ


@transaction.atomic(durable=True)
def look_late(screening_id: UUID, *, act: Act) -> UUID | None:
    """Weigh the question again with what is known now. Where it would be advised more and a departure is known, ask the mission; where none
    is known yet, keep it to be looked at again. Returns the task. Idempotent: one request a screening.
    """
    as_hub()
    screening = Screening.objects.filter(id=screening_id).first()
    if screening is None:
        return None
    drop_later(screening_id)
    if not more_now(screening, act):
        return None
    left = departure_of(screening)
    if left is None:
        keep_later(screening_id, screening.at)
        return None
    declared = str(body_of(screening)["journey"].get("destination", ""))
    return put_before(screening, "mission", act, place=declared or left.country)


def more_now(screening: Screening, act: Act) -> bool:
    """Whether the same question would be advised more today; the civil register's word is the one of the day."""
    body = body_of(screening)
    asked, civil = Asked(**body["asked"]), CivilAnswer(**body["civil"])
    traveller = read_question(asked, act)
    weighed = weigh(asked, traveller, lambda: civil, tables(in_force(act.at)), act)
    before = ADVICE_IN_ORDER.index(Advice(screening.advice))
    return weighed.advised.advice in HELPS and ADVICE_IN_ORDER.index(weighed.advised.advice) > before


def departure_of(screening: Screening) -> Step | None:
    """The exit after the answer, as the traveller's records say."""
    left = [
        step
        for step in steps(screening.subjects)
        if step.kind == "crossing"
        and step.state == "exit"
        and step.facts.get("result", "allowed") == "allowed"
        and step.at >= screening.at - EARLY
    ]
    return left[-1] if left else None
