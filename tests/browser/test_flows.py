"""Two flows on the real pages: Ratna frees a complaint and another agency agrees; Maya reads who is about to arrive. By keyboard, at both widths, in
both languages, and without JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.screening.actions.ask import screen
from suar.screening.actions.decide import decide
from suar.screening.actions.question import Asked
from suar.site.auth import now
from tests import cast
from tests.arrivals import arrive
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.database import Copy
from tests.screening.complaining import P3MI, PEOPLE, told
from tests.screening.interviewing import posted
from tests.screening.test_arrivals import PLACED, SARI, WORK, to_the_mission

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    posted(cast.AYU, cast.BIMA, cast.RATNA, cast.MAYA, cast.SINTA, cast.BAYU)
    told()
    to_the_mission()
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    arrive("siskop2mi", "placement", [{"id": "p-1", "who": "sari", **SARI, **PLACED}], at=now())
    act = cast.act(cast.BIMA, at=now(), reference="CGK-A1-1")
    question = Asked(
        purpose="departure", desk=cast.BIMA.desk, lane="A1", officer="", reference="CGK-A1-1", traveller=cast.SARI,
        journey=WORK | {"departure_date": now().date().isoformat()},
    )  # fmt: skip
    made = screen(question, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    decide(made, Decided(decision=Decision.ALLOW, coded="other", words="Surat asli sudah ditunjukkan."), act=act)
    with served(cloned_database) as address:
        yield address


def both(page: Page, name: str, tongue: str = "id") -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"{name}-{width}-{tongue}")
    page.set_viewport_size({"width": 1280, "height": 900})


def grade(page: Page, field: str, beginning: str) -> None:
    """A list is chosen from by typing how the line begins."""
    page.locator(f"#{field}").focus()
    page.keyboard.type(beginning)


def as_english(browser: Browser, suar: str, username: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    log_in(page, suar, username)
    return page


def test_ratna_frees_a_complaint_by_keyboard_and_another_agency_agrees(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    english = as_english(browser, suar, "ratna")
    english.goto(f"{suar}/pengaduan/")
    both(english, "complaints", "en")
    english.locator("tbody a").first.click()
    both(english, "complaint", "en")
    english.close()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "ratna")
    both(page, "complaints-home")
    press(page, "g", "2")
    page.wait_for_url("**/pengaduan/")
    both(page, "complaints")
    press(page, "1")
    page.wait_for_url("**/pengaduan/*/")
    both(page, "complaint")
    shown = page.locator("main").inner_text()
    assert P3MI in shown and not [word for name, word in PEOPLE.items() if name != "birth_date" and word in shown]
    with page.expect_navigation():
        press(page, "k")
    expect(page.locator("main")).to_contain_text("Pilih satu")
    both(page, "complaint-unchosen")
    press(page, "2")
    grade(page, "source_grade", "B")
    grade(page, "content_grade", "2")
    grade(page, "why", "Upah")
    press(page, "Tab")
    with page.expect_navigation():
        press(page, "Enter")
    page.wait_for_url("**/pengaduan/")
    both(page, "complaints-none")
    page.close()
    for name in ("sinta", "bayu"):
        other = as_english(browser, suar, name)
        other.goto(f"{suar}/daftar/")
        if other.locator("main a[href*='/daftar/permohonan/']").count():
            other.locator("main a[href*='/daftar/permohonan/']").first.click()
            both(other, "complaint-second", "en")
            expect(other.locator("main")).to_contain_text("From a complaint that the protection desk has read")
            return
        other.close()
    raise AssertionError("nobody was asked")


def test_what_cannot_leave_is_said_on_the_page_without_javascript_too(browser: Browser, suar: str) -> None:
    with browser.new_context(java_script_enabled=False, locale="id-ID") as plain:
        page = plain.new_page()
        page.goto(f"{suar}/login/")
        page.fill("#id_username", "ratna")
        page.fill("#id_password", cast.PASSWORD)
        page.locator("main button").first.click()
        page.goto(f"{suar}/pengaduan/")
        page.locator("tbody a").first.click()
        page.check("#named-typed")
        page.select_option("#thing_kind", "phone")
        page.fill("#thing", "0811 1111 1111")
        page.select_option("#source_grade", "B")
        page.select_option("#content_grade", "2")
        page.select_option("#why", "unpaid")
        page.locator("form[action$='/lepas/'] button").click()
        expect(page.locator("[role=alert]").first).to_contain_text("tidak menyebut hal itu")
        page.screenshot(path=PICTURES / "suar-complaint-refused-id.png", full_page=True)
        page.check("#named-1")
        page.locator("form[action$='/lepas/'] button").click()
        expect(page.locator("body")).to_contain_text("Diteruskan tanpa identitas")


def test_maya_reads_who_is_about_to_arrive(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    english = as_english(browser, suar, "maya")
    english.goto(f"{suar}/kedatangan/")
    both(english, "arrivals", "en")
    english.locator("tbody a").first.click()
    both(english, "arrival", "en")
    english.close()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "maya")
    both(page, "arrivals-home")
    press(page, "g", "2")
    page.wait_for_url("**/kedatangan/")
    both(page, "arrivals")
    press(page, "1")
    page.wait_for_url("**/kedatangan/*/")
    both(page, "arrival")
    expect(page.locator("main")).to_contain_text("Ladang Sawit Rimbun")
