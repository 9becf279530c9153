"""By whose word a victim's case leaves: her own, a guardian's, or for a child without one two officers'; and for one receiver alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from suar.agencies.access import as_hub
from suar.agencies.models import Agreement
from suar.core.errors import NotFound
from suar.registers.queries import handed as read
from suar.registers.queries.handed import case_said
from suar.screening.access.cases import case_at, case_for, cases_for, origin_for
from suar.screening.actions import hand_over as acting
from suar.screening.actions.hand_over import (
    AdultsWord,
    AgeUnknown,
    ChildsWord,
    ConsentMissing,
    HandedAlready,
    NotAgreed,
    OwnWord,
    Settled,
    Unreadable,
    WhyMissing,
    agree,
    decline,
    hand_over,
    withdraw,
)
from suar.screening.actions.work import give_back
from suar.site.auth import now
from suar.vault.queries import PROTECTION
from tests import cast
from tests.screening.handing import FIELDS, INTAN, MINUTE, REPORT, agreed, came, handed, intan, ratna, reported, wanted

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
CHILD = "2012-03-04"


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for seat in (cast.RATNA, INTAN):
        cast.seated(seat)
    agreed()


def said(case: UUID, agency: str = "kemenpppa") -> Any:
    """What a receiver's view reads behind the wall."""
    with transaction.atomic(using=PROTECTION), connections[PROTECTION].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('suar.may_read', 'kemenpppa,polri', true), set_config('suar.agency', %s, true)", [agency]
        )
        return case_said(case)


@pytest.mark.parametrize(
    ("consent", "born", "why", "refused"),
    [
        ("", "1996-07-15", "", ConsentMissing),
        ("adult", "", "", AgeUnknown),
        ("adult", CHILD, "", ChildsWord),
        ("adult", "2008", "", ChildsWord),  # of the year alone the younger age counts
        ("guardian", "1996-07-15", "", AdultsWord),
        ("ppt", "1996-07-15", "guardian_suspected", AdultsWord),
        ("ppt", CHILD, "", WhyMissing),
        ("ppt", CHILD, "because", WhyMissing),
        ("guardian", CHILD, "guardian_suspected", WhyMissing),
        ("police", CHILD, "", Unreadable),
    ],
)
def test_nothing_leaves_but_by_the_word_of_whoever_may_give_it(
    consent: str, born: str, why: str, refused: type
) -> None:
    of = came()
    with pytest.raises(refused):
        handed(of, consent, why=why, birth_date=born)
    assert not cases_for(ratna())["handed"]


# law: UU 27/2022 Ps 20
def test_consent_is_for_one_receiver() -> None:
    of = came()
    for receiver in ("", "polri", "imigrasi"):
        with pytest.raises(ConsentMissing):
            hand_over(of, wanted(receiver=receiver), act=ratna())
    case = handed(of)
    assert said(case) and said(case, "polri") == {}


# law: UU 27/2022 Ps 25
def test_a_childs_case_leaves_by_the_guardians_word_at_once_and_by_the_centres_only_with_a_second_officer() -> None:
    with_guardian = handed(reported(), "guardian", birth_date=CHILD)
    assert said(with_guardian)["trafficking_case"]["consent_given"] == "guardian"
    alone = handed(came(), "ppt", why="guardian_not_found", birth_date=CHILD)
    assert case_for(ratna(), alone)["state"] == "waits" and said(alone) == {}
    with pytest.raises(OwnWord):
        agree(alone, act=ratna())
    agree(alone, act=intan())
    assert said(alone)["trafficking_case"]["birth_date"] == CHILD
    with pytest.raises(Settled):
        agree(alone, act=intan())


def test_a_second_officers_no_keeps_it_here_and_it_may_be_handed_over_anew() -> None:
    of = came()
    case = handed(of, "ppt", why="guardian_not_found", birth_date=CHILD)
    with pytest.raises(HandedAlready):
        handed(of, "guardian", birth_date=CHILD)
    decline(case, act=intan())
    assert said(case) == {} and [row["id"] for row in cases_for(ratna())["waiting"]] == [of]
    assert said(handed(of, "guardian", birth_date=CHILD))


def test_the_twin_that_takes_her_own_word_for_the_second_one_is_refused_by_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted bug: nobody asks whose word it is."""
    case = handed(came(), "ppt", why="guardian_not_found", birth_date=CHILD)
    monkeypatch.setattr(acting, "waiting_case", lambda id_, act: case_at(replace(act, reference=str(id_)), id_))
    with pytest.raises(IntegrityError):
        agree(case, act=ratna())


def test_the_twin_that_reads_what_waits_gives_a_childs_case_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: when a case was handed over is not asked."""
    case = handed(came(), "ppt", why="guardian_not_found", birth_date=CHILD)
    monkeypatch.setattr(read.Case, "told_at", property(lambda self: self.at))
    assert said(case) != {}


