"""A refusal by keyboard alone, from the counter's proposal to the supervisor's signature and the printed notice; and the queues' pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.screening.actions.decide import decide
from suar.screening.actions.manifest import Sent, keep_manifest
from suar.screening.actions.outcome import Said, report
from suar.screening.jobs.prelist import screen_manifest
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.registers.nominating import banned, sari
from tests.screening.desk import FACTS, of_sari

pytestmark = pytest.mark.browser
ROWS = [
    {name: cast.SARI[name] for name in ("full_name", "nik", "passport_no", "birth_date", "sex")},
    {"full_name": "Zulkarnaen Batubara", "passport_no": "X9900077"},
    {"full_name": "Budi Santoso", "passport_no": "X9900078", "nik": "12"},
]


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    """Three travellers were asked about: one waits, one was referred, one waits for the second officer; a flight was screened ahead."""
    cast.adopt()
    for seat in (cast.BIMA, cast.DIAN, cast.ARIF, cast.MADE, cast.RATNA, cast.NADIA):
        cast.seated(seat)
    at = now() - timedelta(minutes=20)
    banned(sari(), at=at - timedelta(days=1))
    for n, (decision, desk) in enumerate((("refer", "kp2mi"), ("refer", "protection"), ("interview", ""))):
        screening = of_sari(reference=f"CGK-A1-{n}", at=at)
        told = Decided(decision=Decision(decision), desk=desk, coded="other", words="Berbincang dengan tenang.")
        decide(screening, told, act=cast.act(cast.BIMA, at=at, reference=str(screening)))
    for n in range(10):
        screening = of_sari(reference=f"CGK-B-{n}", at=at)
        decide(
            screening, Decided(decision=Decision.INTERVIEW), act=cast.act(cast.BIMA, at=at, reference=str(screening))
        )
        act = cast.act(cast.BIMA, at=now(), reference=str(screening))
        report(screening, Said(outcome="helped", on=act.at.date()), act=act)
    flight = Sent(flight="GA820", departs_on=(at + timedelta(days=1)).date(), rows=ROWS, desk=cast.DIAN.desk)
    screen_manifest(keep_manifest(flight, act=cast.act(cast.DIAN, at=at)), act=cast.hub(at))
    of_sari(reference="CGK-A1-9", at=now())
    with served(cloned_database) as address:
        yield address


def typed(page: Page, field: str, text: str) -> None:
    page.locator(f"#{field}").focus()
    page.keyboard.type(text)
    press(page, "Escape")


def wide(browser: Browser) -> Page:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")


def test_a_refusal_goes_from_the_counter_to_the_signature_by_keyboard_alone(browser: Browser, suar: str) -> None:
    page = wide(browser)
    log_in(page, suar, "bima")
    page.goto(f"{suar}/meja/terbuka/")
    press(page, "1")
    page.wait_for_url("**/meja/*-*/")
    here = page.url
    press(page, "l")
    page.wait_for_url("**/putusan/pilih/")
    look(page, "deciding")
    both_ways(page, "deciding")
    press(page, "6")
    page.wait_for_url("**decision=refuse")
    look(page, "deciding-refuse")
    page.locator("#ground-1").focus()
    press(page, "Space", "Escape")
    press(page, "k")
    expect(page.locator("[role=alert]")).to_be_visible()
    look(page, "deciding-missing")
    page.locator("#coded").select_option("document_invalid")
    typed(page, "reason", FACTS)
    press(page, "k")
    page.wait_for_url(here)
    expect(page.locator(".notice--success")).to_contain_text("sampai saat itu tidak ada yang ditolak")
    look(page, "refusal-proposed")
    supervisor = wide(browser)
    log_in(supervisor, suar, "arif")
    look(supervisor, "home-supervisor")
    press(supervisor, "g", "w")
    supervisor.wait_for_url("**/penolakan/")
    look(supervisor, "refusals")
    press(supervisor, "1")
    supervisor.wait_for_url("**/penolakan/*-*/")
    assert supervisor.locator(f"text={FACTS}").count() == 0, "what the officer says stood before the evidence"
    look(supervisor, "refusal-evidence")
    press(supervisor, "l")
    expect(supervisor.locator(f"text={FACTS}")).to_have_count(1)
    look(supervisor, "refusal")
    both_ways(supervisor, "refusal")
    press(supervisor, "a")
    expect(supervisor.locator("#reason")).to_be_focused()
    supervisor.keyboard.type("Paspor diperiksa bersama.")
    press(supervisor, "Escape", "1")
    supervisor.wait_for_url("**/penolakan/")
    expect(supervisor.locator(".notice--success")).to_contain_text("dua nama")
    supervisor.close()
    page.goto(here)
    expect(page.locator(".done")).to_contain_text("Ditolak oleh pejabat")
    look(page, "refused")
    press(page, "p")
    page.wait_for_url("**/pemberitahuan/**")
    expect(page.locator(".slip")).to_contain_text("UU 6/2011 Ps 16")
    look(page, "refused-notice")
    page.close()


PAGES = [
    ("dian", "/antrean/", "tasks"),
    ("dian", "/daftar-awal/", "prelists"),
    ("arif", "/hasil/", "outcomes"),
    ("made", "/hasil/kirim/", "outcomes-send"),
    ("nadia", "/hasil/hold/interview/helped/", "outcome-rows"),
    ("ratna", "/antrean/", "tasks-protection"),
]


@pytest.mark.parametrize(("who", "address", "name"), PAGES, ids=[name for *_, name in PAGES])
def test_a_page_of_the_desks_is_whole_in_both_tongues_and_widths(
    browser: Browser, suar: str, who: str, address: str, name: str
) -> None:
    page = wide(browser)
    log_in(page, suar, who)
    page.goto(f"{suar}{address}")
    look(page, name)
    both_ways(page, name)
    page.close()


def test_a_task_is_taken_handed_over_and_finished_by_keyboard_alone(browser: Browser, suar: str) -> None:
    page = wide(browser)
    log_in(page, suar, "dian")
    press(page, "g", "q")
    page.wait_for_url("**/antrean/")
    press(page, "1")
    page.wait_for_url("**/antrean/*-*/")
    look(page, "task")
    press(page, "a")
    expect(page.locator("#finish-title")).to_be_visible()
    look(page, "task-mine")
    both_ways(page, "task-mine")
    press(page, "g", "t")
    page.wait_for_url("**/serah-terima/")
    typed(page, "note", "Menunggu juru bahasa Sasak.")
    look(page, "handover")
    press(page, "k")
    expect(page.locator(".notice--success")).to_be_visible()
    other = wide(browser)
    log_in(other, suar, "arif")
    press(other, "g", "t")
    other.wait_for_url("**/serah-terima/")
    expect(other.locator("main")).to_contain_text("Menunggu juru bahasa Sasak.")
    look(other, "handover-waiting")
    both_ways(other, "handover-waiting")
    press(other, "a")
    other.wait_for_url("**/antrean/")
    press(other, "1")
    other.wait_for_url("**/antrean/*-*/")
    other.locator("#result-1").focus()
    press(other, "Space", "Escape", "k")
    other.wait_for_url("**/antrean/")
    expect(other.locator(".notice--success")).to_be_visible()
    other.close()
    page.close()


def test_a_short_list_is_looked_through_by_keyboard_alone(browser: Browser, suar: str) -> None:
    page = wide(browser)
    log_in(page, suar, "dian")
    press(page, "g", "m")
    page.wait_for_url("**/daftar-awal/")
    press(page, "1")
    page.wait_for_url("**/daftar-awal/*-*/")
    look(page, "prelist")
    both_ways(page, "prelist")
    page.locator("button[value=counts]").focus()
    press(page, "Enter")
    expect(page.locator(".notice--success")).to_be_visible()
    page.goto(f"{suar}/antrean/")
    look(page, "tasks-with-prelist")
    page.close()


def test_what_came_of_it_is_said_on_a_page_of_its_own(browser: Browser, suar: str) -> None:
    page = wide(browser)
    log_in(page, suar, "made")
    press(page, "g", "q")
    page.wait_for_url("**/antrean/")
    press(page, "1")
    page.wait_for_url("**/antrean/*-*/")
    press(page, "a")
    expect(page.locator("#finish-title")).to_be_visible()
    press(page, "h")
    page.wait_for_url("**/hasil/catat/*/")
    look(page, "outcome")
    both_ways(page, "outcome")
    page.locator("#outcome-1").focus()
    press(page, "Space", "Escape", "k")
    page.wait_for_url(f"{suar}/")
    expect(page.locator(".notice--success")).to_contain_text("Tercatat")
    page.close()
