"""The desk's form by keyboard alone: an honest tourist in under ten seconds on one screen, and more of the journey for whoever goes to work."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import SCAN, log_in, look, press
from tests.database import Copy

pytestmark = pytest.mark.browser
FAST_S = 10  # UI: the honest traveller is done with one scan and one key
SCREEN = 800


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    cast.seated(cast.BIMA)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(cloned_database) as address:
        yield address


def desk(browser: Browser, address: str, **more: bool) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": SCREEN}, locale="id-ID", **more).new_page()  # type: ignore[arg-type]
    log_in(page, address, "bima")
    page.goto(f"{address}/meja/")
    return page


def on_the_screen(page: Page, one: Locator) -> bool:
    box = one.bounding_box()
    return bool(box) and page.evaluate("scrollY") == 0 and box["y"] + box["height"] <= SCREEN  # type: ignore[index]


def to(page: Page, name: str) -> None:
    """On by Tab until the field has the keyboard."""
    for _press in range(40):
        if page.evaluate("document.activeElement?.name") == name:
            return
        press(page, "Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def fill(page: Page, told: dict[str, str]) -> None:
    for name, text in told.items():
        to(page, name)
        page.keyboard.type(text)


def test_an_honest_tourist_is_asked_answered_and_decided_in_ten_seconds_on_one_screen(
    browser: Browser, suar: str
) -> None:
    page = desk(browser, suar)
    assert on_the_screen(page, page.locator(".desk__go button")), "the button to ask lies below the screen"
    assert on_the_screen(page, page.locator("[name=return_date]")), (
        "the fields of a tourist's journey lie below the screen"
    )
    begun = time.monotonic()
    for line in SCAN:
        page.keyboard.type(line)
        press(page, "Enter")
    expect(page.locator("#advice")).to_be_focused(timeout=20_000)
    assert on_the_screen(page, page.locator(".acts .act").first), "the first decision lies below the screen"
    press(page, "1")
    expect(page.locator(".done")).to_be_visible(timeout=20_000)
    took = time.monotonic() - begun
    assert took < FAST_S, f"{took:.1f} s"
    page.close()


def test_a_worker_s_journey_is_typed_mended_answered_and_printed_by_keyboard_alone(browser: Browser, suar: str) -> None:
    page = desk(browser, suar)
    more = page.locator("[data-opens-for]")
    expect(more).not_to_have_attribute("open", "")
    page.keyboard.type("X9900001")
    fill(page, {"full_name": "Sari Wulandari", "destination": "Malaysia", "declared_purpose": "Bek"})
    expect(more).to_have_attribute("open", "")
    look(page, "desk-more")
    fill(page, {"ticket": "Sek", "route": "CGK > SIN", "visa_kind": "Kun", "visa_days": "sebulan", "companions": "3"})
    fill(page, {"job": "Perawat l", "employer_kind": "Pers", "employer": "Keluarga Lim", "payer": "Agen"})
    fill(page, {"account": "990 0123 456"})
    press(page, "Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused(timeout=20_000)
    expect(page.locator(".govuk-error-summary li")).to_have_text(
        ["Lama tinggal (hari): Tulis sebagai bilangan bulat, misalnya 3."]
    )
    expect(page.locator("[name=visa_days]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=employer]")).to_have_value("Keluarga Lim")
    look(page, "desk-more-wrong")
    press(page, "Tab", "Enter")
    expect(page.locator("[name=visa_days]")).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type("30")
    press(page, "Enter")
    expect(page.locator("#advice")).to_be_focused(timeout=20_000)
    expect(page.locator(".declared")).to_contain_text("Keluarga Lim")
    look(page, "desk-declared")
    press(page, "2")
    expect(page.locator(".act[open] select")).to_be_focused()  # help was advised: to let pass is not what was advised
    page.keyboard.type("Dok")
    press(page, "Tab")
    page.keyboard.type("Berbincang dengan tenang, ada surat kontrak.")
    press(page, "Tab", "Enter")
    expect(page.locator(".done")).to_be_visible(timeout=20_000)
    press(page, "p")
    page.wait_for_url("**/pemberitahuan/**")
    expect(page.locator(".slip .declared")).to_contain_text("Keluarga Lim")
    assert "990 0123" not in page.locator(".slip").inner_text() and "gen perorangan" not in page.content()
    look(page, "slip-declared")
    page.close()


def test_without_script_more_of_the_journey_opens_and_keeps_what_was_typed(browser: Browser, suar: str) -> None:
    page = desk(browser, suar, java_script_enabled=False)
    page.locator("#id_full_name").fill("Sari Wulandari")
    page.locator("[data-opens-for] > summary").focus()
    press(page, "Enter")
    page.locator("#id_companions").fill("tiga")
    page.locator("#id_employer").fill("Keluarga Lim")
    page.locator("#id_employer").press("Enter")
    expect(page.locator("#id_companions-error")).to_contain_text("bilangan bulat")
    expect(page.locator("#id_employer")).to_have_value("Keluarga Lim")
    page.screenshot(path=PICTURES / "suar-desk-more-plain.png", full_page=True)
    page.close()
