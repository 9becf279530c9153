"""The person page: one door, one entry in the log, values with where they came from."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from suar.agencies.access import DoorShut, ReferenceMissing, enter
from suar.audit.models import Entry
from suar.core.errors import NotFound
from suar.journeys.access import placements_for
from suar.persons.access import CaseNotOpen, Seen, described, person_for
from suar.persons.queries import subjects
from suar.persons.queries.membership import members, person_of
from suar.screening.models import Screening
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

ARIF = "departure_screening"
SARI = {
    name: cast.SARI[name]
    for name in ("full_name", "nik", "birth_date", "mother_name", "sex", "region_code", "passport_no")
}
SIX = {
    "simkim": ("passport_application", {"application_no": "A-1", "status": "submitted", "submitted_at": "2026-11-02T03:00:00+00:00"}),
    "siskop2mi": ("placement", {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}),
    "siapkerja": ("worker_registration", {"status": "submitted", "registered_at": "2026-11-04T03:00:00+00:00"}),
    "sipmi": ("worker_registration", {"status": "submitted", "registered_at": "2026-11-05T03:00:00+00:00"}),
    "disnaker": ("recommendation_letter", {"letter_no": "560/123/2026", "issued_on": "2026-11-06", "status": "issued"}),
    "peduliwni": ("self_report", {"country": "MYS", "reported_at": "2026-11-07T03:00:00+00:00", "status": "arrived"}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    cast.case(cast.DIAN, "K-1")


def to_verify() -> str:
    """A case of Made's office: the placement of somebody in his province who has not departed."""
    other = {"full_name": "Yohana Lestari", "birth_date": "1993-02-01", "sex": "2", "region_code": "357301"}
    arrive("siskop2mi", "placement", [{"id": "p-9", "who": "yohana", **other, **SIX["siskop2mi"][1]}])
    (step,) = placements_for(cast.act(cast.MADE))
    return str(step.id)


def sari_in(*sources: str, **other: Any) -> UUID:
    """Sari as these sources know her; returns the id of her subject at the first of them."""
    for source in sources:
        kind, about = SIX[source]
        arrive(source, kind, [{"id": f"{source}-1", "who": f"{source}-sari", **SARI, **about, **other}])
    return derived_id(sources[0], f"{sources[0]}-sari")


def agreed(receiver: str, purpose: str) -> None:
    for giver in ("imigrasi", "kp2mi", "kemnaker", "disnaker", "kemlu"):
        if giver != receiver:
            cast.agree(giver, receiver, [purpose])


def seen(person: UUID, seat: cast.Seat = cast.ARIF, *, minutes: int = 0) -> Seen:
    case = to_verify() if seat == cast.MADE else "K-1"
    return person_for(cast.act(seat, at=cast.NOON + timedelta(minutes=minutes)), person, case)


def test_a_person_known_to_six_agencies_shows_one_timeline_with_six_sources() -> None:
    person = sari_in(*SIX)
    agreed("imigrasi", ARIF)
    shown = seen(person).person
    assert {subject["source"] for subject in shown["subjects"]} == set(SIX)
    assert {line["source"] for line in shown["timeline"]} == set(SIX)
    days = [line["at"] for line in shown["timeline"]]
    assert days == sorted(days, reverse=True)
    page = cast.browser(cast.ARIF).get(f"/persons/{person}/?reference=K-1").content.decode()
    assert all(
        word in page for word in ("SIMKIM", "SISKOP2MI", "SIAPkerja", "SIPMI", "Disnaker", "Peduli WNI", cast.SARI_NIK)
    )


def test_any_subject_of_the_person_leads_to_the_person() -> None:
    first = sari_in("simkim", "siskop2mi")
    agreed("imigrasi", ARIF)
    other = derived_id("siskop2mi", "siskop2mi-sari")
    assert person_of(first) == person_of(other)
    assert seen(first).person["id"] == seen(other).person["id"]


def test_each_value_says_which_source_said_it_and_when() -> None:
    person = sari_in("simkim")
    (subject,) = seen(person).person["subjects"]
    name = next(value for value in subject["values"] if value["field"] == "full_name")
    assert (name["value"], name["source"], name["kind"]) == ("Sari Wulandari", "simkim", "passport_application")
    assert not name["masked"]


