"""From log-in to the printed notice by keyboard alone, on the real pages over a real database: Bima sits, Sari travels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.arrivals import arrive
from tests.browser.conftest import PICTURES, picture, served
from tests.browser.test_pages import faults_of
from tests.database import Copy

pytestmark = pytest.mark.browser
SCAN = ("P<IDNWULANDARI<<SARI<<<<<<<<<<<<<<<<<<<<<<<<", "X9900001<0IDN9005123F3103049<<<<<<<<<<<<<<00")
#: Sari lives in Malang here, in Made's province, and has a contract.
PLACED = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03", "region_code": "357301"}


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    """The address of a Suar whose policies are adopted and whose counter has its officer."""
    cast.adopt()
    for seat in (cast.BIMA, cast.LALU, cast.EKO, cast.MADE):
        cast.seated(seat)
    arrive("siskop2mi", "placement", [{"id": "p-9", "who": "sari", **cast.SARI, **PLACED}])
    with served(cloned_database) as address:
        yield address


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def look(page: Page, name: str) -> None:
    picture(page, f"suar-{name}")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert not faults_of(page)
    assert "[" not in page.locator("main").inner_text(), "a code stands where a sentence should"


def log_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/login/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(username)
    press(page, "Tab")
    page.keyboard.type(cast.PASSWORD)
    press(page, "Enter")
    page.wait_for_url(f"{address}/")


def test_an_officer_goes_from_log_in_to_the_printed_notice_by_keyboard_alone(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "bima")
    look(page, "home")
    press(page, "g", "2")
    page.wait_for_url("**/meja/")
    for line in SCAN:
        page.keyboard.type(line)
        press(page, "Enter")
    expect(page.locator(".checks li[data-wrong]")).to_have_count(0)
    # The counter gives the crossing its number: one scan asks, one key decides.
    expect(page.locator("#advice")).to_be_focused(timeout=20_000)
    look(page, "answer")
    press(page, page.locator(".acts [data-key]").first.get_attribute("data-key") or "")
    expect(page.locator(".done")).to_be_visible()
    look(page, "decided")
    press(page, "p")
    page.wait_for_url("**/pemberitahuan/**")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    look(page, "notice")
    press(page, "p")
    expect(page).to_have_title("printed")
    press(page, "n")
    page.wait_for_url("**/meja/")
    expect(page.locator("[data-scan]")).to_be_focused()
    page.close()


def test_a_village_officer_sends_a_tip_from_a_phone(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="id-ID")
    log_in(page, suar, "lalu")
    page.goto(f"{suar}/village/")
    look(page, "village")
    page.locator("[name=text]").fill("Seseorang menawarkan kerja tanpa surat di warung.")
    page.locator("main form button").first.click()
    expect(page.locator(".notice--success")).to_contain_text("laporan sudah diterima")
    expect(page.locator(".sent li")).to_have_count(1)
    look(page, "village-sent")
    page.close()


def test_source_health_is_readable_before_any_source_was_heard(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "eko")
    page.goto(f"{suar}/sources/")
    look(page, "health")
    page.close()


def test_a_kp2mi_officer_goes_from_his_list_to_one_masked_field_by_keyboard_alone(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="id-ID")
    log_in(page, suar, "made")
    look(page, "home-kp2mi")
    press(page, "g", "7")
    page.wait_for_url("**/penempatan/")
    look(page, "placements")
    press(page, "1")
    page.wait_for_url("**/persons/**")
    assert cast.SARI_NIK not in page.content()
    expect(page.locator(".moj-timeline__title")).to_have_text("Penempatan di Malaysia")
    press(page, "v")
    expect(page.locator("#reveal-field-person")).to_be_focused()
    press(page, "Tab", "ArrowDown", "Tab", "Enter")
    expect(page.locator("#revealed-person")).to_contain_text(cast.SARI_NIK)
    look(page, "person-revealed")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "person-revealed-wide")
    press(page, "/")
    page.keyboard.type(cast.SARI_NIK)
    press(page, "Enter")
    page.wait_for_url("**/cari/")
    expect(page.locator(".hit")).to_have_count(1)  # the placement that is open is the case
    look(page, "search")
    page.close()
