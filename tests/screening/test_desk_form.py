"""The desk's form: it asks all that the API takes of a journey, keeps what was typed, and what was declared is shown and printed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from suar.screening.api import JourneyIn
from suar.screening.forms import JOURNEY
from suar.screening.panels import DECLARED, NOT_PRINTED, declared
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

WORK = {
    "purpose": "departure", "full_name": "Sari Wulandari", "reference": "CGK-A1-7", "destination": "MYS", "declared_purpose": "work",
    "ticket": "one_way", "route": "CGK > SIN", "visa_kind": "visit", "visa_days": "30", "companions": "3", "job": "caregiver",
    "employer": "Keluarga Lim", "employer_kind": "household", "p3mi": "PT Contoh", "letter_shown": "yes", "payer": "agent",
    "payer_phone": "0812 9900 0077", "account": "990 0123 456", "marriage_date": "17-08-2026", "marriage_certificate": "regular",
}  # fmt: skip


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


@pytest.fixture
def counter() -> Client:
    return cast.browser(cast.BIMA)


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_form_asks_for_everything_that_the_api_takes_of_a_journey(counter: Client) -> None:
    assert set(JOURNEY) == set(JourneyIn.model_fields) == set(DECLARED)
    page = words(counter.get("/meja/"))
    assert [name for name in JOURNEY if f'name="{name}"' not in page] == []


@pytest.mark.parametrize(("purpose", "opens"), [("tourism", False), ("work", True), ("crew", True), ("marriage", True)])
def test_more_of_the_journey_opens_by_itself_where_the_purpose_asks_for_it(
    counter: Client, purpose: str, opens: bool
) -> None:
    page = words(counter.post("/meja/", {"purpose": "departure", "declared_purpose": purpose, "reference": ""}))
    assert ('data-opens-for="work crew marriage" open>' in page) is opens


def test_a_wrong_field_is_named_with_what_to_do_and_everything_typed_stays(counter: Client) -> None:
    wrong = {"visa_days": "sebulan", "marriage_date": "31-02-2026", "nik": "12", "declared_purpose": "tourism"}
    answer = counter.post("/meja/", WORK | wrong)
    page = words(answer)
    assert answer.status_code == 422 and "{" not in page.split('<div class="govuk-error-summary')[1].split("</form>")[0]
    for told in (
        "Lama tinggal (hari): Tulis sebagai bilangan bulat, misalnya 3.",
        "Tanggal menikah: Tanggal itu tidak ada dalam kalender. Periksa hari dan bulannya.",
        "NIK: NIK berisi 16 angka. Periksa kartunya, lalu ketik ulang.",
    ):
        assert told in page, told
    assert 'data-opens-for="work crew marriage" open>' in page, "what is wrong stands open"
    kept = {**WORK, **wrong}
    assert all(answer.context["form"][name].value() == kept[name] for name in JOURNEY if name in kept)


def test_what_was_declared_stands_on_the_answer_in_words(counter: Client) -> None:
    page = words(counter.post("/meja/", WORK))
    for label, value in (
        ("Tujuan perjalanan", "Bekerja"),
        ("Tiket", "sekali jalan"),
        ("Pekerjaan yang dituju", "Perawat lansia atau pengasuh"),
        ("Jenis pemberi kerja", "Perseorangan atau rumah tangga"),
        ("Dibayar oleh", "agen perorangan"),
        ("Rekening tujuan", "990 0123 456"),
        ("Tanggal menikah", "17 Agu 2026"),
        ("Surat rekomendasi asli", "ya"),
    ):
        assert f"<dt>{label}</dt><dd>{value}</dd>" in page, label


def test_the_slip_shows_the_journey_and_nothing_of_who_stands_behind_it(counter: Client) -> None:
    answer: Any = counter.post("/meja/", WORK)
    slip = words(counter.get(f"/meja/{answer.context['answer']['id']}/pemberitahuan/?lang=en"))
    assert (
        "<dt>Job abroad</dt><dd>Caregiver</dd>" in slip and "<dt>Employer&#x27;s name</dt><dd>Keluarga Lim</dd>" in slip
    )
    hidden = ("agent", "9900 0077", "990 0123 456", "Companions")
    assert not [told for told in hidden if told in slip.split('class="slip"')[1]]
    assert set(DECLARED) >= NOT_PRINTED


def test_a_job_that_nobody_listed_is_shown_as_it_was_told() -> None:
    assert declared({"job": ""}, {"job": " tukang  cilok "}) == [{"field": "job", "value": "tukang cilok", "space": ""}]