def test_sources_that_do_not_agree_are_shown_to_disagree() -> None:
    person = sari_in("simkim")
    sari_in("siskop2mi", birth_date="1991-05-12")
    agreed("imigrasi", ARIF)
    shown = seen(person).person
    clash = [conflict for conflict in shown["conflicts"] if conflict["params"]["field"] == "birth_date"]
    assert clash and clash[0]["params"] == {"field": "birth_date", "ways": 2, "sources": 2}
    marked = [value["field"] for subject in shown["subjects"] for value in subject["values"] if value["conflict"]]
    assert marked == ["birth_date", "birth_date"]
    page = cast.browser(cast.ARIF).get(f"/persons/{person}/?reference=K-1").content.decode()
    assert "Tanggal lahir: 2 sumber menyebut 2 hal yang berbeda" in page


def test_one_entry_names_every_subject_and_field_class_before_anything_is_shown() -> None:
    person = sari_in("simkim", "siskop2mi")
    agreed("imigrasi", ARIF)
    cast.case(cast.ARIF, "K-77")
    cast.browser(cast.ARIF).get(f"/persons/{person}/?reference=K-77")
    entry = Entry.objects.get(what="person.shown")
    body = json.loads(bytes(entry.body))
    assert set(entry.about) == {derived_id("simkim", "simkim-sari"), derived_id("siskop2mi", "siskop2mi-sari")}
    assert set(body["fields"]) == {*SARI, "timeline", "looked_at"}
    assert (body["reference"], body["purpose"], body["role"]) == ("K-77", ARIF, "supervisor")
    assert cast.SARI_NIK not in bytes(entry.body).decode() and "Wulandari" not in bytes(entry.body).decode()


def test_an_answer_that_cannot_be_written_down_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    person = sari_in("simkim")

    def full(*args: object, **words: object) -> None:
        raise OSError("no room in the log")

    monkeypatch.setattr("suar.persons.access.append", full)
    with pytest.raises(OSError, match="no room"):
        seen(person)


def test_only_agencies_with_an_agreement_in_force_for_this_purpose_are_shown() -> None:
    person = sari_in("simkim", "siskop2mi", "peduliwni")
    cast.agree("kp2mi", "imigrasi", [ARIF], days=185)
    cast.agree("kemlu", "imigrasi", ["passport_application"])
    shown = seen(person).person
    assert {subject["source"] for subject in shown["subjects"]} == {"simkim", "siskop2mi"}
    assert {line["source"] for line in shown["timeline"]} == {"simkim", "siskop2mi"}
    late = replace(cast.act(cast.ARIF), at=cast.NOON + timedelta(days=400))
    cast.case(cast.ARIF, "K-400", at=late.at)
    assert {one["source"] for one in person_for(late, person, "K-400").person["subjects"]} == {"simkim"}


def test_somebody_of_whom_nothing_may_be_read_is_answered_like_nobody() -> None:
    hidden = sari_in("peduliwni")
    for person in (hidden, uuid4()):
        with pytest.raises(NotFound):
            seen(person)
    client = cast.browser(cast.ARIF)
    answers = {client.get(f"/persons/{person}/?reference=K-1").status_code for person in (hidden, uuid4())}
    assert answers == {404} and not Entry.objects.filter(what="person.shown").exists()


@pytest.mark.parametrize("reference", ["", "   "])
def test_without_the_case_that_justifies_it_nobody_is_shown(reference: str) -> None:
    person = sari_in("simkim")
    with pytest.raises(ReferenceMissing):
        person_for(cast.act(cast.ARIF), person, reference)
    assert cast.browser(cast.ARIF).get(f"/persons/{person}/").status_code == 422


def test_the_case_that_is_open_at_the_desk_is_the_reference() -> None:
    person = sari_in("simkim")
    client = cast.browser(cast.DIAN)
    session = client.session
    session["reference"] = cast.case(cast.DIAN, "LINTAS-9")
    session.save()
    assert client.get(f"/persons/{person}/").status_code == 200
    assert json.loads(bytes(Entry.objects.get(what="person.shown").body))["reference"] == "LINTAS-9"


