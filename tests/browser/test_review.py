"""A reviewer clears twenty pairs by keyboard alone, on the real pages over a real database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.database import Copy
from tests.persons.asked import as_the_hub, pairs_wait, reviewers

pytestmark = pytest.mark.browser
PAIRS = 20
#: Same, not the same, cannot tell: each in its turn.
KEYS = ("1", "2", "3")


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    """The address of a Suar in which twenty pairs wait for a human."""
    cast.adopt()
    reviewers()
    pairs_wait(PAIRS)
    with served(cloned_database) as address:
        yield address


def ask_question(page: Page) -> str:
    """The address of the pair that the reviewer stands before, once its page is there."""
    expect(page.locator("#question")).to_be_focused()
    return page.url


def test_a_reviewer_clears_twenty_pairs_by_keyboard_alone(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "wulan")
    look(page, "review-home")
    press(page, "g", "9")
    page.wait_for_url("**/tinjau/")
    expect(page.locator("h1 .count")).to_have_text(str(PAIRS))
    look(page, "review-queue")
    press(page, "n")
    page.wait_for_url("**/tinjau/*/*/")
    seen = set()
    for turn in range(PAIRS):
        here = ask_question(page)
        assert here not in seen, "a pair that was ruled on came back"
        seen.add(here)
        if turn == 0:
            looked_at(page)
        press(page, KEYS[turn % len(KEYS)])
        expect(page).not_to_have_url(here)
    page.wait_for_url("**/tinjau/")
    expect(page.locator(".empty__title")).to_be_visible()
    expect(page.locator("h1 .count")).to_have_text("0")
    look(page, "review-done")
    opinions = dict(as_the_hub("SELECT ruling, count(*) FROM persons_opinion GROUP BY ruling"))
    assert opinions == {"joined": 7, "not_same": 7, "cannot_tell": 6}
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "review-done-phone")
    page.close()


def looked_at(page: Page) -> None:
    """The page of one pair at both widths, in both tongues, light and dark; its marks are more than a colour."""
    look(page, "review-pair")
    marks = page.locator(".pair mark")
    assert marks.count() >= 2 and marks.first.evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
    press(page, "?")
    expect(page.locator("#keys")).to_contain_text("Orang yang sama")
    press(page, "Escape")
    page.locator(".frame__tongues [value=en]").click()
    expect(page.locator("#question")).to_have_text("Are these two records of one person?")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    look(page, "review-pair-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.locator(".frame__tongues [value=id]").click()
    expect(page.locator("#question")).to_be_focused()


def test_returning_a_pair_by_key_and_ruling_without_script_with_a_reason_and_a_note(
    browser: Browser, suar: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "yoga")
    page.goto(f"{suar}/tinjau/")
    press(page, "n")
    page.wait_for_url("**/tinjau/*/*/")
    ask_question(page)
    press(page, "a")
    expect(page.locator("#reason")).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#reason")).to_be_hidden()
    press(page, "r")
    page.wait_for_url("**/tinjau/")
    expect(page.locator("h1 .count")).to_have_text(str(PAIRS))
    plain = browser.new_context(
        storage_state=page.context.storage_state(), java_script_enabled=False, locale="id-ID"
    ).new_page()
    plain.goto(f"{suar}/tinjau/")
    plain.locator("main form button").first.click()
    plain.locator(".ruling__more summary").click()
    plain.locator("#reason").select_option("relative")
    plain.locator("#note").fill("Kembar, lahir di desa yang sama.")
    plain.locator("[value=joined]").click()
    expect(plain.locator(".notice--error")).to_contain_text("bukan untuk putusan ini")
    plain.locator(".ruling__more summary").click()
    plain.locator("#reason").select_option("relative")
    plain.locator("[value=not_same]").click()
    assert [row[0] for row in as_the_hub("SELECT reason FROM persons_opinion")] == ["relative"]
    plain.close()
    page.close()
