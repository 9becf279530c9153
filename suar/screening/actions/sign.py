"""A supervisor of the office sees the evidence, then signs a proposed refusal or declines it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.deciding import Decided, way_of
from suar.core.advice.values import Advice, Decision
from suar.core.canonical import canonical
from suar.core.errors import Conflict, Refusal
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.policies.queries import in_force
from suar.screening import access
from suar.screening.access.refusals import proposal_for
from suar.screening.actions.decide import AlreadyDecided, stand
from suar.screening.queries import tables
from suar.screening.queries.refusals import Proposal, looked, place_of
from suar.vault.queries import new_id, seal


class OwnProposal(Refusal):
    """Whoever proposes a refusal does not sign it."""

    code = "refusal.own"


class EvidenceFirst(Refusal):
    """The evidence is looked at before a word is said."""

    code = "refusal.evidence_first"
    status = 422


class WordsMissing(Refusal):
    """A refusal is declined, or signed, with a reason in words."""

    code = "refusal.words"
    status = 422


class Over(Conflict):
    """The proposal has lapsed, was answered, or the screening has come to another end."""

    code = "refusal.over"


@transaction.atomic(durable=True)
def look(proposal_id: UUID, *, act: Act) -> None:
    """Note that this supervisor has looked at the evidence; only then what the officer says stands on the page. Idempotent."""
    found = signable(proposal_id, act)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO screening_looked (proposal, by, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [proposal_id, act.actor, act.at],
        )
    append("refusal.looked", act, about=[proposal_id, found.screening])


@transaction.atomic(durable=True)
def sign(proposal_id: UUID, agrees: bool, words: str, *, act: Act) -> str:
    """Sign, and the refusal stands with both names; or decline, and nothing is decided. Returns `signed` or `declined`.

    Refuses: NotFound, also at another office; OwnProposal; EvidenceFirst; WordsMissing; Over; AlreadyDecided.
    """
    found = signable(proposal_id, act)
    screening = access.screening_for(act, found.screening, door="screening.sign", lock=True)
    if not looked(proposal_id, act.actor):
        raise EvidenceFirst()
    if not words.strip():
        raise WordsMissing()
    if screening.decided_at or screening.superseded_by:
        raise AlreadyDecided()
    ruling = "signed" if agrees else "declined"
    signature = write(found, ruling, words.strip(), act)
    append(f"refusal.{ruling}", act, about=[proposal_id, found.screening, *screening.subjects])
    publish(Happened(type=f"refusal.{ruling}", giver=found.agency, thing=proposal_id, classes=("screening",)), act)
    if agrees:
        screening.decided_by, screening.decided_at = found.by, act.at
        screening.supervisor, screening.signature = act.actor, signature
        said = Decided(decision=Decision.REFUSE, ground=found.ground, coded=found.coded, words=found.words)
        way = way_of(said.decision, Advice(screening.advice), tables(in_force(act.at)).expected)
        stand(screening, said, way, act)
    return ruling


def signable(proposal_id: UUID, act: Act) -> Proposal:
    """The proposal, where this supervisor may answer it now. Refuses: NotFound; OwnProposal; Over."""
    found = proposal_for(replace(act, reference=str(proposal_id)), proposal_id)
    if found.by == act.actor:
        raise OwnProposal()
    if not found.open_at(act.at):
        raise Over()
    return found


INSERT = """
INSERT INTO screening_signature (id, at, agency, office, proposal, screening, proposed_by, by, ruling, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (proposal) DO NOTHING
"""


def write(found: Proposal, ruling: str, words: str, act: Act) -> UUID:
    """Refuses: Over, where a colleague answered meanwhile."""
    id_ = new_id(act.at)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                id_, act.at, found.agency, found.office, found.id, found.screening, found.by, act.actor, ruling,
                seal(canonical({"words": words}), about=place_of(id_)),
            ],
        )  # fmt: skip
        if not cursor.rowcount:
            raise Over()
    return id_
