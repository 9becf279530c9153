"""An indicator changed without code, as its officers see it: proposed, tried, run in shadow, compared, adopted by a second person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from suar.policies.models import Proposal, Run
from suar.screening.jobs import shadow
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.policies.proposing import AGREED, WHY, text
from tests.screening import various

pytestmark = pytest.mark.browser
MANY = 120


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.PUTRI, cast.HENDRA, cast.BIMA):
        cast.seated(seat)
    various.arrived()
    various.heard(now())
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    with served(cloned_database) as address:
        yield address


def stricter() -> str:
    head, rest = text("indicators/documents", now()).split("- code: placement_missing", 1)
    changed = rest.replace("suggests: assist", "suggests: secondary", 1).replace("weight: ", "weight: 1", 1)
    return head + "- code: placement_missing" + changed


def test_an_analyst_and_a_second_person_change_an_indicator_and_compare_it_in_shadow(
    browser: Browser, suar: str
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "putri")
    look(page, "policy-home")
    press(page, "g", "7")
    page.wait_for_url("**/kebijakan/")
    look(page, "policy-tables")
    both_ways(page, "policy-tables")
    page.goto(f"{suar}/kebijakan/tabel/indicators/documents/")
    press(page, "n")
    page.wait_for_url("**/usul/")
    look(page, "policy-propose")
    both_ways(page, "policy-propose")
    wrong(page)
    propose(page)
    tried(page)
    compared(page, suar)
    adopted(browser, suar)
    page.goto(f"{suar}/kebijakan/tabel/indicators/documents/")
    expect(page.locator("main")).to_contain_text("Hendra Gunawan")
    press(page, "r")
    look(page, "policy-table")
    both_ways(page, "policy-table")
    page.close()


def wrong(page: Page) -> None:
    """What is wrong stands above the text, all of it, and the officer is led there."""
    page.locator("[name=written]").fill(
        stricter().replace("weight: ", "wieght: ", 1).replace("gives: quiet", "gives: raised")
    )
    page.locator("[name=reason]").fill(WHY)
    page.locator("h1").click()
    press(page, "k")
    expect(page.locator(".problems li").first).to_be_visible()
    look(page, "policy-wrong")


def propose(page: Page) -> None:
    page.locator("[name=written]").fill(stricter())
    page.locator("h1").click()
    press(page, "k")
    page.wait_for_url("**/kebijakan/usul/**")
    expect(page.locator(".change")).to_have_count(1)
    look(page, "policy-proposal-new")


def tried(page: Page) -> None:
    for n in range(MANY):
        various.ask(n, at=now())
    press(page, "u")
    expect(page.locator("main")).to_contain_text("Menunggu giliran")
    shadow.try_due(act=cast.hub(now()))
    press(page, "s")
    expect(page.locator("main")).to_contain_text(f"{MANY} pemeriksaan ditimbang ulang")
    press(page, "m")
    expect(page.locator("main")).to_contain_text("berjalan")
    look(page, "policy-proposal-tried")
    both_ways(page, "policy-proposal-tried")


def compared(page: Page, address: str) -> None:
    run = Run.objects.get()
    page.goto(f"{address}/kebijakan/bayangan/{run.id}/")
    look(page, "policy-compared-empty")
    for n in range(MANY):
        various.ask(10_000 + n, at=now())
    shadow.follow_shadows(act=cast.hub(run.until_at))
    page.reload()
    expect(page.locator(".matrix")).to_be_visible()
    look(page, "policy-compared")
    both_ways(page, "policy-compared")
    page.locator(".matrix td a").first.click()
    page.wait_for_url("**/pemeriksaan/**")
    look(page, "policy-rows")
    both_ways(page, "policy-rows")
    press(page, "Escape")
    page.wait_for_url(f"**/bayangan/{run.id}/")


def adopted(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, address, "hendra")
    look(page, "policy-second-home")
    page.goto(f"{address}/kebijakan/usul/{Proposal.objects.get().id}/")
    look(page, "policy-second")
    page.locator("[name=reason]").fill(AGREED)
    page.locator("h1").click()
    press(page, "k")
    expect(page.locator("main")).to_contain_text("Ditetapkan")
    look(page, "policy-adopted")
    page.close()
