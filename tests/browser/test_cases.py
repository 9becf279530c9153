"""A victim's case from the protection desk to the services' own system, by keyboard alone; a child's without a guardian needs a second officer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_integration import at_desk
from tests.browser.test_officers_path import look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.screening.handing import INTAN, KIRANA_NIK, agreed, came

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.RATNA, INTAN):
        cast.seated(seat)
    with served(cloned_database) as address:
        yield address


def chosen(page: Page, *names: str) -> None:
    """What is ticked and chosen on the form, each by its place and the space bar."""
    for name in names:
        page.locator(f"#{name}").focus()
        press(page, "Space")


def typed(page: Page, birth_date: str) -> None:
    for name, value in {"full_name": "Kirana Sasmitowati", "nik": KIRANA_NIK, "birth_date": birth_date}.items():
        page.locator(f"#{name}").focus()
        press(page, "ControlOrMeta+a")
        page.keyboard.type(value)
    chosen(page, "acts-recruitment", "means-false_promises", "exploitation-forced_criminality")


def test_ratna_hands_a_case_over_and_takes_it_back(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = at_desk(browser, suar, "ratna")
    page.goto(f"{suar}/kasus/")
    look(page, "cases-empty")
    both_ways(page, "cases-empty")
    task = came()
    page.goto(f"{suar}/kasus/baru/{task}/")
    look(page, "case-no-agreement")
    agreed()
    page.goto(f"{suar}/antrean/{task}/")
    press(page, "s")
    page.wait_for_url("**/kasus/baru/*/")
    look(page, "case-new")
    both_ways(page, "case-new")
    press(page, "k")
    expect(page.locator("[role=alert]")).to_be_visible()
    look(page, "case-new-refused")
    typed(page, "15-07-1996")
    chosen(page, "consent-adult", "consented")
    press(page, "Escape", "k")
    page.wait_for_url("**/kasus/0*/")
    expect(page.locator("main")).to_contain_text("Kirana Sasmitowati")
    look(page, "case")
    both_ways(page, "case")
    page.locator(".govuk-details summary").focus()
    press(page, "Enter", "Tab", "Enter")
    expect(page.locator(".govuk-details")).to_have_count(0)
    look(page, "case-withdrawn")
    page.goto(f"{suar}/kasus/")
    look(page, "cases")
    both_ways(page, "cases")
    page.close()


def test_a_childs_case_without_a_guardian_waits_for_intan(browser: Browser, suar: str) -> None:
    agreed()
    task = came()
    page = at_desk(browser, suar, "ratna")
    page.goto(f"{suar}/kasus/baru/{task}/")
    typed(page, "04-03-2012")
    chosen(page, "consent-ppt", "consented")
    page.locator("#why").select_option("guardian_not_found")
    press(page, "Escape", "k")
    page.wait_for_url("**/kasus/0*/")
    where = page.url
    look(page, "case-waits")
    page.close()
    other = at_desk(browser, suar, "intan")
    other.goto(where)
    look(other, "case-to-agree")
    both_ways(other, "case-to-agree")
    press(other, "a")
    expect(other.locator("[data-key=a]")).to_have_count(0)
    look(other, "case-agreed")
    other.close()
