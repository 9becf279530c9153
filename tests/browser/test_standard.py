"""The standard at the counter by key, the office's and the Ombudsman's pages, and crossings that nobody screened: from the miss to its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from suar.screening.jobs.unscreened import compare
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import SCAN, log_in, look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.screening.crossing import Crossed, Seen, cross, heard, see

pytestmark = pytest.mark.browser
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.BIMA, cast.ARIF, cast.NADIA):
        cast.seated(seat)
    with served(cloned_database) as address:
        yield address


def test_an_officer_notes_what_is_done_by_key_and_the_ombudsman_sees_what_was_not(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "bima")
    press(page, "g", "2")
    page.wait_for_url("**/meja/")
    look(page, "procedure-start")
    for line in SCAN:
        page.keyboard.type(line)
        press(page, "Enter")
    expect(page.locator("#advice")).to_be_focused(timeout=20_000)
    expect(page.locator(".steps__step--here")).to_contain_text("Putuskan")
    press(page, "s")
    expect(page.locator(".care__noted li")).to_have_count(1)
    expect(page.locator(".steps__step--here")).to_contain_text("Beri tahu hak")
    look(page, "care-begun")
    both_ways(page, "care-begun")
    for number, key in enumerate("ric", start=2):
        press(page, key)
        expect(page.locator(".care__noted li")).to_have_count(number)
    expect(page.locator(".steps__step--here")).to_contain_text("Putuskan")
    look(page, "care-noted")
    press(page, "1")
    expect(page.locator(".done")).to_be_visible()
    look(page, "care-done")
    press(page, "g", "s")
    page.wait_for_url("**/meja/standar/")
    look(page, "service-office")
    page.close()


def test_the_ombudsmans_page_of_the_standard_leads_from_each_number_to_its_rows(browser: Browser, suar: str) -> None:
    from tests.screening.test_service import BREACHES, KEPT, played

    at = now() - 6 * HOUR
    for one in (*BREACHES, *KEPT):
        played(one, at, cast.BIMA)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "nadia")
    press(page, "g", "s")
    page.wait_for_url("**/pengawasan/standar/")
    expect(page.locator(".notice--care")).to_contain_text("17 kali")
    look(page, "service")
    both_ways(page, "service")
    page.locator("[data-broken]").first.focus()
    press(page, "Enter")
    page.wait_for_url("**/broken/")
    look(page, "service-rows")
    both_ways(page, "service-rows")
    press(page, "Escape")
    page.wait_for_url("**/pengawasan/standar/7/")
    page.close()


def test_from_a_crossing_that_nobody_screened_to_its_reason_and_to_the_oversight(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "nadia")
    press(page, "g", "u")
    page.wait_for_url("**/pengawasan/tanpa-pemeriksaan/")
    expect(page.locator("main")).to_contain_text("belum pernah dibandingkan")
    look(page, "unscreened-never")
    left()
    page.reload()
    expect(page.locator(".notice--care")).to_contain_text("3 perlintasan")
    look(page, "unscreened-lanes")
    both_ways(page, "unscreened-lanes")
    page.locator("[data-missed]").first.focus()
    press(page, "Enter")
    page.wait_for_url("**/all/cgk/**")
    look(page, "unscreened-rows")
    both_ways(page, "unscreened-rows")
    page.close()
    explained(browser, suar)


def explained(browser: Browser, suar: str) -> None:
    """The supervisor gives reasons by keyboard alone."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "arif")
    look(page, "home-unscreened")
    press(page, "g", "u")
    page.wait_for_url("**/meja/tanpa-pemeriksaan/")
    look(page, "unscreened-owed")
    both_ways(page, "unscreened-owed")
    press(page, "1", "2")
    expect(page.locator("input[name=crossing]:checked")).to_have_count(2)
    page.locator("#why-owed-system_outage").focus()
    press(page, "Space", "Tab", "Enter")
    expect(page.locator(".notice--success")).to_be_visible()
    expect(page.locator("#owed-title .count")).to_have_text("1")
    look(page, "unscreened-said")
    page.close()


def left() -> None:
    """Three of five who left were screened by nobody; one gate sends nothing but its screened."""
    at = now()
    crossings = [
        Crossed(passport_no=f"X990000{n}", at=at - HOUR - n * MINUTE, lane="autogate" if n > 3 else "counter")
        for n in range(1, 6)
    ]
    cross([*crossings, Crossed(passport_no="X9900009", at=at - HOUR, place="dps")])
    see(
        [
            Seen(passport_no="X9900003", at=at - HOUR - 9 * MINUTE),
            Seen(passport_no="X9900004", at=at - 5 * HOUR, purpose="prelist"),
        ]
    )
    heard(at)
    compare(act=cast.hub(at))
