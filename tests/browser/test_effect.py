"""From decision to effect as the auditor sees it: nothing yet, then what was felt, what was late, and what never arrived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from suar.registers.actions.effect import DESKS, note_effect
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.registers.nominating import banned, newest, sari

pytestmark = pytest.mark.browser
SECOND = timedelta(seconds=1)


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.NADIA, cast.GITA, cast.BIMA):
        cast.seated(seat)
    with served(cloned_database) as address:
        yield address


def test_the_auditor_sees_what_did_not_arrive_and_every_number_leads_to_its_changes(
    browser: Browser, suar: str
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "nadia")
    press(page, "g", "8")
    page.wait_for_url("**/daftar/waktu-berlaku/")
    expect(page.locator("main")).to_contain_text("Belum ada yang diukur")
    look(page, "effect-empty")
    changed()
    page.reload()
    expect(page.locator(".notice--error")).to_contain_text("Belum berlaku di mana-mana")
    expect(page.locator("main")).to_contain_text("250 ms")
    look(page, "effect")
    both_ways(page, "effect")
    page.locator(".notice--error a").focus()
    press(page, "Enter")
    page.wait_for_url("**/7/missing/add/desks/")
    expect(page.locator("tbody tr")).to_have_count(1)
    look(page, "effect-rows")
    both_ways(page, "effect-rows")
    press(page, "Escape")
    page.wait_for_url("**/daftar/waktu-berlaku/")
    page.close()


def changed() -> None:
    """Three bans: one felt in a quarter of a second, one late, one never."""
    subject, at = sari(), now() - timedelta(minutes=30)
    for number, took in enumerate((SECOND / 4, 5 * SECOND, None)):
        last = newest(banned(subject, at=at, decision_no=f"R/{number}/XI/2026"))
        if took:
            note_effect([last.id], [DESKS], last.at + took)
