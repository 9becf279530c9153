"""Looking somebody up: by number or by name and birth date, for a case, masked, with a trace, and never in an address."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from suar.audit.models import Entry
from suar.journeys.access import placements_for
from suar.persons.queries.membership import person_of
from suar.site.searching import wanted
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
KNOWN = {
    name: cast.SARI[name]
    for name in ("full_name", "nik", "birth_date", "mother_name", "sex", "region_code", "passport_no")
}
SENT = {"application_no": "A-1/2026", "status": "submitted", "submitted_at": "2026-11-02T03:00:00+00:00"}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    cast.case(cast.DIAN, "K-1")


def sari() -> UUID:
    arrive("simkim", "passport_application", [{"id": "A-1/2026", "who": "sari", **KNOWN, **SENT}])
    found = person_of(derived_id("simkim", "sari"))
    assert found
    return found


def looked_up(client: Client, q: str, **more: str) -> Any:
    return client.post("/cari/", {"q": q, "reference": "K-1", **more})


def hits(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [hit["person"] for hit in answer.context["hits"].persons]


@pytest.mark.parametrize(
    ("q", "more"),
    [
        (cast.SARI_NIK, {}),
        ("9901 0152 0590 0001", {}),
        ("x9900001", {}),
        ("A-1/2026", {}),
        ("Sari Wulandari", {"birth_date": "1990-05-12"}),
        ("sari wulandari", {"birth_date": "1990"}),
    ],
)
def test_somebody_is_found_by_number_or_by_name_and_birth_date_and_shown_masked(q: str, more: dict[str, str]) -> None:
    person = sari()
    answer = looked_up(cast.browser(cast.DIAN), q, **more)
    assert hits(answer) == [str(person)]
    page = answer.content.decode()
    assert f"/persons/{person}/?reference=K-1" in page and "Sari Wulandari" in page and "(1990)" in page
    shown = page.replace(f'value="{q}"', "")
    assert not any(cast.SARI[name] in shown for name in ("nik", "passport_no", "mother_name"))


def test_one_entry_names_who_was_shown_and_keeps_what_was_typed_sealed() -> None:
    person = sari()
    looked_up(cast.browser(cast.DIAN), cast.SARI_NIK)
    entry = Entry.objects.get(what="person.searched")
    text = bytes(entry.body).decode()
    body = json.loads(text)
    assert (entry.about, body["fields"], body["reference"]) == ([person], ["birth_date", "full_name"], "K-1")
    assert "sealed" in body and cast.SARI_NIK not in text and "Wulandari" not in text


def test_nobody_found_is_said_with_what_could_not_be_read_and_kept_too() -> None:
    answer = looked_up(cast.browser(cast.DIAN), "9901015205900009")
    page = answer.content.decode()
    assert hits(answer) == [] and "Tidak ada yang ditemukan" in page and "tidak terbaca penuh" in page
    body = json.loads(bytes(Entry.objects.get(what="person.searched").body))
    assert body["params"] == {"hits": 0} and body["fields"] == []


@pytest.mark.parametrize(
    ("q", "more", "said"),
    [
        ("Sari Wulandari", {}, "tambahkan tanggal atau tahun lahir"),
        ("Sari Wulandari", {"birth_date": "kemarin dulu"}, "Tanggal lahir"),
        ("990101520590000", {}, "Siapa yang dicari"),
        (cast.SARI_NIK, {"reference": ""}, "Nomor permohonan atau perlintasan"),
        (cast.SARI_NIK, {"reference": "K 1 <x>"}, "Nomor permohonan atau perlintasan"),
    ],
)
def test_what_cannot_be_looked_up_is_said_at_its_field_and_nothing_is_searched(
    q: str, more: dict[str, str], said: str
) -> None:
    answer = looked_up(cast.browser(cast.DIAN), q, **more)
    assert answer.status_code in {200, 422} and said in answer.content.decode()
    assert not Entry.objects.filter(what="person.searched").exists()


def test_an_application_number_leads_to_the_screenings_that_were_asked_under_it() -> None:
    desk = cast.browser(cast.DIAN)
    asked = desk.post("/meja/", {"purpose": "departure", "full_name": "Sari Wulandari", "reference": "QZ8501/21NOV"})
    screening = asked.context["answer"]["id"]
    page = looked_up(desk, "QZ8501/21NOV").content.decode()
    assert f"/meja/{screening}/" in page and "belum diputuskan" in page


def test_only_agencies_with_an_agreement_are_searched() -> None:
    sari()
    other = {"full_name": "Yohana Lestari", "birth_date": "1993-02-01", "sex": "2", "region_code": "357301"}
    placed = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}
    arrive("siskop2mi", "placement", [{"id": "p-9", "who": "yohana", **other, **placed}])
    case = str(placements_for(cast.act(cast.MADE))[0].id)
    assert hits(looked_up(cast.browser(cast.MADE), cast.SARI_NIK, reference=case)) == []
    cast.agree("imigrasi", "kp2mi", ["placement_verification"])
    assert len(hits(looked_up(cast.browser(cast.MADE), cast.SARI_NIK, reference=case))) == 1
    assert looked_up(cast.browser(cast.MADE), cast.SARI_NIK).status_code == 422, "K-1 is a case of another office"


def test_the_entrance_stands_where_it_opens_and_keeps_what_was_typed_until_the_case_is_named() -> None:
    for seat, there in ((cast.DIAN, True), (cast.ARIF, True), (cast.MADE, True), (cast.BIMA, False), (cast.EKO, False)):
        assert ('action="/cari/"' in cast.browser(seat).get("/").content.decode()) is there, seat.role
    client = cast.browser(cast.DIAN)
    answer = client.post("/cari/", {"q": "Sari Wulandari"})
    assert answer.status_code == 200 and 'value="Sari Wulandari"' in answer.content.decode()
    assert "?q=" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("typed", "born", "field"),
    [("9901015205900001", "", "nik"), ("XD253038", "", "passport_no"), ("Ni Made Rai", "1990", "full_name")],
)
def test_what_was_typed_is_read_as_what_it_is(typed: str, born: str, field: str) -> None:
    read = wanted(typed, born)
    assert not read.faults and getattr(read.described, field)
