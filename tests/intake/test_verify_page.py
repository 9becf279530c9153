"""A desk officer has a number verified from a page: the honest answer, what to do, and what was asked before; the number is kept nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from suar.agencies.access import DoorShut, ReferenceMissing, as_hub
from suar.audit.models import Entry
from suar.intake import panels
from suar.intake.actions.verify import NoCase, verify_at_desk
from suar.intake.jobs.terms import forget_verifications
from suar.site.auth import now
from tests import cast
from tests.client.servers import Answer
from tests.exchange.machines import agree
from tests.intake.test_asking import EPMI, FAULTS, GONE, found, said, siskop2mi

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
CASE = "CGK-A1-1"


@pytest.fixture(autouse=True)
def policies(db: None, settings: Any, tmp_path: Path) -> None:
    cast.adopt()
    shared("departure_screening")
    cast.case(cast.BIMA, CASE)
    settings.HOME = tmp_path


def shared(purpose: str) -> None:
    """KP2MI gives Immigration these fields of its cards and placements for this purpose."""
    fields = {"e_pmi": ["country", "status", "issued_on", "expires_on"], "placement": ["country", "status"]}
    agree("kp2mi", "imigrasi", purposes=[purpose], classes=[*fields], fields=fields)


@pytest.fixture
def answering(settings: Any) -> Iterator[Callable[[Callable[[], Answer]], Any]]:
    """SISKOP2MI set up where the hub looks for its address, answering so."""
    from contextlib import ExitStack

    with ExitStack() as held:

        def set_up(answer: Callable[[], Answer]) -> Mapping[str, Any]:
            address: dict[str, Any] = held.enter_context(siskop2mi(answer))
            path = Path(settings.HOME, "sources.json")
            path.unlink(missing_ok=True)
            path.write_text(json.dumps({"siskop2mi": {name: address[name] for name in ("base", "api_key")}}))
            return address

        yield set_up


def ask(client: Client, number: str = EPMI, *, what: str = "e_pmi", reference: str = CASE) -> Any:
    return client.post("/verifikasi/", {"what": what, "number": number, "reference": reference})


def page_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_what_was_found_is_shown_in_words_with_its_source_and_what_to_do(answering: Any) -> None:
    answering(found)
    answer = ask(cast.browser(cast.BIMA))
    words = page_of(answer)
    assert answer.status_code == 200
    for said_ in (
        "Ditemukan dan berlaku hari ini",
        "Malaysia",
        "1 Nov 2027",
        "Terbit",
        "Cocokkan rincian",
        "Ditanyakan langsung kepada SISKOP2MI",
    ):
        assert said_ in words, said_
    english = cast.browser(cast.BIMA)
    english.post("/language/", {"language": "en", "next": "/"})
    assert "Found, and it holds today" in page_of(ask(english)) and "Valid until" in page_of(ask(english))


def test_no_such_number_is_said_of_the_number_and_not_of_the_traveller(answering: Any) -> None:
    answering(lambda: said({"ditemukan": False}))
    words = page_of(ask(cast.browser(cast.BIMA), GONE))
    assert "Tidak ada nomor itu" in words and "Salah tulis bukan tanda apa pun" in words


@pytest.mark.parametrize("what", ["500", "garbage", "another row", "key"])
def test_an_outage_is_not_available_and_says_nothing_of_the_number(answering: Any, what: str) -> None:
    answering(FAULTS[what][0])
    words = page_of(ask(cast.browser(cast.BIMA)))
    assert "Tidak tersedia" in words and "Ini tidak berkata apa-apa tentang nomornya" in words
    assert "Tidak ada nomor itu" not in words and "Data yang biasa dikirim sumber ini" in words


def test_without_an_address_it_is_not_available_either() -> None:
    assert "Tidak tersedia" in page_of(ask(cast.browser(cast.BIMA)))


def test_what_was_asked_stands_on_the_page_and_neither_number_nor_answer_anywhere(answering: Any) -> None:
    bima = cast.browser(cast.BIMA)
    assert "Belum ada yang ditanyakan" in page_of(bima.get("/verifikasi/"))
    answering(found)
    ask(bima)
    words = page_of(bima.get("/verifikasi/"))
    assert CASE in words and "Ditemukan" in words and EPMI not in words and "Malaysia" not in words
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(
            "SELECT v::text || convert_from(e.body, 'UTF8') FROM intake_verification v JOIN audit_entry e ON v.id = ANY (e.about)"
        )
        (kept,) = [text for (text,) in cursor.fetchall()]
    assert EPMI not in kept and "MYS" not in kept
    body = json.loads(bytes(Entry.objects.get(what="verification.answered").body))
    assert body["params"] == {"asked": "e_pmi", "source": "siskop2mi", "outcome": "found"} and body["reference"] == CASE


OF_LONG_AGO = """
INSERT INTO intake_verification (id, at, what, source, outcome, fault, by, agency, office, desk, sealed)
SELECT %s, at - interval '364 days', what, source, outcome, fault, by, agency, office, desk, sealed FROM intake_verification
"""


def test_after_its_term_a_question_is_destroyed_and_none_is_ever_changed(answering: Any) -> None:
    answering(found)
    ask(cast.browser(cast.BIMA))
    old = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(OF_LONG_AGO, [old])
        with pytest.raises(Error), transaction.atomic():
            cursor.execute("UPDATE intake_verification SET outcome = 'not_found'")
    assert forget_verifications(act=cast.hub(now())) == 0
    assert forget_verifications(act=cast.hub(now() + timedelta(days=2))) == 1
    assert Entry.objects.get(what="verification.forgotten").about == [old]
    assert forget_verifications(act=cast.hub(now() + timedelta(days=2))) == 0


def test_an_officer_sees_his_own_questions_and_a_supervisor_those_of_the_office(answering: Any) -> None:
    answering(found)
    cast.case(cast.AYU, "MLG-7")
    shared("passport_application")
    ask(cast.browser(cast.BIMA))
    ask(cast.browser(cast.AYU), reference="MLG-7")
    dian, arif = (page_of(cast.browser(seat).get("/verifikasi/")) for seat in (cast.DIAN, cast.ARIF))
    assert CASE not in dian and CASE in arif and cast.BIMA.full_name in arif and "MLG-7" not in arif


def test_a_case_of_another_office_or_of_nobody_is_refused_and_nothing_is_asked(answering: Any) -> None:
    seen = answering(found)["asked"]
    cast.case(cast.AYU, "MLG-7")
    for reference in ("MLG-7", "CGK-A1-2"):
        answer = ask(cast.browser(cast.BIMA), reference=reference)
        assert answer.status_code == 422 and "Tidak ada perkara terbuka" in page_of(answer)
    assert not seen


def test_the_twin_that_believes_any_case_asks(answering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a number typed by the officer is justification enough."""
    seen = answering(found)["asked"]
    monkeypatch.setattr(panels, "case_is_open", lambda act: True)
    assert ask(cast.browser(cast.BIMA), reference="CGK-A1-2").status_code == 200 and len(seen) == 1


