"""Integration as two engineers see it: one proposes an endpoint, the other confirms it, and dead letters go out again, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.exchange.delivering import LIA, acknowledged, dead, delivering, happened, opened, prepared
from tests.exchange.receiver import Answer, receiving
from tests.site.running.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    prepared(dead_after_s=1)
    for seat in (cast.EKO, LIA):
        cast.seated(seat)
    with served(cloned_database) as address:
        yield address


def at_desk(browser: Browser, suar: str, who: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, who)
    return page


def test_two_engineers_open_an_endpoint_by_keyboard_alone(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = at_desk(browser, suar, "eko")
    press(page, "g", "2")
    page.wait_for_url("**/integrasi/")
    expect(page.locator("main")).to_contain_text("Belum ada titik terima")
    look(page, "integration-empty")
    press(page, "n")
    page.wait_for_url("**/titik/baru/")
    page.locator("#agency").select_option("kp2mi")
    page.locator("#url").focus()
    page.keyboard.type("https://terima.kp2mi.example/suar")
    page.locator("#until_day").fill("2031-01-31")
    both_ways(page, "integration-new")
    page.locator("#agency").select_option("kp2mi")
    page.locator("#url").fill("https://terima.kp2mi.example/suar")
    page.locator("#until_day").fill("2031-01-31")
    look(page, "integration-new")
    press(page, "Enter")
    page.wait_for_url("**/integrasi/titik/0*/")
    where = page.url
    expect(page.locator("main")).to_contain_text("Anda yang mengusulkan")
    page.close()
    other = at_desk(browser, suar, "lia")
    other.goto(where)
    look(other, "integration-proposal")
    both_ways(other, "integration-proposal")
    press(other, "1")
    expect(other.locator(".notice--success")).to_contain_text("Dikonfirmasi")
    other.close()


def test_dead_letters_are_seen_and_sent_again_by_keyboard_alone(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = at_desk(browser, suar, "eko")
    page.goto(f"{suar}/integrasi/surat-mati/")
    look(page, "dead-letters-empty")
    bad = [True]
    with receiving(lambda got, before: Answer(500 if bad else 204, after_s=0.05)) as agency:
        opened(agency.url())
        events = [happened() for _ in range(3)]
        with delivering():
            wait_until(lambda: len(dead()) == 3)
            bad.clear()
            page.goto(f"{suar}/integrasi/")
            look(page, "integration")
            both_ways(page, "integration")
            press(page, "d")
            page.wait_for_url("**/surat-mati/")
            expect(page.locator("tbody tr")).to_have_count(3)
            look(page, "dead-letters")
            both_ways(page, "dead-letters")
            press(page, "s")
            expect(page.locator(".notice--success")).to_contain_text("Dikirim lagi")
            acknowledged(events)
    page.goto(f"{suar}/integrasi/")
    page.locator("tbody th a").first.focus()
    press(page, "Enter")
    expect(page.locator("main")).to_contain_text("Kunci publik")
    look(page, "integration-endpoint")
    both_ways(page, "integration-endpoint")
    page.close()
