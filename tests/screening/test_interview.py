"""An interview from its beginning to the decision, on real rows: what is kept, who may, and what nobody sees."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from suar.audit.models import Entry
from suar.core.act import Act
from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.core.errors import NotFound, Refusal
from suar.policies.models import Version
from suar.screening.access import answer_for, body_of
from suar.screening.access.interview import queue_for, start_for
from suar.screening.actions.call import give_sign
from suar.screening.actions.decide import decide
from suar.screening.actions.interview import (
    Beginning,
    Ended,
    NotNow,
    OtherVersion,
    PlaceMissing,
    RightsFirst,
    Unreadable,
    begin,
    finish,
)
from suar.screening.actions.rate import Marks, MarksMissing
from suar.screening.actions.repeat import ask_again
from suar.screening.models import Answer, Interview, Screening
from suar.site.auth import now
from tests import cast
from tests.screening.interviewing import HANA, ROOM, YANTO, asked_about, begun, ended, marks, posted, said, stands

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
HESTI = cast.Seat("hesti", "Hesti Wulandari", "counter_officer", "imigrasi", "TPI-BTC", "BTC-1", "departure", "2171")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    posted(cast.BIMA, cast.DIAN, cast.ARIF, HANA, YANTO)


def act(seat: cast.Seat = cast.DIAN, reference: UUID | None = None) -> Act:
    return cast.act(seat, reference=str(reference or ""))


def test_from_a_counter_s_wish_for_an_interview_to_the_decision_after_it() -> None:
    screening = asked_about(declared_purpose="work", destination="MYS")
    decide(
        screening,
        Decided(decision=Decision.INTERVIEW, coded="other", words="Ia tampak bingung."),
        act=act(cast.BIMA, screening),
    )
    assert [one.screening for one in queue_for(act())] == [screening]
    interview = begun(screening)
    said(interview, who_arranged="agent", holds_passport="agent", debt="agent")
    newer = ended(interview)
    older = Screening.objects.get(id=screening)
    assert (older.superseded_by, older.decision, newer.decision) == (newer.id, "interview", None)
    shown = answer_for(act(reference=newer.id), newer.id)
    assert shown["again"] == {"of": str(screening), "because": "interview"}
    decide(
        newer.id,
        Decided(decision=Decision.REFER, desk="kp2mi", coded="other", words="Setelah wawancara."),
        act=act(reference=newer.id),
    )
    assert queue_for(act()) == []


def test_a_screening_that_was_decided_otherwise_or_asked_again_has_no_interview() -> None:
    screening = asked_about()
    decide(screening, Decided(decision=Decision.ALLOW), act=act(cast.BIMA, screening))
    with pytest.raises(NotNow):
        begun(screening)


@pytest.mark.parametrize(
    ("beginning", "refused"),
    [
        (Beginning(rights_read=False, told=ROOM), RightsFirst),
        (Beginning(rights_read=True, told={"place": " "}), PlaceMissing),
    ],
)
def test_no_question_before_the_rights_are_read_and_the_place_is_named(
    beginning: Beginning, refused: type[Refusal]
) -> None:
    screening = asked_about()
    with pytest.raises(refused):
        begin(screening, beginning, act=act(reference=screening))
    assert not Interview.objects.exists()


def test_beginning_twice_leads_to_the_one_interview() -> None:
    screening = asked_about()
    assert begun(screening) == begun(screening)


def test_it_may_be_left_and_taken_up_by_a_colleague_of_the_office_and_by_nobody_of_another() -> None:
    interview = begun(asked_about())
    said(interview, debt="none")
    again = said(interview, cast.ARIF, threatened="no")
    assert again.answers == {"debt": "none", "threatened": "no"}
    assert {one.officer for one in again.given} == {act(cast.DIAN).actor, act(cast.ARIF).actor}
    for stranger in (HANA, YANTO):
        with pytest.raises(NotFound):
            stands(interview, stranger)
    with pytest.raises(Refusal, match=r"door\.shut"):
        stands(interview, cast.BIMA)


def test_a_changed_answer_is_another_row_and_the_older_one_stays() -> None:
    interview = begun(asked_about())
    said(interview, who_paid="self", employer_named="Chen Wei")
    said(interview, who_paid="agent")
    now = said(interview, who_paid="agent", employer_named="")
    kept = [(one.question, one.code, one.sealed is not None) for one in now.given]
    assert kept == [
        ("who_paid", "self", False),
        ("employer_named", "", True),
        ("who_paid", "agent", False),
        ("employer_named", "", False),
    ]
    assert now.answers == {"who_paid": "agent"}
    for change in (
        "UPDATE screening_answer SET code = 'self'",
        "DELETE FROM screening_answer",
        "UPDATE screening_interview SET version = 9",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_words_are_sealed_and_the_log_names_questions_without_answers() -> None:
    interview = begun(asked_about())
    said(interview, employer_named="Chen Wei Ling", sponsor_phone="081290000011", who_arranged="agent")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, ' ') FROM screening_answer a")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(i::text, ' ') FROM screening_interview i")
        kept += cursor.fetchone()[0]
    assert "Chen" not in kept and "81290000011" not in kept and ROOM["place"] not in kept
    logged = bytes(Entry.objects.filter(what="interview.answered").latest("id").body).decode()
    assert "employer_named sponsor_phone who_arranged" in logged and "Chen" not in logged and "agent" not in logged


def test_an_answer_that_cannot_be_read_keeps_nothing_and_names_every_one() -> None:
    interview = begun(asked_about())
    with pytest.raises(Unreadable) as refused:
        said(interview, debt="mafia", destination_named="Narnia", who_paid="self")
    assert set(refused.value.faults) == {"debt", "destination_named"}
    assert not Answer.objects.exists()


def test_the_answers_reach_the_advice_and_the_words_do_not() -> None:
    interview = begun(asked_about(declared_purpose="work"))
    said(interview, who_paid="agent", debt="agent", employer_named="Chen Wei")
    newer = ended(interview)
    assert body_of(newer)["asked"]["answers"] == {"who_paid": "agent", "debt": "agent"}


def test_whoever_asks_for_help_goes_straight_to_protection_without_a_score() -> None:
    interview = begun(asked_about(declared_purpose="work"))
    now = said(interview, asks_for_help="yes", debt="agent")
    assert now.now.protects and now.now.total is None
    newer = ended(interview)
    assert newer.advice == "assist"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum, protects FROM screening_interview_end")
        assert cursor.fetchall() == [(None, True)]
        cursor.execute("SELECT count(*) FROM screening_rating")
        assert cursor.fetchone() == (0,), "nobody weighs somebody who asks for help"
    shown = answer_for(act(reference=newer.id), newer.id)
    assert shown["reasons"][0]["code"].endswith("asks_for_help") and shown["reasons"][0]["weight"] == 0


def test_it_ends_once_and_only_with_every_mark() -> None:
    interview = begun(asked_about())
    sitting = said(interview, debt="agent", who_paid="self")
    for missing in (
        Marks(overall="", sure=3, of={"debt": "some", "who_paid": "none"}),
        Marks(overall="some", sure=0, of={"debt": "some", "who_paid": "none"}),
        Marks(overall="some", sure=3, of={"debt": "some"}),
        Marks(overall="some", sure=3, of={"debt": "huge", "who_paid": "none"}),
    ):
        with pytest.raises(MarksMissing):
            finish(interview, missing, "", act=act(reference=interview), elapsed_ms=lambda: 1)
    ended(interview)
    for again in (
        lambda: said(interview, debt="none"),
        lambda: finish(interview, marks(sitting), "", act=act(reference=interview), elapsed_ms=lambda: 1),
    ):
        with pytest.raises(Ended):
            again()


def test_a_register_that_changed_in_between_does_not_lose_the_interview() -> None:
    """The counter asked again while Dian was talking: her answers go to the newer screening."""
    screening = asked_about(declared_purpose="work")
    interview = begun(screening)
    said(interview, debt="agent")
    between = ask_again(screening, act=act(cast.BIMA, screening), elapsed_ms=lambda: 1)
    newer = ended(interview)
    assert Screening.objects.get(id=between).superseded_by == newer.id


# Versions ----------------------------------------------------------------------------------------------------------------------------


def newly_worded(at: timedelta) -> None:
    """A newer questionnaire is adopted."""
    table = json.loads(json.dumps(next(content for name, _, content in cast.tables() if name == "interview/counter")))
    table["version"] = 2
    Version.objects.create(
        id=uuid4(), name="interview/counter", sha256="e" * 64, content=table, in_force_from=cast.NOON + at, adopted_by=uuid4(), reason="tests",
    )  # fmt: skip


def versions_in_the_log() -> list[tuple[str, str, str, str]]:
    """What the log alone says: when and where each interview began, under which hash."""
    bodies = [json.loads(bytes(one.body)) for one in Entry.objects.filter(what="interview.begun").order_by("id")]
    return [
        (one["at"], one["params"]["office"], one["params"]["questionnaire"], one["params"]["sha256"]) for one in bodies
    ]


def same_everywhere(log: list[tuple[str, str, str, str]]) -> bool:
    """Between two adoptions every office names one hash: in the order of time, a hash once left is never used again, at any office."""
    for kind in {one[2] for one in log}:
        in_turn = [hash_ for _, _, which, hash_ in sorted(log) if which == kind]
        left = [a for a, b in itertools.pairwise(in_turn) if a != b]
        if len(set(left)) != len(left) or (left and in_turn[-1] in left):
            return False
    return True


def test_every_office_works_with_the_same_adopted_version_by_the_log_alone() -> None:
    newly_worded(timedelta(hours=2))
    for hour in (0, 1, 2, 3):
        for seat, holder in ((cast.BIMA, cast.DIAN), (cast.AYU, cast.AYU), (HESTI, HANA)):
            at = cast.NOON + timedelta(hours=hour)
            begun(asked_about(seat, at=at, traveller={"full_name": f"Orang {hour} {seat.username}"}), holder, at=at)
    log = versions_in_the_log()
    assert len(log) == 12 and {one[1] for one in log} == {"TPI-CGK", "TPI-BTC", "KANIM-MLG"}
    assert len({one[3] for one in log if one[2] == "counter"}) == 2, "before and after the adoption"
    assert same_everywhere(log)
    _, _, _, older = min(one for one in log if one[2] == "counter")
    planted = [*log, ((cast.NOON + timedelta(hours=4)).isoformat(), "TPI-BTC", "counter", older)]
    assert not same_everywhere(planted), "one office that goes on with the older version is seen"


def test_an_interview_keeps_the_version_it_began_with_and_takes_no_answers_under_another() -> None:
    interview = begun(asked_about())
    said(interview, debt="none")
    newly_worded(timedelta(minutes=5))
    later = cast.NOON + timedelta(minutes=10)
    with pytest.raises(OtherVersion):
        said(interview, at=later, debt="agent")
    assert stands(interview, at=later).answers == {"debt": "none"}
    assert ended(interview, at=later).superseded_by is None


def test_the_languages_offered_are_those_of_the_catalogues() -> None:
    screening = asked_about()
    assert {"jv", "su", "mad", "sas", "bug"} <= set(start_for(act(reference=screening), screening).languages)


# The silent sign ----------------------------------------------------------------------------------------------------------------------


def test_the_silent_sign_leaves_the_screen_as_it_is_and_its_trace_in_the_log() -> None:
    screening = asked_about(at=now())
    interview = begun(screening, at=now())
    client = cast.browser(cast.DIAN)
    before = client.get(f"/wawancara/{interview}/?tanya=debt").content
    answer = client.post(f"/wawancara/{interview}/ruang/", {"from": "debt"})
    assert (answer.status_code, answer["Location"]) == (302, f"/wawancara/{interview}/?tanya=debt")
    after = client.get(f"/wawancara/{interview}/?tanya=debt").content
    assert without_tokens(before) == without_tokens(after)
    scripted = client.post(f"/wawancara/{interview}/ruang/", {"from": "debt"}, headers={"HX-Request": "true"})
    assert (scripted.status_code, scripted.content) == (204, b"")
    assert Entry.objects.filter(what="interview.called").count() == 1, "twice is once"


def without_tokens(page: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|kurang dari semenit|nonce="[^"]+"', "", page.decode())


def test_the_supervisor_and_the_protection_desk_are_called_to_the_desk_and_learn_nobody_s_name() -> None:
    cast.seated(cast.RATNA)
    at = now()
    interview = begun(asked_about(at=at), at=at)
    give_sign(interview, act=cast.act(cast.DIAN, at=at, reference=str(interview)))
    for seat in (cast.ARIF, cast.RATNA):
        page = cast.browser(seat).get("/panggilan/").content.decode()
        assert "CGK-S" in page and "TPI-CGK" in page and "Sari" not in page and str(interview) not in page
        assert "Petugas meminta Anda datang" in cast.browser(seat).get("/").content.decode()
    assert cast.browser(cast.DIAN).get("/panggilan/").status_code == 403
    (call,) = cast.browser(cast.RATNA).get("/panggilan/").context["calls"]
    other = cast.Seat("wayan", "Wayan", "supervisor", "imigrasi", "TPI-BTC", "BTC-S", "departure", "2171")
    assert cast.browser(other).post(f"/panggilan/{call.id}/", {"what": "attended"}).status_code == 404
    assert cast.browser(cast.RATNA).post(f"/panggilan/{call.id}/", {"what": "attended"}).status_code == 302
    assert cast.browser(cast.ARIF).get("/panggilan/").context["calls"] == []
