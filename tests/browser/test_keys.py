"""The officer's path by keyboard alone, and the pages without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PICTURES
from tests.browser.invented import SPECIMEN
from tests.browser.test_pages import opened

pytestmark = pytest.mark.browser
COUNTER = (1280, "light", "id")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_scan_fills_the_form_shows_the_check_digits_and_asks(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk", COUNTER) as page:
        expect(page.locator("[data-scan]")).to_be_focused()
        first, second = SPECIMEN.split("\n")
        page.keyboard.type(first)
        press(page, "Enter")
        page.keyboard.type(second)
        expect(page.locator(".checks li")).to_have_count(4)
        expect(page.locator(".checks li[data-wrong]")).to_have_count(0)
        expect(page.locator("[name=full_name]")).to_have_value("SARI WULANDARI")
        expect(page.locator("[name=passport_no]")).to_have_value("X9900001")
        expect(page.locator("[name=birth_date]")).to_have_value("1994-05-12")
        expect(page.locator("[name=sex]")).to_have_value("2")
        press(page, "Enter")
        expect(page.locator("[name=destination]")).to_be_focused()
        expect(page.locator("#missing")).to_contain_text("Negara tujuan")
        page.keyboard.type("MYS")
        press(page, "Enter")
        expect(page.locator("[name=declared_purpose]")).to_be_focused()
        press(page, "ArrowDown", "Enter")
        page.locator("[name=departure_date]").fill("2026-11-21")
        page.locator("[name=reference]").fill("QZ8501/21NOV")
        press(page, "Enter")
        expect(page.locator("#advice")).to_be_focused()
        expect(page.locator("#advice")).to_contain_text("Tawarkan bantuan")


def test_a_wrong_check_digit_is_said_at_once(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk", COUNTER) as page:
        page.locator("[data-scan]").fill(SPECIMEN.replace("940512", "940513"))
        expect(page.locator(".checks li[data-wrong]").first).to_contain_text("Tanggal lahir tidak cocok")


@pytest.mark.parametrize(
    ("typed", "field", "kept"),
    [
        ("9901015205940001", "nik", "9901015205940001"),
        ("x9900001", "passport_no", "X9900001"),
        ("Sari Wulandari", "full_name", "Sari Wulandari"),
    ],
)
def test_what_is_typed_goes_to_its_field(browser: Browser, previews: str, typed: str, field: str, kept: str) -> None:
    with opened(browser, previews, "desk", COUNTER) as page:
        page.keyboard.type(typed)
        press(page, "Enter")
        expect(page.locator(f"[name={field}]")).to_have_value(kept)
        expect(page.locator("[data-scan]")).to_have_value("")


def test_one_key_decides_and_a_departure_asks_its_reason_in_place(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER) as page:
        press(page, "3")
        expect(page.locator("details.act textarea")).to_be_focused()
        press(page, "1", "Escape")
        expect(page.locator("details.act textarea")).to_be_hidden()
        with page.expect_request(lambda one: "screening_decide" in one.url) as asked:
            press(page, "1")
        assert asked.value.method == "POST" and "decision=refer" in (asked.value.post_data or "")


def test_not_this_person_is_one_key_an_arrow_and_enter(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER) as page:
        press(page, "b")
        expect(page.locator(".act--apart input[type=radio]").first).to_be_focused()
        press(page, "Space", "ArrowDown")
        expect(page.locator("#apart-1-2")).to_be_checked()
        with page.expect_request(lambda one: "screening_apart" in one.url) as asked:
            press(page, "Enter")
        assert asked.value.method == "POST" and "reason=number" in (asked.value.post_data or "")


def test_a_masked_field_opens_by_keys_and_closes_by_itself(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER) as page:
        press(page, "v")
        expect(page.locator("#reveal-field-1")).to_be_focused()
        press(page, "ArrowDown", "Tab", "ArrowDown", "Tab")
        with page.expect_request(lambda one: one.url.endswith("/revealed")) as asked:
            press(page, "Enter")
        assert "field=passport_no&why=document" in (asked.value.post_data or "")
        expect(page.locator("#revealed-1")).to_contain_text("9901015205940001")
        expect(page.locator("#revealed-1")).to_have_text("Sudah disamarkan lagi.", timeout=3000)


def test_slash_finds_the_search_question_mark_the_keys_and_g_the_rooms(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER) as page:
        press(page, "/")
        expect(page.locator("[data-scan]")).to_be_focused()
        press(page, "Escape", "?")
        expect(page.locator("#keys")).to_be_visible()
        press(page, "Escape")
        expect(page.locator("#keys")).to_be_hidden()
        with page.expect_request(lambda one: one.url.endswith("/health")):
            press(page, "g", "3")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("script", [True, False])
def test_a_group_of_rooms_opens_by_keyboard_with_and_without_script(
    browser: Browser, previews: str, width: int, script: bool
) -> None:
    with opened(browser, previews, "home_many_rooms", (width, "light", "id"), java_script_enabled=script) as page:
        group = page.locator(".frame__group", has_text="Orang dan daftar")
        room = group.get_by_role("link", name="Temuan")
        expect(room).to_be_hidden()
        group.locator("summary").focus()
        press(page, "Enter")
        expect(room).to_be_visible()
        page.screenshot(path=PICTURES / f"menu-open-{width}.png")
        box = room.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
        if script:
            press(page, "Escape")
            expect(room).to_be_hidden()
            with page.expect_request(lambda one: one.url.endswith("/findings")):
                press(page, "g", "8")


def test_single_keys_can_be_switched_off_and_stay_off(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER) as page:
        press(page, "?")
        page.locator("[data-keys-switch]").click()
        press(page, "Escape")
        page.reload()
        press(page, "/")
        expect(page.locator("[data-scan]")).not_to_be_focused()


def test_the_reader_may_choose_dark_and_it_stays(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "home", COUNTER) as page:
        page.locator("[data-theme-switch]").click()
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_timeline_shows_one_agency_when_asked(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "person", COUNTER) as page:
        page.locator("[data-timeline-filter]").select_option(label="SIMKIM")
        assert page.locator(".moj-timeline__item:visible").count() == 2


def test_when_the_line_is_down_what_was_typed_stays_and_the_page_says_so(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER) as page:
        page.context.set_offline(True)
        page.locator("[data-scan]").focus()
        press(page, "Enter")
        expect(page.locator("#no-answer")).to_be_visible()
        expect(page.locator("[name=full_name]")).to_have_value("Sari Wulandari")


@pytest.mark.parametrize("name", ["desk", "desk_assist", "login", "village", "health", "slip_80mm"])
def test_a_page_without_script_keeps_its_forms_and_hides_what_needs_script(
    browser: Browser, previews: str, name: str
) -> None:
    with opened(browser, previews, name, COUNTER, java_script_enabled=False) as page:
        assert page.locator("main").is_visible()
        for hidden in page.locator(".js-only").all():
            assert hidden.is_hidden()
        for button in page.locator("main form button").all():
            assert button.evaluate("one => one.type") == "submit"


def test_a_decision_with_a_reason_works_without_script(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", COUNTER, java_script_enabled=False) as page:
        page.locator(".acts details.act summary").click()
        page.locator("details.act textarea").fill("Surat asli ditunjukkan.")
        with page.expect_request(lambda one: "screening_decide" in one.url) as asked:
            page.locator(".acts details.act button").click()
        assert "reason=Surat" in (asked.value.post_data or "")
