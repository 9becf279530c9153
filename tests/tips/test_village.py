"""What a village tells: tips, answers, education sessions. Sealed, sent once, graded by somebody else, gone in time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from suar.agencies.access import DoorShut, enter
from suar.audit.models import Entry
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.exchange.models import Outgoing
from suar.site.auth import now
from suar.tips import access
from suar.tips.actions import AlreadyAnswered, NotAGrade, OwnTip, answer_question, grade, note_session, send_tip
from suar.tips.jobs import forget_expired
from suar.tips.models import Report
from suar.tips.pages import today
from suar.tips.queries import body_of
from tests import cast
from tests.arrivals import arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

TOLD = {"text": "Bu Haji Tini menawarkan kerja di Malaysia tanpa surat.", "about_phone": "+62 819-9000-0009"}
OTHER_VILLAGE = replace(
    cast.LALU, username="wayan", full_name="Wayan Sudarma", office="PIMPASA-BULELENG", desk="BUL-1", region="5108"
)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def lalu(*, days: int = 0) -> Act:
    return cast.act(cast.LALU, at=cast.NOON + timedelta(days=days))


def arif() -> Act:
    return cast.act(cast.ARIF, purpose="protection")


def as_hub() -> None:
    enter(cast.hub(), "tip.see")


def reports() -> list[Report]:
    with transaction.atomic():
        as_hub()
        return list(Report.objects.order_by("at", "id"))


def test_a_tip_is_kept_sealed_with_its_village_its_term_its_trace_and_its_event() -> None:
    tip = send_tip(TOLD, "k1", act=lalu())
    (kept,) = reports()
    assert (kept.id, kept.kind, kept.region, kept.agency, kept.graded) == (tip, "tip", "5202", "imigrasi", False)
    assert kept.expires_at - kept.at == timedelta(days=30)
    assert body_of(kept) == TOLD
    assert b"Tini" not in bytes(kept.sealed)
    entry = Entry.objects.get(what="tip.sent")
    assert entry.about == [tip] and "Tini" not in bytes(entry.body).decode()
    assert Outgoing.objects.get(type="tip.sent").thing == tip


def test_the_same_tip_sent_twice_is_one_and_another_under_its_key_is_refused() -> None:
    first = send_tip(TOLD, "k1", act=lalu())
    assert send_tip(TOLD, "k1", act=lalu(days=1)) == first
    with pytest.raises(Conflict):
        send_tip(TOLD | {"text": "Lain."}, "k1", act=lalu())
    with pytest.raises(Conflict):
        note_session(TOLD, "k1", act=lalu())
    assert len(reports()) == 1 and Entry.objects.filter(what="tip.sent").count() == 1


def test_two_officers_may_happen_on_one_key() -> None:
    first = send_tip(TOLD, "k1", act=lalu())
    assert send_tip(TOLD, "k1", act=cast.act(OTHER_VILLAGE)) != first


def test_nobody_but_a_village_officer_sends_and_a_refused_tip_leaves_no_trace() -> None:
    for act in (cast.act(cast.BIMA), arif(), cast.act(cast.RATNA), cast.machine(purpose="protection")):
        with pytest.raises(DoorShut):
            send_tip(TOLD, "k1", act=act)
    assert reports() == [] and not Entry.objects.exists() and not Outgoing.objects.exists()


def test_what_was_sent_is_listed_for_its_own_village_as_kind_day_and_state_only() -> None:
    send_tip(TOLD, "k1", act=lalu())
    send_tip(TOLD, "k2", act=cast.act(OTHER_VILLAGE))
    assert [report.region for report in access.sent_for(lalu())] == ["5202"]
    page = cast.browser(cast.LALU).get("/village/").content.decode()
    assert "laporan desa" in page and "diterima" in page and "Tini" not in page


def test_a_tip_is_graded_by_somebody_else_and_then_kept_longer() -> None:
    tip = send_tip(TOLD, "k1", act=lalu())
    grade(tip, source="B", content="2", act=arif())
    (kept,) = reports()
    assert (kept.source_grade, kept.content_grade, kept.state) == ("B", "2", "graded")
    assert kept.expires_at - arif().at == timedelta(days=180)
    assert Entry.objects.filter(what="tip.graded").count() == Outgoing.objects.filter(type="tip.graded").count() == 1


def test_whoever_sent_a_tip_does_not_grade_it() -> None:
    mine = send_tip(TOLD, "k1", act=lalu())
    with pytest.raises(OwnTip):
        grade(mine, source="A", content="1", act=replace(arif(), actor=lalu().actor))
    with pytest.raises(DoorShut):
        grade(mine, source="A", content="1", act=lalu())


@pytest.mark.parametrize(("source", "content"), [("F", "1"), ("A", "6"), ("A", ""), ("", "1"), ("b", "2")])
def test_a_grade_is_one_of_five_by_five(source: str, content: str) -> None:
    tip = send_tip(TOLD, "k1", act=lalu())
    with pytest.raises(NotAGrade):
        grade(tip, source=source, content=content, act=arif())


def test_only_a_tip_is_graded_and_only_one_that_is_there() -> None:
    session = note_session({"topic": "passport"}, "k1", act=lalu())
    with pytest.raises(NotAGrade):
        grade(session, source="A", content="1", act=arif())
    with pytest.raises(NotFound):
        grade(uuid4(), source="A", content="1", act=arif())


def test_what_expired_is_shown_no_more_graded_no_more_and_then_destroyed() -> None:
    ungraded, graded = send_tip(TOLD, "k1", act=lalu()), send_tip(TOLD, "k2", act=lalu())
    note_session({"topic": "passport"}, "k3", act=lalu())
    grade(graded, source="B", content="2", act=arif())
    later = lalu(days=31)
    assert ungraded not in {report.id for report in access.sent_for(later)}
    with pytest.raises(NotFound):
        grade(ungraded, source="B", content="2", act=replace(arif(), at=later.at))
    assert forget_expired(act=cast.hub(later.at)) == 1
    assert {report.kind for report in reports()} == {"tip", "education_session"}
    assert Entry.objects.get(what="tip.forgotten").about == [ungraded]
    assert forget_expired(act=cast.hub(later.at)) == 0


def test_the_day_before_its_term_ends_a_tip_is_still_there() -> None:
    send_tip(TOLD, "k1", act=lalu())
    assert forget_expired(act=cast.hub(cast.NOON + timedelta(days=29, hours=23))) == 0
    assert len(access.sent_for(lalu(days=29))) == 1


def everything_else() -> dict[str, int]:
    """How many rows every table of the rooms that answer holds."""
    rooms = ("intake", "persons", "registers", "journeys", "screening")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r','p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"
        )
        names = [name for (name,) in cursor.fetchall() if name.split("_")[0] in rooms]
        found = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name}")
            found[name] = cursor.fetchone()[0]
    return found


def test_a_tip_graded_or_not_touches_no_table_that_an_answer_is_made_from() -> None:
    before = everything_else()
    for number in range(5):
        tip = send_tip(
            TOLD | {"about_phone": cast.SARI["phone"], "about_name": cast.SARI["full_name"]}, f"k{number}", act=lalu()
        )
        if number % 2:
            grade(tip, source="A", content="1", act=arif())
    assert everything_else() == before


# Questions --------------------------------------------------------------------------------------------------------------------------


def asked(
    *, region: str = "520201", words: str = "Bagaimana membuat paspor?", number: str = "Q-1", **more: Any
) -> UUID:
    """A villager asked, and Pimpasa's own system told us; returns the id under which it is answered."""
    row = {
        "id": number,
        "region_code": region,
        "asked_at": "2026-11-18T02:00:00+00:00",
        "words": words,
        "status": "open",
        **more,
    }
    batch = arrive("pimpasa", "question", [row])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute("SELECT id FROM intake_record WHERE batch = %s", [batch])
        found: UUID = cursor.fetchone()[0]
    return found


