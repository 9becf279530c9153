"""A refusal is two acts of two officers; nobody is refused by one alone, not even by hand in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from suar.audit.models import Entry
from suar.core.advice.deciding import GroundUnknown, ReasonMissing, ReasonUnknown
from suar.core.errors import NotFound
from suar.screening.actions.decide import SupervisorNeeded, decide
from suar.screening.actions.propose import ProposalOpen
from suar.screening.actions.sign import EvidenceFirst, Over, OwnProposal, WordsMissing, look, sign
from tests import cast
from tests.screening.desk import FACTS, LATER, kept, of_sari, proposed, refusal, rows

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
ELSEWHERE = cast.Seat("putu", "Putu Ardana", "supervisor", "imigrasi", "TPI-BTC", "BTC-S", "departure")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def arif(
    proposal: UUID, *, seat: cast.Seat = cast.ARIF, agrees: bool = True, words: str = "Bukti cocok.", looks: bool = True
) -> str:
    act = cast.act(seat, at=LATER, reference=str(proposal))
    if looks:
        look(proposal, act=act)
    return sign(proposal, agrees, words, act=act)


# law: UU 6/2011 Ps 16
def test_an_officer_proposes_and_a_supervisor_of_the_office_signs() -> None:
    screening = of_sari()
    proposal = proposed(screening)
    assert kept(screening).decision is None, "nothing is refused by a proposal"
    assert arif(proposal) == "signed"
    found = kept(screening)
    assert (found.decision, found.ground, found.coded, found.reason) == (
        "refuse",
        "no_valid_document",
        "document_invalid",
        FACTS,
    )
    assert (
        found.decided_by == cast.seated(cast.BIMA).officer_id and found.supervisor == cast.seated(cast.ARIF).officer_id
    )
    assert Entry.objects.filter(what="refusal.signed").count() == 1


def test_declined_it_stays_undecided_and_may_be_decided_otherwise_or_proposed_again() -> None:
    screening = of_sari()
    assert arif(proposed(screening), agrees=False) == "declined"
    assert kept(screening).decision is None
    assert proposed(screening, at=LATER)


def test_no_officer_refuses_alone() -> None:
    screening = of_sari()
    with pytest.raises(SupervisorNeeded):
        decide(screening, refusal(), act=cast.act(cast.BIMA, reference=str(screening)))
    assert kept(screening).decision is None


def test_whoever_proposes_does_not_sign_though_he_is_a_supervisor() -> None:
    proposal = proposed(of_sari(), cast.ARIF)
    with pytest.raises(OwnProposal):
        look(proposal, act=cast.act(cast.ARIF, at=LATER, reference=str(proposal)))


def test_a_supervisor_of_another_office_finds_nothing() -> None:
    with pytest.raises(NotFound):
        arif(proposed(of_sari()), seat=ELSEWHERE)


def test_the_evidence_comes_first_and_words_are_due() -> None:
    proposal = proposed(of_sari())
    with pytest.raises(EvidenceFirst):
        arif(proposal, looks=False)
    with pytest.raises(WordsMissing):
        arif(proposal, words=" ")


def test_a_proposal_that_nobody_answered_lapses_and_refuses_nobody() -> None:
    screening = of_sari()
    proposal = proposed(screening)
    late = cast.act(cast.ARIF, at=cast.NOON + timedelta(minutes=61), reference=str(proposal))
    with pytest.raises(Over):
        look(proposal, act=late)
    assert kept(screening).decision is None


def test_one_proposal_at_a_time() -> None:
    screening = of_sari()
    proposed(screening)
    with pytest.raises(ProposalOpen):
        proposed(screening)


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"ground": ""}, GroundUnknown),
        ({"ground": "examination"}, GroundUnknown),
        ({"coded": "looks"}, ReasonUnknown),
        ({"words": "kurang"}, ReasonMissing),
    ],
)
def test_a_refusal_needs_its_ground_its_coded_reason_and_the_facts(
    more: dict[str, str], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        proposed(of_sari(), told=refusal(**more))


# By hand in the database ---------------------------------------------------------------------------------------------------------------


def by_hand(sql: str, *params: Any) -> None:
    """Past every door and action of ours."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(sql, list(params))


DECIDE = "UPDATE screening_screening SET decision = %s, ground = 'examination', coded = 'other', reason = 'x', decided_by = %s, decided_at = at"
OF = " WHERE id = %s"


def test_by_hand_no_decision_stands_without_an_officer_and_no_refusal_without_two() -> None:
    screening, bima, arif_ = of_sari(), cast.seated(cast.BIMA).officer_id, cast.seated(cast.ARIF).officer_id
    with pytest.raises(DatabaseError, match="decided_by_an_officer"):
        by_hand(DECIDE + OF, "allow", uuid4(), screening)
    with pytest.raises(DatabaseError):
        by_hand("UPDATE screening_screening SET decision = 'allow', ground = 'x'" + OF, screening)
    with pytest.raises(DatabaseError, match="decided_on_a_ground"):
        by_hand(DECIDE.replace("'examination'", "''") + OF, "allow", bima, screening)
    for more in ("", f", supervisor = '{arif_}'", f", supervisor = '{arif_}', signature = '{uuid4()}'"):
        with pytest.raises(DatabaseError):
            by_hand(DECIDE + more + OF, "refuse", bima, screening)
    proposal = proposed(screening)
    sign_ = """WITH seen AS (INSERT INTO screening_looked VALUES (%s, %s, %s))
        INSERT INTO screening_signature VALUES (%s, %s, 'imigrasi', 'TPI-CGK', %s, %s, %s, %s, 'signed', '')"""
    for seat in (cast.BIMA, cast.DIAN, ELSEWHERE):
        signer = cast.seated(seat).officer_id
        with pytest.raises(DatabaseError, match="signed by a supervisor of the office"):
            by_hand(sign_, proposal, signer, LATER, uuid4(), LATER, proposal, screening, bima, signer)
    arif(proposal, agrees=False)
    declined = rows("SELECT id FROM screening_signature")[0][0]
    with pytest.raises(DatabaseError, match="by one officer alone"):
        by_hand(DECIDE + f", supervisor = '{arif_}', signature = '{declined}'" + OF, "refuse", bima, screening)
    assert kept(screening).decision is None


def test_by_hand_a_supervisor_does_not_sign_what_he_proposed_himself() -> None:
    screening, arif_ = of_sari(), cast.seated(cast.ARIF).officer_id
    proposal = proposed(screening, cast.ARIF)
    sql = """WITH seen AS (INSERT INTO screening_looked VALUES (%s, %s, %s))
        INSERT INTO screening_signature VALUES (%s, %s, 'imigrasi', 'TPI-CGK', %s, %s, %s, %s, 'signed', '')"""
    with pytest.raises(DatabaseError, match="screening_signature_check"):
        by_hand(sql, proposal, arif_, LATER, uuid4(), LATER, proposal, screening, arif_, arif_)
