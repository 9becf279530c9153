"""Raka keeps the registers and Dian has a case: the one list by keyboard alone, on the real pages over a real database, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_findings import look_all_ways
from tests.browser.test_officers_path import log_in, look, press
from tests.database import Copy
from tests.registers.filed import BANNED, agreed, filed, mark, minute
from tests.registers.test_one_list import many

pytestmark = pytest.mark.browser
CASE = "QZ-8501"


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    """The address of a Suar with a row of every register, ninety deferred departures, and Sari marked at the protection desk."""
    cast.adopt()
    agreed()
    cast.seated(cast.RAKA)
    filed()
    many(90, at=minute(5))
    mark("simkim", "sari", "Sari Wulandari", days=160)
    cast.case(cast.DIAN, CASE, at=now())
    with served(cloned_database) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID").new_page()
    yield opened
    opened.context.close()


def people(page: Page) -> list[str]:
    return page.locator(".list__name").all_inner_texts()


def test_the_keeper_goes_through_the_list_and_finds_by_keyboard_alone(page: Page, suar: str) -> None:
    log_in(page, suar, "raka")
    press(page, "g", "7")
    page.wait_for_url("**/daftar/satu/")
    look_all_ways(page, "one-list")
    first = people(page)
    assert first
    press(page, "n")
    page.wait_for_url("**/daftar/satu/?after=*")
    assert people(page) and not set(people(page)) & set(first), "whoever stood on the first page does not come again"
    press(page, "/")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("simanjuntak")
    press(page, "Enter")
    expect(page.locator(".list__name")).to_have_text("Bagus Rahmat Simanjuntak")
    expect(page.locator("main")).to_contain_text(BANNED["decision_no"])
    assert "simanjuntak" not in page.url.lower()
    look(page, "one-list-found")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    press(page, "p")
    expect(page).to_have_title("printed")
    press(page, "a")
    expect(page.locator(".list__name").first).to_have_text(first[0])


def test_a_number_leads_to_its_rows(page: Page, suar: str) -> None:
    log_in(page, suar, "raka")
    page.goto(f"{suar}/daftar/satu/")
    tile = page.locator(".tally__one", has_text="Pencegahan ke luar negeri")
    count = tile.locator(".tally__number").inner_text()
    tile.locator(".tally__number").focus()
    press(page, "Enter")
    page.wait_for_url("**/daftar/satu/?kind=exit_ban")
    expect(page.locator(".list tbody tr:not(.list__head)")).to_have_count(int(re.sub(r"\D.*", "", count)))


def test_of_the_marked_the_screen_says_the_desk_and_nothing_else(page: Page, suar: str) -> None:
    log_in(page, suar, "raka")
    press(page, "g", "7")
    page.wait_for_url("**/daftar/satu/")
    press(page, "/")
    page.keyboard.type(cast.SARI_NIK)
    press(page, "Enter")
    expect(page.locator(".list__desk")).to_contain_text("Meja pelindungan")
    expect(page.locator("main")).not_to_contain_text("Pemulangan · ")
    assert page.locator(".list tbody tr:not(.list__head)").count() == 2, (
        "the desk, and the passport that waits for papers"
    )
    look_all_ways(page, "one-list-marked")


def test_the_second_officer_looks_up_whom_his_case_is_about_and_opens_him_by_key(page: Page, suar: str) -> None:
    log_in(page, suar, "dian")
    press(page, "g", "7")
    page.wait_for_url("**/daftar/satu/")
    expect(page.locator(".list")).to_have_count(0)
    press(page, "/")
    page.keyboard.type("Bagus Rahmat")
    press(page, "Enter")  # without a case it is refused, and the page says where it is missing
    expect(page.locator("#id_reference-error")).to_be_visible()
    look(page, "one-list-refused")
    page.locator("#id_q").focus()
    press(page, "Tab")
    page.keyboard.type(CASE)
    press(page, "Enter")
    expect(page.locator(".list__name")).to_have_text("Bagus Rahmat Simanjuntak")
    look_all_ways(page, "one-list-case")
    press(page, "1")
    page.wait_for_url("**/persons/**")
    expect(page.locator("h1")).to_contain_text("Bagus", ignore_case=True)


def test_on_paper_the_list_is_whole_on_a4_and_says_when_and_by_whom_it_was_printed(page: Page, suar: str) -> None:
    log_in(page, suar, "raka")
    page.goto(f"{suar}/daftar/satu/?kind=exit_ban")
    page.emulate_media(media="print")
    expect(page.locator(".print-only")).to_contain_text("Raka Wibawa")
    expect(page.locator("form.search")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.screenshot(path=PICTURES / "suar-one-list-paper.png", full_page=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", page.pdf(prefer_css_page_size=True))
    assert {(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in sheets} == {(210, 297)}