def test_a_question_of_this_village_is_shown_with_its_trace_and_one_of_another_is_not() -> None:
    mine = asked()
    asked(region="510801", words="Dari Buleleng?", number="Q-2")
    questions = access.questions_for(lalu())
    assert [(one.id, one.text, one.answer) for one in questions] == [(mine, "Bagaimana membuat paspor?", "")]
    entry = Entry.objects.get(what="question.shown")
    assert entry.shown and entry.about == [mine]


def test_a_question_is_answered_once() -> None:
    question = asked()
    answer_question(question, " Datang ke kantor imigrasi. ", act=lalu())
    (shown,) = access.questions_for(lalu())
    assert shown.answer == "Datang ke kantor imigrasi."
    answer_question(question, "Datang ke kantor imigrasi.", act=lalu())  # sent twice by a shaky line
    colleague = cast.act(replace(cast.LALU, username="baiq", full_name="Baiq Nurul"))
    for act in (lalu(), colleague):
        with pytest.raises(AlreadyAnswered):
            answer_question(question, "Lain.", act=act)
    assert Outgoing.objects.filter(type="question.answered").count() == 1


def test_no_question_of_another_village_and_none_that_is_not_there_is_answered() -> None:
    for question in (asked(region="510801"), uuid4()):
        with pytest.raises(NotFound):
            answer_question(question, "Jawaban.", act=lalu())


# The page ---------------------------------------------------------------------------------------------------------------------------