@pytest.mark.parametrize(
    ("told", "says"),
    [({"number": ""}, "Tulis nomornya"), ({"what": ""}, "Pilih apa"), ({"reference": ""}, "Tulis nomor berkas"),
     ({"what": "licence"}, "tidak dapat diverifikasi")],
)  # fmt: skip
def test_what_is_missing_is_asked_for_in_words(told: dict[str, str], says: str) -> None:
    answer = ask(cast.browser(cast.BIMA), **({"number": EPMI} | told))
    assert answer.status_code == 422 and says in page_of(answer)


def test_only_what_an_agreement_gives_may_be_chosen_and_else_it_is_said_why() -> None:
    bima = page_of(cast.browser(cast.BIMA).get("/verifikasi/"))
    assert (
        '<option value="e_pmi"' in bima and '<option value="placement"' in bima and '<option value="passport"' in bima
    )
    made = page_of(cast.browser(cast.MADE).get("/verifikasi/"))
    assert '<option value="placement"' in made and '<option value="passport"' not in made, (
        "KP2MI's own, and nobody else's"
    )


def test_who_may_not_ask_is_refused_and_nobody_asks_without_a_case() -> None:
    for seat in cast.SEATS:
        if seat.role not in {"counter_officer", "passport_officer", "secondary_officer", "supervisor", "kp2mi_officer"}:
            with pytest.raises(DoorShut):
                verify_at_desk("e_pmi", EPMI, {}, act=cast.act(seat, reference="K-1"))
            assert cast.browser(seat).get("/verifikasi/").status_code == 403
    with pytest.raises(ReferenceMissing):
        verify_at_desk("e_pmi", EPMI, {}, act=cast.act(cast.BIMA))
    with pytest.raises(NoCase):
        verify_at_desk("e_pmi", EPMI, {}, act=cast.act(cast.BIMA, reference=str(uuid4())))


def test_the_desk_leads_there_with_the_case_that_is_open() -> None:
    bima = cast.browser(cast.BIMA)
    asked = bima.post("/meja/", {"purpose": "departure", "full_name": "Sari Wulandari", "reference": "CGK-A1-9"})
    assert 'href="/verifikasi/"' in asked.content.decode()
    assert 'value="CGK-A1-9"' in bima.get("/verifikasi/").content.decode()
