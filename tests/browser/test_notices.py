"""The notice from the officer's page to the sheet and to the phone that scans it: both looks, by keyboard, axe, and how much it weighs."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Response, expect

from suar.registers.actions.make_notice import make_notice
from suar.registers.queries.notices import notices_of
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.database import Copy
from tests.registers.entries import ban
from tests.registers.paper import Paper

pytestmark = pytest.mark.browser
#: The two looks of every page (UI): a counter's screen by day in Indonesian, a phone at night in English.
LOOKS = [(1280, "light", "id"), (390, "dark", "en")]
PHONE_BYTES = 40_000


@dataclass(frozen=True)
class House:
    """A Suar in which one entry waits for its notice and the notice of another is late."""

    address: str
    entry: UUID
    late: UUID


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[House]:
    cast.adopt()
    for seat in (cast.RAKA, cast.NADIA):
        cast.seated(seat)
    entry, late = ban(), ban(number="c-2", days_ago=9)
    at = now()
    make_notice(late, "minister", origin="https://suar.example", act=cast.act(cast.RAKA, at=at - timedelta(seconds=1)))
    with served(cloned_database) as address:
        yield House(address, entry, late)


def seen_as(browser: Browser, address: str, width: int, scheme: str, tongue: str) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 400 else 844},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.add_cookies([{"name": "suar_language", "value": tongue, "url": address}])
    return context


@pytest.mark.parametrize(("width", "scheme", "tongue"), LOOKS)
def test_a_notice_is_made_and_sent_by_keyboard_alone(
    browser: Browser, suar: House, width: int, scheme: str, tongue: str
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = f"{width}-{scheme}-{tongue}"
    page = seen_as(browser, suar.address, width, scheme, tongue).new_page()
    log_in(page, suar.address, "raka")
    press(page, "g", "5")
    page.wait_for_url("**/pemberitahuan/")
    look(page, f"notice-clocks-{name}")
    press(page, "1")
    page.wait_for_url(f"**/daftar/{suar.late}/pemberitahuan/")
    page.goto(f"{suar.address}/daftar/{suar.entry}/pemberitahuan/")
    look(page, f"notices-none-{name}")
    press(page, "b")
    expect(page.locator(".notice--success")).to_be_visible(timeout=20_000)
    expect(page.locator(".hit")).to_have_count(1)
    look(page, f"notices-{name}")
    page.locator("#how-1").focus()
    press(page, "ArrowDown", "Tab")
    page.keyboard.type("RR 990 001")
    press(page, "Tab", "Enter")
    expect(page.locator(".state--calm")).to_be_visible()
    look(page, f"notices-sent-{name}")
    printed = page.request.get(f"{suar.address}{page.locator('[data-key=p]').get_attribute('href')}")
    assert printed.headers["content-type"] == "application/pdf"
    assert f"{suar.address}/sah/" in Paper(printed.body()).pages[0]
    page.context.close()


@pytest.mark.parametrize("what", ["genuine", "unknown"])
@pytest.mark.parametrize(("width", "scheme", "tongue"), LOOKS)
def test_whoever_scans_a_notice_sees_on_a_phone_whether_it_is_genuine(
    browser: Browser, suar: House, what: str, width: int, scheme: str, tongue: str
) -> None:
    """No log-in, no name, and under 40 KB with everything that the page loads."""
    (late,) = notices_of(suar.late)
    page = seen_as(browser, suar.address, width, scheme, tongue).new_page()
    received: list[Response] = []
    page.on("response", lambda one: received.append(one))
    page.goto(f"{suar.address}/sah/{late.code if what == 'genuine' else 'A' * 26}/", wait_until="load")
    look(page, f"proof-{what}-{width}-{scheme}-{tongue}")
    weight = sum(len(gzip.compress(one.body())) for one in received)
    assert weight < PHONE_BYTES, f"{weight} bytes"
    print(f"{what}: {weight} bytes")
    assert page.locator("html").get_attribute("lang") == tongue
    assert "Sari" not in page.content()
    page.context.close()


@pytest.mark.parametrize(("width", "scheme", "tongue"), LOOKS)
def test_the_oversight_role_sees_what_is_late(
    browser: Browser, suar: House, width: int, scheme: str, tongue: str
) -> None:
    page = seen_as(browser, suar.address, width, scheme, tongue).new_page()
    log_in(page, suar.address, "nadia")
    press(page, "g", "5")
    page.wait_for_url("**/pemberitahuan/")
    expect(page.locator(".state--halt")).to_have_count(1)
    look(page, f"notice-clocks-auditor-{width}-{scheme}-{tongue}")
    page.context.close()
