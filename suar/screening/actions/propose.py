"""An officer proposes a refusal. Nothing is refused by it: a supervisor of the office, whom nobody names, signs or declines."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.core.canonical import canonical
from suar.core.errors import Conflict
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.policies.queries import in_force
from suar.screening import access
from suar.screening.actions.decide import weighed
from suar.screening.queries.deciding import deciding
from suar.screening.queries.refusals import open_proposal, place_of
from suar.vault.queries import new_id, seal


class ProposalOpen(Conflict):
    """A refusal is proposed already and waits for a supervisor."""

    code = "screening.proposal_open"


INSERT = """
INSERT INTO screening_proposal (id, at, until, agency, office, desk, screening, by, ground, coded, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def propose(screening_id: UUID, decided: Decided, *, act: Act) -> UUID:
    """Propose that this traveller be refused; returns the proposal. The screening stays undecided, and the officer may decide otherwise.

    Refuses: as `decide`; ProposalOpen.
    """
    assert decided.decision is Decision.REFUSE
    screening = access.screening_for(act, screening_id, door="screening.decide", lock=True)
    said, way = weighed(screening, decided, act)
    if open_proposal(screening_id, act.at):
        raise ProposalOpen()
    proposal = new_id(act.at)
    until = act.at + timedelta(minutes=deciding(in_force(act.at)).file.lapses_after_minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                proposal, act.at, until, screening.agency, screening.office, act.desk, screening_id, act.actor, said.ground, said.coded,
                seal(canonical({"words": said.words}), about=place_of(proposal)),
            ],
        )  # fmt: skip
    append(
        "refusal.proposed", act, about=[proposal, screening_id, *screening.subjects], ground=said.ground, coded=said.coded, departs=way
    )  # fmt: skip
    publish(Happened(type="refusal.proposed", giver=screening.agency, thing=proposal, classes=("screening",)), act)
    return proposal