@pytest.mark.parametrize(
    "seat", [cast.BIMA, cast.AYU, cast.RATNA, cast.LALU, cast.EKO, cast.NADIA], ids=lambda seat: seat.role
)
def test_the_page_stays_shut_to_who_has_no_business_with_a_person(seat: cast.Seat) -> None:
    person = sari_in("simkim")
    with pytest.raises(DoorShut):
        seen(person, seat)
    assert cast.browser(seat).get(f"/persons/{person}/?reference=K-1").status_code == 403


def test_a_supervisor_sees_who_looked_and_a_second_officer_does_not() -> None:
    person = sari_in("simkim")
    agreed("kp2mi", "placement_verification")
    assert seen(person, cast.DIAN).looked_at is None
    seen(person, cast.MADE, minutes=1)
    looked = seen(person, minutes=2).looked_at
    assert looked is not None
    assert [(one["agency"], one["role"], one["by"]) for one in looked] == [
        ("kp2mi", "kp2mi_officer", ""),
        ("imigrasi", "secondary_officer", "Dian Puspa"),
    ]


def test_a_role_with_masked_matches_sees_a_name_and_a_birth_year_and_which_fields_it_does_not_see() -> None:
    """SECURITY 3.2, matches: "name, birth year, verdict; other identifiers masked"."""
    person = sari_in("simkim")
    by_hub = cast.hub()
    with transaction.atomic():
        enter(by_hub, "person.see")
        holder = person_of(person)
        assert holder
        of = list(subjects(members([holder])[holder]).values())
        shown = described(holder, of, by_hub, masked=True)
    said = {value["field"]: value["value"] for subject in shown["subjects"] for value in subject["values"]}
    assert said["full_name"] == "Sari Wulandari" and said["birth_date"] == "1990"
    assert all(value == "" for name, value in said.items() if name not in {"full_name", "birth_date"})
    assert shown["masked"] == sorted(set(SARI) - {"full_name", "birth_date"})
    assert cast.SARI_NIK not in json.dumps(shown, default=str) and cast.SARI["mother_name"] not in json.dumps(
        shown, default=str
    )


def test_the_page_is_kept_by_no_browser() -> None:
    person = sari_in("simkim")
    answer = cast.browser(cast.DIAN).get(f"/persons/{person}/?reference=K-1")
    assert "no-store" in answer["Cache-Control"]


# The case ---------------------------------------------------------------------------------------------------------------------------


def test_a_case_of_another_office_one_that_is_done_and_one_that_nobody_has_open_nobody() -> None:
    person = sari_in("simkim")
    elsewhere = cast.Seat("rudi", "Rudi Hartono", "supervisor", "imigrasi", "TPI-BTC", "BTC-S", "departure")
    cast.case(elsewhere, "BTC-1")
    cast.case(cast.DIAN, "OLD-1", at=cast.NOON - timedelta(days=9))
    placed = to_verify()
    for case in ("BTC-1", "OLD-1", "NOBODY-1", placed):
        with pytest.raises(CaseNotOpen):
            person_for(cast.act(cast.ARIF), person, case)
    page = cast.browser(cast.ARIF).get(f"/persons/{person}/?reference=BTC-1")
    assert page.status_code == 422 and "Tidak ada perkara terbuka dengan nomor itu" in page.content.decode()
    assert not Entry.objects.filter(what="person.shown").exists()


def test_a_screening_s_own_id_is_a_case_of_its_office() -> None:
    person = sari_in("simkim")
    screening = str(Screening.objects.get().id)
    assert person_for(cast.act(cast.ARIF), person, screening).person["name"] == "Sari Wulandari"


# The list of a KP2MI office ---------------------------------------------------------------------------------------------------------


