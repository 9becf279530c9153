"""The queue of findings: who sees which, what an officer does with one, and that it is asked again when new evidence comes."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from suar.agencies.access import DoorShut
from suar.audit.models import Entry
from suar.core.errors import NotFound
from suar.exchange.models import Outgoing
from suar.journeys.access import finding_for, findings_for
from suar.journeys.actions import AlreadyRuled, AlreadyTaken, ReasonNeeded, hear_civil, note_civil, rule, take
from suar.journeys.jobs.dossier import number_token
from tests import cast
from tests.arrivals import arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
TINI = {
    "who": "tini",
    "full_name": "Tini Sumarni",
    "nik": "9901015205900123",
    "sex": "2",
    "birth_date": "1990-05-12",
    "status": "verified",
}
OTHER = "1986-01-30"
seconds = iter(range(1, 1000))


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for giver in ("kp2mi", "kemnaker"):
        cast.agree(giver, "imigrasi", ["departure_screening"])


def registered(source: str, number: str, born: str, on: str = "2026-01-02") -> None:
    row = {"id": number, "registered_at": f"{on}T03:00:00+00:00", **TINI, "birth_date": born}
    arrive(source, "worker_registration", [row], at=cast.NOON + timedelta(seconds=next(seconds)))


def two_births() -> UUID:
    registered("siskop2mi", "1", "1990-05-12")
    registered("siapkerja", "2", OTHER)
    (found,) = findings_for(cast.act(cast.ARIF))
    return found.id


def events(*types: str) -> list[tuple[str, str]]:
    return [(one.type, one.effect) for one in Outgoing.objects.filter(type__in=types).order_by("id")]


def test_a_finding_is_opened_with_its_evidence_side_by_side_and_leaves_its_trace() -> None:
    finding = two_births()
    laid = finding_for(cast.act(cast.ARIF), finding)
    assert [(one["role"], one["source"], one["value"]) for one in laid.left] == [("stands", "siskop2mi", "1990-05-12")]
    assert [(one["role"], one["source"], one["value"]) for one in laid.right] == [("differs", "siapkerja", OTHER)]
    entry = Entry.objects.get(what="finding.shown")
    body = json.loads(bytes(entry.body))
    assert (
        body["reference"] == str(finding) and "birth_date" in body["fields"] and OTHER not in bytes(entry.body).decode()
    )
    page = cast.browser(cast.ARIF).get(f"/temuan/{finding}/").content.decode()
    assert "Satu NIK dengan dua tanggal lahir" in page and "30 Jan 1986" in page and "bukan tuduhan" in page


def test_the_list_opens_nobody() -> None:
    two_births()
    page = cast.browser(cast.ARIF).get("/temuan/").content.decode()
    assert (
        "Satu NIK dengan dua tanggal lahir" in page
        and "Tini" not in page
        and not Entry.objects.filter(what="finding.shown")
    )


def test_without_an_agreement_with_every_agency_of_its_evidence_a_finding_is_not_there() -> None:
    finding = two_births()
    act = cast.act(cast.ARIF, purpose="passport_application")
    assert findings_for(act) == []
    with pytest.raises(NotFound):
        finding_for(act, finding)


@pytest.mark.parametrize(
    "seat", [cast.BIMA, cast.AYU, cast.MADE, cast.RATNA, cast.LALU, cast.EKO, cast.NADIA], ids=lambda one: one.username
)
def test_no_other_role_comes_through_the_door(seat: cast.Seat) -> None:
    finding = two_births()
    with pytest.raises(DoorShut):
        findings_for(cast.act(seat))
    with pytest.raises(DoorShut):
        finding_for(cast.act(seat), finding)


def test_who_takes_it_has_it_until_he_gives_it_back() -> None:
    finding = two_births()
    take(finding, act=cast.act(cast.ARIF))
    with pytest.raises(AlreadyTaken):
        take(finding, act=cast.act(cast.DIAN))
    with pytest.raises(AlreadyTaken):
        rule(finding, "stays", "", act=cast.act(cast.DIAN))
    take(finding, act=cast.act(cast.ARIF))
    rule(finding, "stays", "", act=cast.act(cast.DIAN))
    told = {("finding.taken", "taken"), ("finding.taken", "returned"), ("finding.kept", "nik_two_births")}
    assert set(events("finding.taken", "finding.kept")) == told


def test_an_explanation_is_one_of_its_kind_and_closes_it_once() -> None:
    finding, act = two_births(), cast.act(cast.ARIF)
    for reason in ("", "twin", "anything"):
        with pytest.raises(ReasonNeeded):
            rule(finding, "explained", reason, act=act)
    assert [one.id for one in findings_for(act)] == [finding]
    rule(finding, "explained", "court_ruling", act=act)
    assert findings_for(act) == [] and events("finding.closed") == [("finding.closed", "nik_two_births.court_ruling")]
    with pytest.raises(AlreadyRuled):
        rule(finding, "passed", "", act=act)


def test_what_is_passed_on_is_told_to_the_agency_whose_business_it_is() -> None:
    finding, act = two_births(), cast.act(cast.ARIF)
    rule(finding, "passed", "", act=act)
    assert events("finding.passed") == [("finding.passed", "dukcapil")] and findings_for(act) == []


def test_a_ruling_holds_while_the_evidence_is_the_same_and_new_evidence_asks_again() -> None:
    finding, act = two_births(), cast.act(cast.ARIF)
    rule(finding, "explained", "court_ruling", act=act)
    registered("siskop2mi", "1", "1990-05-12")  # the same word again
    assert findings_for(act) == []
    registered("siapkerja", "3", OTHER, "2026-05-01")
    (again,) = findings_for(act)
    assert again.id != finding and again.again
    page = cast.browser(cast.ARIF).get(f"/temuan/{again.id}/").content.decode()
    assert "bukti ini baru" in page


def test_a_decision_is_made_on_the_page_without_javascript() -> None:
    finding, browser = two_births(), cast.browser(cast.ARIF)
    assert browser.post(f"/temuan/{finding}/putuskan/", {"outcome": "explained"}).status_code == 422
    answer = browser.post(
        f"/temuan/{finding}/putuskan/", {"outcome": "explained", "reason": "typing_slip"}, follow=True
    )
    assert answer.status_code == 200 and "Keputusan tentang temuan sudah dicatat." in answer.content.decode()
    assert findings_for(cast.act(cast.ARIF)) == []


def test_the_civil_registers_word_is_kept_once_and_without_the_number() -> None:
    token = number_token("nik", TINI["nik"])
    with transaction.atomic():
        assert note_civil(token, "deceased", cast.NOON, act=cast.hub())
        assert not note_civil(token, "deceased", cast.NOON, act=cast.hub())
    assert not [one for one in Entry.objects.filter(what="civil.noted") if TINI["nik"] in bytes(one.body).decode()]


def test_a_dead_persons_number_that_is_used_is_found_when_the_civil_register_says_so_and_goes_when_it_takes_it_back() -> (
    None
):
    registered("siskop2mi", "1", "1990-05-12", "2026-06-02")
    died, mended = cast.NOON - timedelta(days=300), cast.NOON
    assert hear_civil(TINI["nik"], "deceased", died, act=cast.hub())
    (found,) = findings_for(cast.act(cast.ARIF))
    assert found.kind == "deceased_travels"
    laid = finding_for(cast.act(cast.ARIF), found.id)
    assert [one["code"] for one in laid.left if one["role"] == "death"] == ["finding_civil.deceased"]
    assert hear_civil(TINI["nik"], "agrees", mended, act=cast.hub()) and findings_for(cast.act(cast.ARIF)) == []


def test_that_a_number_is_in_order_is_not_kept_where_nothing_else_was() -> None:
    assert not hear_civil(TINI["nik"], "agrees", cast.NOON, act=cast.hub())
