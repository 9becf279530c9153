"""Bima has an E-PMI verified for the case that is open at his desk: by keyboard, at both widths, in both languages, and without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_flows import as_english, both
from tests.browser.test_officers_path import log_in, press
from tests.client.servers import Answer
from tests.database import Copy
from tests.exchange.machines import agree
from tests.intake.test_asking import EPMI, GONE, found, said, siskop2mi

pytestmark = pytest.mark.browser
CASE = "CGK-A1-1"


class Elsewhere(Copy):
    """The same database, for a program whose sources are written down in a folder of this test's own."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"SUAR_HOME": str(self.home)}


@dataclass
class System:
    """SISKOP2MI as it answers just now."""

    well: bool = True

    def answer(self) -> Answer:
        return found() if self.well else said(None, status=500)


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
def suar(cloned_database: Copy, built: None, tmp_path: Path, system: System) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.BIMA, cast.MADE):
        cast.seated(seat)
    fields = {"e_pmi": ["e_pmi_kind", "country", "status", "issued_on", "expires_on"]}
    agree("kp2mi", "imigrasi", classes=["e_pmi"], fields=fields)
    cast.case(cast.BIMA, CASE)
    Elsewhere.home = tmp_path
    with siskop2mi(system.answer) as address:
        told = {"siskop2mi": {name: address[name] for name in ("base", "api_key")}}
        (tmp_path / "sources.json").write_text(json.dumps(told))
        with served(Elsewhere(cloned_database.name)) as where:
            yield where


def asked(page: Page, number: str) -> None:
    """The form by keyboard alone: what, number and case in their order, then Enter."""
    page.locator("#what").focus()
    page.keyboard.type("E-P")
    press(page, "Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(number)
    press(page, "Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(CASE)
    with page.expect_navigation():
        press(page, "Enter")


def test_bima_asks_by_keyboard_and_is_told_honestly(browser: Browser, suar: str, system: System) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "bima")
    page.goto(f"{suar}/verifikasi/")
    both(page, "verify-empty")
    asked(page, "")
    expect(page.locator("[role=alert]")).to_contain_text("Tulis nomornya")
    both(page, "verify-missing")
    asked(page, EPMI)
    expect(page.locator("main")).to_contain_text("Ditemukan dan berlaku hari ini")
    both(page, "verify-found")
    system.well = False
    asked(page, GONE)
    expect(page.locator("main")).to_contain_text("Ini tidak berkata apa-apa tentang nomornya")
    both(page, "verify-silent")
    page.close()
    english = as_english(browser, suar, "bima")
    english.goto(f"{suar}/verifikasi/")
    both(english, "verify-history", "en")
    system.well = True
    asked(english, EPMI)
    expect(english.locator("main")).to_contain_text("Found, and it holds today")
    both(english, "verify-found", "en")
    english.close()


def test_it_works_without_javascript(browser: Browser, suar: str) -> None:
    with browser.new_context(java_script_enabled=False, locale="id-ID") as plain:
        page = plain.new_page()
        page.goto(f"{suar}/login/")
        page.fill("#id_username", "bima")
        page.fill("#id_password", cast.PASSWORD)
        page.locator("main button").first.click()
        page.goto(f"{suar}/verifikasi/")
        page.select_option("#what", "e_pmi")
        page.fill("#number", EPMI)
        page.fill("#reference", CASE)
        page.locator("main form button").click()
        expect(page.locator("main")).to_contain_text("Ditemukan dan berlaku hari ini")
        assert EPMI not in page.url


def test_made_has_his_own_agencys_cards_to_ask_for_and_a_page_that_says_so(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "made")
    page.goto(f"{suar}/penempatan/")
    page.get_by_role("link", name="Verifikasi nomor").click()
    expect(page.locator("#what")).to_contain_text("E-PMI")
    both(page, "verify-kp2mi")
    page.close()