def test_a_kp2mi_officer_goes_from_his_list_to_the_person_with_the_placement_as_the_case() -> None:
    case = to_verify()
    client = cast.browser(cast.MADE)
    page = client.get("/penempatan/").content.decode()
    (address,) = re.findall(rf'href="(/persons/[^"]+\?reference={case})"', page)
    assert "Yohana" not in page and "Malaysia" in page
    assert f'href="{address}"' in client.get("/").content.decode()
    shown = client.get(address)
    assert shown.status_code == 200 and "Yohana Lestari" in shown.content.decode()
    assert json.loads(bytes(Entry.objects.get(what="person.shown").body))["reference"] == case


def test_his_list_holds_his_province_and_who_has_not_departed_and_teaches_when_empty() -> None:
    sari_in("siskop2mi")  # of Lombok
    gone = {"country": "MYS", "status": "departed", "departed_on": "2026-11-03"}
    other = {"full_name": "Yohana Lestari", "birth_date": "1993-02-01", "sex": "2", "region_code": "357301"}
    arrive("siskop2mi", "placement", [{"id": "p-9", "who": "yohana", **other, **gone}])
    page = cast.browser(cast.MADE).get("/penempatan/").content.decode()
    assert "/persons/" not in page and "muncul di sini" in page


# One masked field -------------------------------------------------------------------------------------------------------------------


def opened(seat: cast.Seat, person: UUID, field: str, why: str, **more: str) -> Any:
    told = {"field": field, "why": why, "reference": "K-1", **more}
    return cast.browser(seat).post(f"/persons/{person}/reveal/", told)


def test_what_is_masked_for_kp2mi_is_opened_one_field_at_a_time_with_a_reason_and_a_trace() -> None:
    person = sari_in("siskop2mi")
    case = to_verify()
    page = cast.browser(cast.MADE).get(f"/persons/{person}/?reference={case}").content.decode()
    assert cast.SARI_NIK not in page and cast.SARI["mother_name"] not in page and 'name="why"' in page
    answer = opened(cast.MADE, person, "nik", "contract", reference=case)
    shown = answer.content.decode()
    assert answer.status_code == 200 and cast.SARI_NIK in shown and cast.SARI["passport_no"] not in shown
    assert answer["Refresh"].startswith("30;url=/persons/") and "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(what="person.revealed")
    body = json.loads(bytes(entry.body))
    assert (body["fields"], body["params"], body["reference"]) == (["nik"], {"why": "contract"}, case)
    assert entry.shown and entry.about == [person] and cast.SARI_NIK not in bytes(entry.body).decode()


@pytest.mark.parametrize(
    ("seat", "field", "why", "status"),
    [
        (cast.MADE, "nik", "", 422),
        (cast.MADE, "nik", "namesake", 422),  # a reason, but not of placement verification
        (cast.MADE, "mother_name", "contract", 403),  # a field that no list opens to KP2MI
        (cast.MADE, "claims", "contract", 403),
        (cast.MADE, "phone", "contact", 404),  # nobody states one
        (cast.NADIA, "nik", "document", 403),
        (cast.BIMA, "nik", "document", 403),  # at a screening of his he may, from a person's page not
        (cast.RATNA, "nik", "contact", 403),
        (cast.DIAN, "nik", "document", 403),  # sees all already: no door, no form
    ],
)
def test_without_the_right_role_field_or_reason_nothing_is_opened(
    seat: cast.Seat, field: str, why: str, status: int
) -> None:
    person = sari_in("siskop2mi")
    answer = opened(seat, person, field, why, reference=to_verify() if seat == cast.MADE else "K-1")
    assert answer.status_code == status and cast.SARI_NIK not in answer.content.decode()
    assert not Entry.objects.filter(what="person.revealed").exists()


def test_without_a_case_no_field_is_opened() -> None:
    assert opened(cast.MADE, sari_in("siskop2mi"), "nik", "contract", reference="").status_code == 422


def test_the_page_asks_by_script_and_gets_the_field_alone() -> None:
    person = sari_in("siskop2mi")
    told = {"field": "nik", "why": "contract", "reference": to_verify()}
    answer = cast.browser(cast.MADE).post(f"/persons/{person}/reveal/", told, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode() and cast.SARI_NIK in answer.content.decode()