def test_without_an_agreement_of_that_giver_nothing_is_handed_over() -> None:
    of = came()
    Agreement.objects.filter(giver_id="suar").update(until_at=now() - timedelta(minutes=1))
    with pytest.raises(NotAgreed):
        handed(of)


def test_only_fields_of_the_agreement_and_the_standard_are_kept() -> None:
    one = Agreement.objects.get(giver_id="suar", receiver_id="kemenpppa")
    one.fields = {"trafficking_case": ["full_name", "birth_date", "acts"]}
    one.save()
    case = handed(came())
    assert set(said(case)["trafficking_case"]) == {"full_name", "birth_date", "acts", "consent_given"}


@pytest.mark.parametrize(
    "more",
    [
        {"nik": "12"},
        {"acts": ["kidnapping"]},
        {"destination": "Atlantis"},
        {"full_name": ""},
        {"recruiter_name": "Tono"},
    ],
)
def test_what_the_standard_cannot_read_is_not_handed_over(more: dict[str, Any]) -> None:
    of = came()
    with pytest.raises(Unreadable) as why:
        handed(of, **more)
    assert why.value.params["fields"] == next(iter(more))


def test_a_report_offers_its_words_and_one_that_is_withdrawn_or_of_no_victim_is_not_offered() -> None:
    of = reported()
    assert origin_for(ratna(), of)["said"]["full_name"] == REPORT["full_name"]
    assert {row["kind"] for row in cases_for(ratna())["waiting"]} == {"report"}
    handed(of)
    assert cases_for(ratna())["waiting"] == []


def test_the_form_asks_who_it_is_first_and_every_list_ends_with_the_rest() -> None:
    fields = origin_for(ratna(), came())["fields"]
    assert [one["name"] for one in fields][:5] == ["full_name", "birth_date", "nik", "sex", "trafficking_status"]
    assert {one["name"] for one in fields} == set(FIELDS) - {"unit", "consent_given"}
    assert {one["codes"][-1]["code"] for one in fields if one["name"] in {"means", "exploitation"}} == {"other"}


def test_a_task_is_handed_over_by_whoever_has_it_in_hand() -> None:
    of = came()
    with pytest.raises(NotFound):
        hand_over(of, wanted(), act=intan())
    give_back(of, "shift_ends", act=ratna())
    with pytest.raises(NotFound):
        handed(of)


def test_consent_taken_back_ends_the_reading_and_another_hand_over_may_follow() -> None:
    of = came()
    case = handed(of)
    withdraw(case, act=ratna())
    assert said(case) == {}
    with pytest.raises(Settled):
        withdraw(case, act=ratna(now() + MINUTE))
    assert said(handed(of, at=now() + MINUTE))


def test_in_the_hub_nobody_writes_a_case_and_behind_the_wall_none_of_a_child_by_an_adults_word() -> None:
    row = "INSERT INTO registers_case VALUES (%s, now(), %s, 'kemenpppa', 'PPT', 'suar', 'kemenpppa', 'task', %s, {child}, 'adult', '', '\\x00')"
    ids = [uuid4(), uuid4(), uuid4()]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(row.format(child="false"), ids)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(using=PROTECTION),
        connections[PROTECTION].cursor() as cursor,
    ):
        as_hub(wall=PROTECTION)
        cursor.execute(row.format(child="true"), ids)


def test_every_look_is_kept_behind_the_wall_and_none_of_it_in_the_hubs_log() -> None:
    of = reported()
    origin_for(ratna(), of)
    case = handed(of)
    case_for(ratna(), case)
    for alias, want in (
        (PROTECTION, {"case.origin_read", "case.kept", "case.read", "case.listed"}),
        ("default", set()),
    ):
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            as_hub(wall=alias)
            cursor.execute("SELECT what FROM audit_entry WHERE what LIKE 'case.%%'")
            assert {what for (what,) in cursor.fetchall()} == want


def test_the_officers_pages_lead_from_the_queue_to_the_number() -> None:
    of = came()
    browser = cast.browser(cast.RATNA)
    assert f"/kasus/baru/{of}/" in browser.get(f"/antrean/{of}/").content.decode()
    form = browser.get(f"/kasus/baru/{of}/").content.decode()
    assert 'name="acts"' in form and 'name="exploitation"' in form and "recruiter_name" not in form
    told = {"full_name": "Kirana Sasmitowati", "birth_date": "1996-07-15", "acts": ["sending"], "consent": "adult"}
    refused = browser.post(f"/kasus/baru/{of}/serahkan/", told)
    assert refused.status_code == 422 and 'id="acts-sending" value="sending" checked' in refused.content.decode()
    made = browser.post(f"/kasus/baru/{of}/serahkan/", told | {"consented": "kemenpppa"})
    assert made.status_code == 302
    page = browser.get(made.headers["Location"]).content.decode()
    assert "Kirana Sasmitowati" in page and "Pengiriman" in page
