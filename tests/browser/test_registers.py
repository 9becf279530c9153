"""An exit ban from nomination to the desk by keyboard alone: Gita asks, whoever is drawn agrees, Bima's desk advises to hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from suar.registers.queries.pending import open_at
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import SCAN, log_in, look, press
from tests.database import Copy
from tests.registers.nominating import as_hub, banned, drawn_of, sari

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    """A Suar in which Sari is known, and one of her entries is about to end."""
    cast.adopt()
    for seat in (cast.BIMA, cast.GITA, cast.SINTA, cast.ARIF):
        cast.seated(seat)
    subject = sari()
    banned(subject, kind="exit_ban_urgent", at=now() - timedelta(days=17), decision_no="R/1/XI/2026")
    with served(cloned_database) as address:
        yield address


def typed(page: Page, field: str, text: str) -> None:
    page.locator(f"#id_{field}").focus()
    page.keyboard.type(text)


def test_a_ban_goes_from_nomination_to_the_desk_by_keyboard_alone(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "gita")
    press(page, "g", "3")
    page.wait_for_url("**/daftar/")
    look(page, "registers")
    page.locator("a", has_text="Pencegahan dalam keadaan mendesak").first.focus()
    press(page, "Enter")
    page.wait_for_url("**/daftar/entri/*/")
    look(page, "register-entry")
    both_ways(page, "register-entry")
    press(page, "Escape")
    page.wait_for_url("**/daftar/")
    press(page, "n")
    page.wait_for_url("**/daftar/baru/")
    typed(page, "reference", "R/12/XI/2026")
    typed(page, "passport_no", cast.SARI["passport_no"])
    press(page, "Enter")
    expect(page.locator(".hit")).to_have_count(1)
    look(page, "register-whom")
    press(page, "1")
    page.wait_for_url("**/daftar/baru/*/")
    expect(page.locator("#what")).to_be_focused()
    typed(page, "decision_no", "R/12/XI/2026")
    typed(page, "facts", "Saksi dalam penyidikan; dua panggilan tidak dipenuhi.")
    press(page, "Escape", "k")
    expect(page.locator(".govuk-error-message")).to_contain_text("Hukum mewajibkan isian ini")
    look(page, "register-new-refused")
    page.locator("#id_document").set_input_files(
        {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 invented"}
    )
    typed(page, "recommendation", "Mohon disetujui.")
    press(page, "Escape", "k")
    page.wait_for_url("**/daftar/")
    expect(page.locator(".notice--success")).to_contain_text("menunjuk orang kedua")
    look(page, "registers-asked")
    page.close()
    second = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(second, suar, whoever_was_drawn())
    look(second, "registers-home-second")
    press(second, "g", "3")
    second.wait_for_url("**/daftar/")
    press(second, "1")
    second.wait_for_url("**/daftar/permohonan/*/")
    assert second.locator("text=Mohon disetujui.").count() == 0, "the recommendation stood before the evidence"
    look(second, "register-evidence")
    press(second, "l")
    expect(second.locator("text=Mohon disetujui.")).to_have_count(1)
    look(second, "register-request")
    both_ways(second, "register-request")
    press(second, "a")
    expect(second.locator("#reason")).to_be_focused()
    second.keyboard.type("Surat panggilan sudah diperiksa.")
    press(second, "Escape", "1")
    second.wait_for_url("**/daftar/")
    expect(second.locator(".notice--success")).to_contain_text("berlaku di semua meja")
    second.close()
    held_at_the_desk(browser, suar)


def whoever_was_drawn() -> str:
    with as_hub():
        waiting = open_at(now())
    assert len(waiting) == 1
    return drawn_of(waiting[0].id).username


def both_ways(page: Page, name: str) -> None:
    """The same page on a phone, in English, in the dark; and back."""
    page.locator(".frame__tongues [value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    look(page, f"{name}-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.locator(".frame__tongues [value=id]").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")


def held_at_the_desk(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "bima")
    press(page, "g", "2")
    page.wait_for_url("**/meja/")
    page.locator("#id_mrz").focus()
    for line in SCAN:
        page.keyboard.type(line)
        press(page, "Enter")
    expect(page.locator(".band--hold")).to_be_visible(timeout=15_000)
    expect(page.locator("main")).to_contain_text("Pencegahan ke luar negeri berlaku")
    look(page, "register-hold")
    page.close()