def test_a_tip_is_sent_from_the_phone_and_thanked_for() -> None:
    client = cast.browser(cast.LALU)
    answer = client.post("/village/tip/", {"key": str(uuid4()), **TOLD, "how_known": "resident"}, follow=True)
    assert answer.redirect_chain == [("/village/?tab=tip", 302)]
    assert "laporan sudah diterima" in answer.content.decode()
    assert body_of(reports()[0]) == TOLD | {"how_known": "resident"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "x" * 2001},
        {"heard_on": "2031-01-01"},
        {"heard_on": "31/31/2026"},
        {"how_known": "made up"},
        {"key": "not a key"},
    ],
)
def test_what_is_not_right_comes_back_as_it_was_filled_in_and_nothing_is_kept(wrong: dict[str, str]) -> None:
    form = {"key": str(uuid4()), "text": "Ada agen.", "about_name": "Bu Tini"} | wrong
    answer = cast.browser(cast.LALU).post("/village/tip/", form)
    assert answer.status_code == 422 and "Bu Tini" in answer.content.decode()
    assert reports() == []


def test_a_session_is_noted_from_the_phone() -> None:
    form = {
        "key": str(uuid4()),
        "held_on": "2026-11-20",
        "topic": "safe_migration",
        "attended": "34",
        "place": "Balai desa",
    }
    answer = cast.browser(cast.LALU).post("/village/session/", form, follow=True)
    assert "Kegiatan sudah dicatat" in answer.content.decode()
    (kept,) = reports()
    assert kept.kind == "education_session" and json.dumps(body_of(kept)).count("34") == 1


@pytest.mark.parametrize(
    "wrong", [{"attended": "-1"}, {"attended": "many"}, {"held_on": ""}, {"topic": "gossip"}, {"place": ""}]
)
def test_a_session_that_is_not_right_is_not_noted(wrong: dict[str, str]) -> None:
    form = {
        "key": str(uuid4()),
        "held_on": "2026-11-20",
        "topic": "passport",
        "attended": "3",
        "place": "Balai",
    } | wrong
    assert cast.browser(cast.LALU).post("/village/session/", form).status_code == 422
    assert reports() == []


def test_a_question_is_answered_from_the_phone() -> None:
    question = asked()
    client = cast.browser(cast.LALU)
    assert client.post(f"/village/questions/{question}/answer/", {"answer": ""}).status_code == 422
    answer = client.post(f"/village/questions/{question}/answer/", {"answer": "Di kantor imigrasi."}, follow=True)
    page = answer.content.decode()
    assert "Jawaban sudah dikirim" in page and "Di kantor imigrasi." in page


def test_the_page_speaks_both_languages_and_lists_in_them() -> None:
    client = cast.browser(cast.LALU)
    assert "Warga" in client.get("/village/").content.decode()
    client.cookies["suar_language"] = "en"
    page = client.get("/village/?tab=session").content.decode()
    assert "Safe migration" in page and "Note an education session" in page


def test_the_day_of_the_village_is_today_also_when_jakarta_is_still_at_yesterday() -> None:
    late = cast.NOON.replace(hour=16, minute=30)  # 23.30 WIB, 00.30 WITA the next day
    assert today(replace(lalu(), at=late)).isoformat() == "2026-11-22"


# Grading ----------------------------------------------------------------------------------------------------------------------------


def test_a_tip_waits_in_the_supervisor_s_work_with_its_days_until_it_is_graded() -> None:
    tip = send_tip(TOLD, "k1", act=cast.act(cast.LALU, at=now()))
    client = cast.browser(cast.ARIF)
    home = client.get("/").content.decode()
    assert f'href="/tips/{tip}/"' in home and "29" in home and "Tini" not in home
    page = client.get(f"/tips/{tip}/").content.decode()
    assert "Bu Haji Tini" in page and "Umumnya dapat dipercaya" in page
    answer = client.post(f"/tips/{tip}/grade/", {"source": "B", "content": "2"}, follow=True)
    assert "Laporan sudah dinilai" in answer.content.decode() and f"/tips/{tip}/" not in answer.content.decode()
    shown = Entry.objects.get(what="tip.shown")
    assert shown.about == [tip] and json.loads(bytes(shown.body))["fields"] == sorted(TOLD)


def test_a_half_given_grade_comes_back() -> None:
    tip = send_tip(TOLD, "k1", act=cast.act(cast.LALU, at=now()))
    answer = cast.browser(cast.ARIF).post(f"/tips/{tip}/grade/", {"source": "B"})
    assert answer.status_code == 422 and not reports()[0].graded


def test_a_sender_who_is_also_a_supervisor_does_not_get_his_own_tip_to_grade() -> None:
    tip = send_tip(TOLD, "k1", act=lalu())
    own = replace(arif(), actor=lalu().actor)
    assert access.ungraded_for(own) == []
    with pytest.raises(NotFound):
        access.tip_for(own, tip)
