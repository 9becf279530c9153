"""Analysts change indicators without code: refused with every mistake, tried, adopted by a second person of another office, rolled back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from suar.audit.models import Entry
from suar.core.canonical import sha256
from suar.core.errors import NotFound
from suar.policies.access import DoorShut
from suar.policies.actions.propose import BadProposal, ReasonShort, SameText, WaitsAlready, propose, propose_again
from suar.policies.actions.rule import (
    BadMoment,
    NotTried,
    OwnProposal,
    RuledAlready,
    adopt,
    decline,
    withdraw,
)
from suar.policies.models import Proposal, Version
from suar.policies.queries import in_force, version_in_force
from suar.screening.queries import tables
from tests import cast
from tests.policies.proposing import AGREED, MINUTE, WHY, adopted, heavier, proposed, text, tried, weighing

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
DOCUMENTS = "indicators/documents"
LATER = cast.NOON + 2 * MINUTE


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def weights(at: datetime) -> dict[str, int]:
    return {rule.row.code: rule.row.weight for rule in tables(in_force(at)).rules.rules}


def test_a_proposal_changes_nothing_until_a_second_person_of_another_office_adopts_it() -> None:
    before = weights(cast.NOON)
    id_ = heavier()
    assert weights(LATER) == before
    adopted(id_)
    changed = {code for code, weight in weights(LATER).items() if weight != before[code]}
    assert len(changed) == 1 and weights(cast.NOON) == before
    said = [entry.what for entry in Entry.objects.filter(what__startswith="policy.").order_by("id")]
    assert sorted(said) == ["policy.adopted", "policy.proposed", "policy.trial_asked", "policy.tried"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    when: ", "    when: sex == '2' && ", "sex is no fact"),
        ("suggests: assist", "suggests: refuse", "suggests"),
        ("gives: raised", "gives: quiet", "says quiet, comes out as raised"),
        ("weight: ", "weight: minus ", "recommendation_missing: weight: "),
        ("rules:", "rules: [", "while parsing"),
        ("asked_for: ", "skin_colour: 1, asked_for: ", "skin_colour is no fact"),
    ],
)
def test_a_text_with_a_mistake_is_refused_and_nothing_is_kept(old: str, new: str, problem: str) -> None:
    written = text(DOCUMENTS).replace(old, new, 1)
    with pytest.raises(BadProposal) as refused:
        proposed(DOCUMENTS, written)
    assert any(problem in one for one in refused.value.problems), refused.value.problems
    assert not Proposal.objects.exists() and not Entry.objects.filter(what__startswith="policy.").exists()


def test_every_mistake_and_every_failing_example_is_said_at_once() -> None:
    written = text(DOCUMENTS).replace("gives: raised", "gives: quiet").replace("gives: unknown", "gives: raised")
    wrong = text(DOCUMENTS).count("gives: raised") + text(DOCUMENTS).count("gives: unknown")
    with pytest.raises(BadProposal) as refused:
        proposed(DOCUMENTS, written)
    assert len([one for one in refused.value.problems if "comes out as" in one]) == wrong > 2


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("advice/advice", "unknown_gives: advise", "unknown_gives: secondary", "no reason against anybody"),
        ("advice/expected", "clear,refuse,no,yes", "clear,refuse,yes,yes", "no advice expects a refusal"),
    ],
)
def test_the_thresholds_and_expectations_have_their_own_bounds(name: str, old: str, new: str, problem: str) -> None:
    with pytest.raises(BadProposal) as refused:
        proposed(name, text(name).replace(old, new))
    assert any(problem in one for one in refused.value.problems)
    assert proposed(
        name, text(name).replace("secondary_from: 7500", "secondary_from: 7900").replace("worth a line", "say so")
    )


def test_what_is_no_change_has_no_reason_or_waits_already_is_refused() -> None:
    with pytest.raises(SameText):
        proposed(DOCUMENTS, text(DOCUMENTS) + "# a remark\n")
    with pytest.raises(ReasonShort):
        propose(DOCUMENTS, weighing(DOCUMENTS, 1), " ya ", act=cast.act(cast.PUTRI))
    heavier()
    with pytest.raises(WaitsAlready):
        heavier()


def test_tables_that_no_analyst_changes_are_not_to_be_proposed() -> None:
    for name in ("sharing/doors", "legal_basis/pencegahan", "indicators/none"):
        with pytest.raises(NotFound):
            propose(name, "a: 1\n", WHY, act=cast.act(cast.PUTRI))


@pytest.mark.parametrize("seat", [cast.BIMA, cast.ARIF, cast.EKO, cast.NADIA, cast.LARAS, cast.HENDRA, cast.TOMI])
def test_only_an_analyst_proposes(seat: cast.Seat) -> None:
    with pytest.raises(DoorShut):
        proposed(DOCUMENTS, weighing(DOCUMENTS, 1), seat=seat)


# The second person ------------------------------------------------------------------------------------------------------------------


def test_neither_the_proposer_nor_a_colleague_of_his_office_adopts_or_declines() -> None:
    id_ = heavier()
    tried(id_)
    with pytest.raises(DoorShut):
        adopt(id_, AGREED, act=cast.act(cast.PUTRI, at=LATER))
    for rule in (adopt, decline):
        with pytest.raises(OwnProposal):
            rule(id_, AGREED, act=cast.act(cast.TOMI, at=LATER))
    assert Version.objects.filter(name=DOCUMENTS).count() == 1


def test_the_proposer_in_a_second_role_elsewhere_is_still_the_proposer() -> None:
    id_ = heavier()
    tried(id_)
    elsewhere = cast.Seat("putri", "Putri Anindya", "policy_approver", "imigrasi", "DITJENIM", "KEBIJAKAN-IM", "policy")
    with pytest.raises(OwnProposal):
        adopt(id_, AGREED, act=cast.act(elsewhere, at=LATER))


RULING = """
INSERT INTO policies_ruling (proposal, ruling, in_force_from, reason, at, by, role, agency, office, desk)
VALUES (%s, 'adopted', %s, 'By hand, in the database.', %s, %s, %s, %s, %s, %s)
"""
VERSION = """
INSERT INTO policies_version (id, name, sha256, content, in_force_from, adopted_by, reason, written, proposal)
SELECT %s, name, sha256, content, %s, %s, 'by hand', written, %s FROM policies_proposal WHERE id = %s
"""


@pytest.mark.parametrize("seat", [cast.PUTRI, cast.TOMI, cast.ARIF, cast.NADIA, cast.BIMA])
@pytest.mark.parametrize("says_he_is", ["himself", "an approver elsewhere"])
def test_by_raw_sql_as_the_applications_role_neither_does(seat: cast.Seat, says_he_is: str) -> None:
    id_, act = heavier(), cast.act(seat, at=LATER)
    told = cast.HENDRA if says_he_is == "an approver elsewhere" else seat
    cast.seated(cast.HENDRA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "suar_app"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RULING, [id_, LATER, LATER, act.actor, told.role, told.agency, told.office, told.desk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(VERSION, [uuid4(), LATER, act.actor, id_, id_])
    assert weights(LATER) == weights(cast.NOON)


def test_no_version_stands_on_a_ruling_for_another_text_and_none_on_nothing() -> None:
    id_ = heavier()
    adopted(id_)
    for proposal, written in ((None, "rules: []"), (id_, "rules: []")):
        with pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.create(
                id=uuid4(), name=DOCUMENTS, sha256=sha256(written), content={"rules": []}, in_force_from=LATER, adopted_by=uuid4(),
                reason="by hand", written=written, proposal=proposal,
            )  # fmt: skip


@pytest.mark.parametrize(
    "table", ["policies_proposal", "policies_ruling", "policies_run", "policies_run_end", "policies_compared"]
)
@pytest.mark.parametrize("deed", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_proposed_ruled_and_compared_is_never_changed(table: str, deed: str) -> None:
    adopted(heavier())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(table))


# When -------------------------------------------------------------------------------------------------------------------------------


def test_it_is_in_force_from_the_moment_that_was_said_and_not_from_one_that_is_past() -> None:
    id_, act = heavier(), cast.act(cast.HENDRA, at=LATER)
    tried(id_)
    with pytest.raises(BadMoment):
        adopt(id_, AGREED, act=act, from_at=cast.NOON)
    monday = cast.NOON + timedelta(days=2)
    version = adopt(id_, AGREED, act=act, from_at=monday)
    found = [version_in_force(DOCUMENTS, at) for at in (monday - MINUTE, monday)]
    assert [one is not None and one.id == version for one in found] == [False, True]


def test_a_change_that_was_not_tried_over_past_screenings_is_not_adopted() -> None:
    id_ = heavier()
    with pytest.raises(NotTried):
        adopt(id_, AGREED, act=cast.act(cast.HENDRA, at=LATER))


def test_it_is_ruled_on_once_and_withdrawn_only_by_its_proposer() -> None:
    id_ = heavier()
    with pytest.raises(NotFound):
        withdraw(
            id_, act=cast.act(cast.Seat("wati", "Wati", "analyst", "kp2mi", "P2MI-PUSAT", "K-3", "policy"), at=LATER)
        )
    withdraw(id_, act=cast.act(cast.PUTRI, at=LATER))
    for rule in (adopt, decline):
        with pytest.raises(RuledAlready):
            rule(id_, AGREED, act=cast.act(cast.HENDRA, at=LATER))
    again = heavier()
    decline(again, "Belum ada buktinya.", act=cast.act(cast.HENDRA, at=LATER))
    assert weights(LATER) == weights(cast.NOON)


def test_a_version_that_is_to_hold_later_is_what_the_next_proposal_changes() -> None:
    """Else it would come in force over the newer one, unseen."""
    monday = cast.NOON + timedelta(days=2)
    first = heavier()
    tried(first)
    adopt(first, AGREED, act=cast.act(cast.HENDRA, at=LATER), from_at=monday)
    second = proposed(DOCUMENTS, weighing(DOCUMENTS, 2))
    assert Proposal.objects.get(id=second).of == Version.objects.get(proposal=first).id
    tried(second)
    with pytest.raises(BadMoment):
        adopt(second, AGREED, act=cast.act(cast.HENDRA, at=LATER), from_at=monday - MINUTE)
    adopt(second, AGREED, act=cast.act(cast.HENDRA, at=LATER))
    held = Version.objects.get(proposal=second)
    assert held.in_force_from > monday and version_in_force(DOCUMENTS, monday + MINUTE) == held


def test_rolling_back_is_adopting_the_earlier_version_again_by_the_same_two_persons() -> None:
    earlier = version_in_force(DOCUMENTS, cast.NOON)
    assert earlier is not None
    before = weights(cast.NOON)
    adopted(heavier())
    assert weights(LATER) != before
    id_ = propose_again(earlier.id, "Terlalu banyak orang yang dirujuk.", act=cast.act(cast.PUTRI, at=LATER))
    with pytest.raises(OwnProposal):
        adopt(id_, AGREED, act=cast.act(cast.TOMI, at=LATER))
    adopt(id_, AGREED, act=cast.act(cast.HENDRA, at=LATER + MINUTE))
    assert weights(LATER + MINUTE) == before and weights(LATER) != before
    now: UUID = version_in_force(DOCUMENTS, LATER + MINUTE).id  # type: ignore[union-attr]
    assert now != earlier.id and Version.objects.filter(name=DOCUMENTS).count() == 3


def test_two_who_rule_at_once_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reads before the first has written: the database still takes one ruling alone."""
    id_ = heavier()
    decline(id_, AGREED, act=cast.act(cast.HENDRA, at=LATER))
    monkeypatch.setattr("suar.policies.actions.rule.ruled", lambda proposal: False)
    with pytest.raises(RuledAlready):
        decline(id_, AGREED, act=cast.act(cast.HENDRA, at=LATER))
