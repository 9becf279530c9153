"""A decision puts the traveller before another desk: whose queue it is, who takes it, and what passes to the next shift."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from suar.core.advice.deciding import DeskUnknown, ReasonMissing, ReasonUnknown
from suar.core.advice.values import Decision
from suar.core.errors import NotFound, Refusal
from suar.exchange.models import Outgoing
from suar.screening.access.tasks import Row, task_for, tasks_for
from suar.screening.actions.handover import NoteMissing, NothingOpen, Over, accept, hand_over, withdraw
from suar.screening.actions.work import CodeUnknown, NotYours, TakenAlready, finish, give_back, take
from tests import cast
from tests.screening.desk import LATER, decided, of_sari, rows

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
RANI = cast.Seat("rani", "Rani Kusuma", "secondary_officer", "imigrasi", "TPI-CGK", "CGK-S", "departure")
ELSEWHERE = cast.Seat("wayan", "Wayan Sudira", "secondary_officer", "imigrasi", "TPI-BTC", "BTC-S", "departure")
NOTE = "Satu pelancong menunggu juru bahasa Sasak."


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def queue(seat: cast.Seat) -> list[Row]:
    return tasks_for(cast.act(seat, at=LATER))


def interview() -> UUID:
    """Sari waits for the second officer; returns the task."""
    decided(of_sari(), Decision.INTERVIEW)
    return queue(cast.DIAN)[0].task.id


def test_an_interview_waits_at_the_second_officers_of_that_office_alone() -> None:
    screening = of_sari()
    decided(screening, Decision.INTERVIEW)
    assert [row.task.screening for row in queue(cast.DIAN)] == [screening]
    assert [row.task.due - row.task.at for row in queue(cast.DIAN)] == [timedelta(minutes=10)]
    for seat in (ELSEWHERE, cast.MADE, cast.RATNA, cast.MAYA, cast.BIMA):
        assert queue(seat) == []


@pytest.mark.parametrize(("desk", "seat"), [("kp2mi", cast.MADE), ("protection", cast.RATNA)])
def test_a_referral_waits_at_the_desk_that_it_names_and_at_no_other(desk: str, seat: cast.Seat) -> None:
    decided(of_sari(), Decision.REFER, desk=desk)
    assert [row.task.queue for row in queue(seat)] == [desk]
    others = {cast.MADE, cast.RATNA, cast.DIAN, cast.MAYA} - {seat}
    assert [queue(one) for one in others] == [[], [], []]


def test_a_referral_without_its_desk_is_none() -> None:
    with pytest.raises(DeskUnknown):
        decided(of_sari(), Decision.REFER)


# law: UU 21/2007 Ps 51
def test_the_protection_desk_is_told_to_accompany_and_nothing_of_why() -> None:
    screening = of_sari(asks_for_help="yes")
    decided(screening, Decision.REFER, desk="protection", words="", coded="")
    page = cast.browser(cast.RATNA).get(f"/antrean/{queue(cast.RATNA)[0].task.id}/").content.decode()
    assert "Dampingi" in page and str(screening)[-12:].upper() in page and "CGK-A1" in page
    for told in ("Sari", cast.SARI_NIK, "bantuan, katakan", "advice", "Tawarkan", str(screening)):
        assert told not in page, told
    assert queue(cast.RATNA)[0].task.person is None


def test_departing_from_the_advice_in_either_direction_needs_a_coded_reason_of_that_direction_and_words() -> None:
    lighter = of_sari(asks_for_help="yes", reference="CGK-A1-7")  # help is advised
    heavier = of_sari(reference="CGK-A1-8")
    with pytest.raises(ReasonMissing):
        decided(lighter, Decision.ALLOW, words=" ")
    with pytest.raises(ReasonUnknown):
        decided(lighter, Decision.ALLOW, coded="paper_doubt")
    with pytest.raises(ReasonUnknown):
        decided(heavier, Decision.POSTPONE, coded="papers_shown", words="Tiket pulang tidak dapat ditunjukkan.")
    assert decided(lighter, Decision.ALLOW, coded="help_declined").coded == "help_declined"


def test_only_one_takes_a_task_and_only_he_finishes_it_by_a_result_of_the_list() -> None:
    task = interview()
    take(task, act=cast.act(cast.DIAN, at=LATER))
    with pytest.raises(TakenAlready):
        take(task, act=cast.act(RANI, at=LATER))
    with pytest.raises(NotYours):
        finish(task, "interviewed", act=cast.act(RANI, at=LATER))
    with pytest.raises(CodeUnknown):
        finish(task, "guilty", act=cast.act(cast.DIAN, at=LATER))
    finish(task, "interviewed", act=cast.act(cast.DIAN, at=LATER))
    assert queue(RANI) == []
    assert [row[0] for row in rows("SELECT step FROM screening_step ORDER BY seq")] == ["taken", "done"]


def test_given_back_it_waits_again_with_the_reason_kept() -> None:
    task = interview()
    take(task, act=cast.act(cast.DIAN, at=LATER))
    give_back(task, "language", act=cast.act(cast.DIAN, at=LATER))
    assert [row.taken_by for row in queue(RANI)] == [""]
    take(task, act=cast.act(RANI, at=LATER))
    assert task_for(cast.act(RANI, at=LATER), task)["mine"]


def test_another_desk_s_task_is_not_there() -> None:
    task = interview()
    for seat in (ELSEWHERE, cast.MADE, cast.RATNA):
        with pytest.raises(NotFound):
            take(task, act=cast.act(seat, at=LATER))


def test_a_referral_is_told_to_the_agency_whose_desk_it_is() -> None:
    decided(of_sari(), Decision.REFER, desk="kp2mi")
    told = Outgoing.objects.filter(type="referral.made").get()
    assert (told.giver, told.effect) == ("imigrasi", "kp2mi")


# Hand-over between shifts -------------------------------------------------------------------------------------------------------------


def given(note: str = NOTE) -> tuple[UUID, UUID]:
    """Dian holds a task and hands over; returns the task and the hand-over."""
    task = interview()
    take(task, act=cast.act(cast.DIAN, at=LATER))
    return task, hand_over(note, act=cast.act(cast.DIAN, at=LATER))


def holder(task: UUID) -> str:
    return next(row.taken_by for row in queue(cast.DIAN) if row.task.id == task)


def test_what_is_open_passes_to_the_next_officer_by_an_act_of_both() -> None:
    task, handover = given()
    assert holder(task) == "Dian Puspa", "one act alone moves nothing"
    assert accept(handover, act=cast.act(RANI, at=LATER)) == 1
    assert holder(task) == "Rani Kusuma"
    with pytest.raises(NotYours):
        finish(task, "interviewed", act=cast.act(cast.DIAN, at=LATER))


def test_the_note_reaches_the_next_officer_and_no_other_office() -> None:
    given()
    cast.seated(RANI)
    assert NOTE in cast.browser(RANI).get("/serah-terima/").content.decode()
    for seat in (ELSEWHERE, cast.MADE, cast.RATNA):
        assert NOTE not in cast.browser(seat).get("/serah-terima/").content.decode()


def test_nobody_accepts_his_own_nor_from_another_office_nor_twice() -> None:
    _, handover = given()
    for seat in (cast.DIAN, ELSEWHERE, cast.BIMA):
        with pytest.raises(NotFound):
            accept(handover, act=cast.act(seat, at=LATER))
    accept(handover, act=cast.act(RANI, at=LATER))
    with pytest.raises(Over):
        accept(handover, act=cast.act(RANI, at=LATER))
    with pytest.raises(Over):
        withdraw(handover, act=cast.act(cast.DIAN, at=LATER))


def test_what_was_finished_meanwhile_does_not_pass() -> None:
    task, handover = given()
    finish(task, "interviewed", act=cast.act(cast.DIAN, at=LATER))
    assert accept(handover, act=cast.act(RANI, at=LATER)) == 0


def test_a_hand_over_needs_a_note_and_something_open() -> None:
    with pytest.raises(NothingOpen):
        hand_over(NOTE, act=cast.act(cast.DIAN, at=LATER))
    with pytest.raises(NoteMissing):
        given("  ")


def test_an_undecided_answer_of_a_counter_passes_to_the_next_at_that_counter() -> None:
    screening = of_sari()
    handover = hand_over(NOTE, act=cast.act(cast.BIMA, at=LATER))
    next_ = cast.Seat("joko", "Joko Widagdo", "counter_officer", "imigrasi", "TPI-CGK", "CGK-A1", "departure")
    accept(handover, act=cast.act(next_, at=LATER))
    assert rows("SELECT screenings FROM screening_handover") == [([screening],)]
    assert decided(screening, Decision.ALLOW, next_, at=LATER).decided_by == cast.seated(next_).officer_id


def test_a_step_cannot_be_changed_or_taken_away() -> None:
    take(interview(), act=cast.act(cast.DIAN, at=LATER))
    for sql in ("UPDATE screening_step SET code = 'x'", "DELETE FROM screening_task"):
        with pytest.raises(Exception, match=r"permission denied|never changed"):
            rows(sql)
    assert issubclass(TakenAlready, Refusal)
