"""The first pages: log-in, the seat, the lock, my work, the language, the process's own health."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from suar.agencies.models import Posting
from suar.audit.models import Entry
from suar.site import alive
from suar.site.demo import OFFICERS
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cache.clear()
    cast.adopt()


def log_in(
    seat: cast.Seat, password: str = cast.PASSWORD, client: Client | None = None, **more: str
) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post("/login/", {"username": seat.username, "password": password, **more})


def test_bima_logs_in_and_sits_at_his_only_desk_and_the_log_says_so() -> None:
    cast.seated(cast.BIMA)
    client, answer = log_in(cast.BIMA)
    assert answer.status_code == 302 and answer["Location"] == "/"
    page = client.get("/").content.decode()
    assert "CGK-A1" in page and "Bima Prasetyo" in page and "/meja/" in page
    entry = Entry.objects.get(what="officer.logged_in")
    assert (entry.agency, json.loads(bytes(entry.body))["desk"]) == ("imigrasi", "CGK-A1")


@pytest.mark.parametrize("username", ["bima", "nobody"])
def test_a_wrong_password_and_a_wrong_name_are_refused_alike_and_the_name_is_sealed_in_the_log(username: str) -> None:
    cast.seated(cast.BIMA)
    answer = Client().post("/login/", {"username": username, "password": "wrong-password-000"})
    assert answer.status_code == 422 and "tidak cocok" in answer.content.decode()
    body = bytes(Entry.objects.get(what="login.failed").body).decode()
    assert username not in body and "sealed" in body


def test_after_ten_wrong_passwords_the_right_one_waits_too() -> None:
    cast.seated(cast.BIMA)
    for _ in range(10):
        assert log_in(cast.BIMA, "wrong-password-000")[1].status_code == 422
    assert log_in(cast.BIMA)[1].status_code == 429
    cast.seated(cast.ARIF)
    assert log_in(cast.ARIF)[1].status_code == 302


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/sources/", "/sources/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("javascript:x", "/"),
    ],
)
def test_after_log_in_one_goes_where_one_wanted_but_never_out_of_the_house(asked: str, goes: str) -> None:
    cast.seated(cast.BIMA)
    assert log_in(cast.BIMA, next=asked)[1]["Location"] == goes


def test_an_anonymous_page_leads_to_log_in_and_back() -> None:
    answer = Client().get("/sources/")
    assert answer.status_code == 302 and answer["Location"] == "/login/?next=/sources/"


def test_charlie_has_no_posting_and_sees_an_empty_choice_of_desks() -> None:
    client = cast.browser(cast.CHARLIE)
    assert client.get("/")["Location"] == "/desks/"
    page = client.get("/desks/")
    assert page.status_code == 200 and '<button class="seat"' not in page.content.decode()


def test_who_sits_in_two_places_chooses_and_acts_under_the_chosen_one_alone() -> None:
    first = cast.seated(cast.DIAN)
    other = Posting.objects.create(
        id=uuid4(), officer=first.officer, desk=cast.seated(cast.AYU).desk, role="passport_officer", from_at=cast.BEFORE
    )
    client, answer = log_in(cast.DIAN)
    assert client.get(answer["Location"])["Location"] == "/desks/"
    assert client.post("/desks/", {"desk": str(other.id)})["Location"] == "/"
    page = client.get("/").content.decode()
    assert "MLG-1" in page and "Petugas paspor" in page


def test_nobody_takes_the_seat_of_another_or_one_that_has_ended() -> None:
    mine, hers = cast.seated(cast.DIAN), cast.seated(cast.ARIF)
    ended = Posting.objects.create(
        id=uuid4(),
        officer=mine.officer,
        desk=hers.desk,
        role="supervisor",
        from_at=cast.BEFORE,
        until_at=datetime(2021, 1, 1, tzinfo=UTC),
    )
    client = cast.browser(cast.DIAN)
    for posting in (hers, ended):
        assert client.post("/desks/", {"desk": str(posting.id)}).status_code == 422
    session = client.session
    session["posting"] = str(ended.id)  # what an old cookie would still say
    session.save()
    assert "Petugas wawancara kedua" in client.get("/").content.decode()


@pytest.mark.parametrize(("address", "status"), [("/", 200), ("/integrasi/kunci/", 403)])
def test_a_page_and_the_frame_around_it_read_the_postings_once_and_the_next_page_reads_them_anew(
    address: str, status: int
) -> None:
    cast.seated(cast.BIMA)
    client, _ = log_in(cast.BIMA)
    with CaptureQueriesContext(connection) as read:
        assert client.get(address).status_code == status
    assert len([one for one in read if 'FROM "agencies_posting"' in one["sql"]]) == 1
    Posting.objects.update(until_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert client.get(address).status_code in {302, 403}


def test_a_locked_seat_opens_nothing_and_is_taken_again_by_its_own_officer() -> None:
    client = cast.browser(cast.BIMA)
    client.get("/")
    assert client.post("/lock/")["Location"] == "/login/"
    assert client.get("/sources/").status_code == 302
    assert 'value="bima"' in client.get("/login/").content.decode()
    log_in(cast.BIMA, client=client)
    assert "CGK-A1" in client.get("/").content.decode()


def test_log_out_ends_the_session_and_asks_for_a_post() -> None:
    client = cast.browser(cast.BIMA)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/")["Location"].startswith("/login/")


def test_pages_that_change_something_refuse_a_post_from_elsewhere() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.seated(cast.BIMA).officer)
    for address in ("/lock/", "/logout/", "/desks/", "/village/tip/"):
        assert client.post(address).status_code == 403, address


def test_the_language_is_kept_in_a_cookie_and_the_page_speaks_it() -> None:
    client = cast.browser(cast.BIMA)
    assert 'lang="id"' in client.get("/").content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    assert client.cookies["suar_language"].value == "en"
    assert 'html lang="en"' in client.get("/").content.decode()


ROOMS = {
    cast.BIMA: [
        "/",
        "/meja/",
        "/antrean/",
        "/serah-terima/",
        "/daftar/",
        "/daftar/keberatan/baru/",
        "/sources/",
        "/meja/standar/",
    ],
    cast.MADE: ["/", "/antrean/", "/serah-terima/", "/penempatan/", "/cari/", "/sources/"],
    cast.DIAN: [
        "/",
        "/meja/",
        "/antrean/",
        "/serah-terima/",
        "/daftar-awal/",
        "/cari/",
        "/daftar/satu/",
        "/temuan/",
        "/daftar/",
        "/daftar/keberatan/baru/",
        "/sources/",
        "/wawancara/",
        "/meja/standar/",
    ],
    cast.RATNA: [
        "/",
        "/antrean/",
        "/serah-terima/",
        "/daftar/",
        "/protection/",
        "/panggilan/",
        "/pengaduan/",
        "/kasus/",
    ],
    cast.LALU: ["/", "/village/", "/sources/"],
    cast.EKO: [
        "/",
        "/sources/",
        "/integrasi/",
        "/integrasi/surat-mati/",
        "/integrasi/kunci/",
        "/berbagi/",
        "/quarantines/",
    ],
    cast.RAKA: [
        "/",
        "/daftar/satu/",
        "/daftar/",
        "/daftar/selisih/",
        "/daftar/waktu-berlaku/",
        "/daftar/keberatan/baru/",
        "/sources/",
        "/pemberitahuan/",
    ],
}


@pytest.mark.parametrize("seat", ROOMS, ids=lambda seat: seat.role)
def test_the_menu_names_only_rooms_that_open(seat: cast.Seat) -> None:
    client = cast.browser(seat)
    page = client.get("/").content.decode()
    named = re.findall(r'<a href="([^"]+)" data-go="[^"]+"', page)
    assert sorted(named) == sorted(ROOMS[seat])
    for address in named:
        assert client.get(address).status_code == 200, address


def test_many_rooms_stand_in_groups_that_open_without_script_and_each_key_leads_to_one() -> None:
    page = cast.browser(cast.ARIF).get("/").content.decode()
    menu = page.split('<nav class="frame__rooms')[1].split("</nav>")[0]
    groups = re.findall(r'<details class="frame__group" name="rooms"><summary><h2[^>]*>([^<]+)</h2>', menu)
    assert groups == ["Di meja", "Orang dan daftar", "Hak dan keberatan", "Mutu dan pengawasan"]
    keys = re.findall(r'data-go="(.)"', menu)
    assert len(set(keys)) == len(keys) > 12
    told = page.split('id="keys"')[1]
    assert all(f"<kbd>g</kbd> <kbd>{key}</kbd>" in told for key in keys), "the list of keys names each"
    few = cast.browser(cast.LALU).get("/").content.decode()
    assert "frame__group" not in few


def test_the_first_page_lists_what_waits_and_says_in_one_line_where_nothing_does() -> None:
    client = cast.browser(cast.BIMA)
    client.post("/meja/", {"purpose": "departure", "full_name": "Sari Wulandari", "reference": "CGK-A1-1"})
    page = client.get("/")
    assert [one["code"] for one in page.context["waiting"]] == ["open_screenings"]
    words = " ".join(page.content.decode().split())
    assert words.count('<section class="card"') == 1
    assert '<a class="count" href="/meja/terbuka/" aria-label="1 menunggu">1</a>' in words
    nothing = words.split("Tidak ada yang menunggu di:")[1].split("</p>")[0]
    assert '<a class="govuk-link" href="/antrean/">' in nothing and "/meja/terbuka/" in nothing


def test_the_training_seats_are_offered_with_the_passwords_that_the_demo_made(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(json.dumps({name: f"{name}-password" for name, *_ in OFFICERS}))
    settings.HOME, settings.DEMO = tmp_path, True
    page = Client().get("/login/").content.decode()
    assert all(f"{name}-password" in page for name, *_ in OFFICERS)
    settings.DEMO = False
    assert "-password" not in Client().get("/login/").content.decode().replace('name="password"', "").replace(
        "current-password", ""
    )


def test_healthz_names_parts_and_nothing_else() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"well": True, "parts": {"database": True, "protection": True}})


def test_healthz_says_so_when_a_part_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        alive.ASKED, "protection", "protection_owner"
    )  # an alias this test may not reach: it does not answer

    def silent(alias: str) -> bool:
        return alias == "default"

    monkeypatch.setattr(alive, "answers", silent)
    answer = Client().get("/healthz")
    assert answer.status_code == 503 and answer.json()["parts"] == {"database": True, "protection": False}


def test_a_bug_gives_a_reference_and_no_value(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from suar.site import panels

    def broken(act: object) -> None:
        raise ValueError(f"nik {cast.SARI_NIK}")

    monkeypatch.setattr(panels, "start", broken)
    client = cast.browser(cast.BIMA)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    found = re.search(r'class="reference">([0-9a-f]{12})<', answer.content.decode())
    assert found and found[1] in caplog.text
    assert cast.SARI_NIK not in caplog.text and cast.SARI_NIK not in answer.content.decode()
