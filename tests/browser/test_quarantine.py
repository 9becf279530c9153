"""A quarantine as its two persons see it: Eko stops a source, Hendra of another office confirms it, and both lift it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from suar.site.auth import now, system_act
from suar.site.rebuilding import rebuild_due
from tests import cast
from tests.arrivals import send, speaks
from tests.browser.conftest import PICTURES, served
from tests.browser.test_integration import at_desk
from tests.browser.test_officers_path import look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy

pytestmark = pytest.mark.browser
LETTER = {"id": "l-1", "who": "sari", **cast.SARI, "issued_on": "2026-11-01", "letter_no": "L/1", "status": "issued"}


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.EKO, cast.HENDRA):
        cast.seated(seat)
    cast.agree("disnaker", "suar", ["operations"])
    speaks("disnaker", "recommendation_letter", [LETTER])
    send("disnaker", [LETTER], at=now() - timedelta(minutes=2))
    with served(cloned_database) as address:
        yield address


def test_two_persons_stop_a_source_and_lift_it_again(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = at_desk(browser, suar, "eko")
    press(page, "g", "6")
    page.wait_for_url("**/quarantines/")
    expect(page.locator("main")).to_contain_text("Tidak ada karantina")
    look(page, "quarantine-empty")
    both_ways(page, "quarantine-empty")
    page.locator("#source").select_option("disnaker")
    page.locator("#since").fill(f"{now() + timedelta(hours=7) - timedelta(minutes=10):%Y-%m-%dT%H:%M}")
    page.locator("#reason").fill("Kunci dicuri, dilaporkan lewat telepon")
    page.locator("main button").last.click()
    page.wait_for_url("**/quarantines/0*/")
    where = page.url
    expect(page.locator("main")).to_contain_text("Anda yang menghentikannya")
    page.goto(f"{suar}/sources/")
    expect(page.locator(".chip--unreachable").filter(has_text="dikarantina sejak")).to_have_count(1)
    page.close()
    other = at_desk(browser, suar, "hendra")
    expect(other.locator("main")).to_contain_text("menunggu orang kedua")
    other.goto(where)
    look(other, "quarantine-stopped")
    both_ways(other, "quarantine-stopped")
    press(other, "1")
    expect(other.locator("main")).to_contain_text("sedang dihitung ulang")
    rebuild_due(act=system_act("tests"))
    other.locator("#reason").fill("Kunci sudah diperbarui")
    other.locator("main form button").last.click()
    expect(other.locator("main")).to_contain_text("Anda yang meminta pencabutan")
    look(other, "quarantine-confirmed")
    other.close()
    page = at_desk(browser, suar, "eko")
    page.goto(where)
    press(page, "2")
    expect(page.locator("main")).to_contain_text("dicabut")
    look(page, "quarantine-lifted")
    for count, held in (("read", "batches"), ("records", "records"), ("unread", "none")):
        page.goto(where)
        page.locator(f'a[href$="/rows/{count}/"]').click()
        page.wait_for_url(f"**/rows/{count}/")
        look(page, f"quarantine-{held}")
        both_ways(page, f"quarantine-{held}")
    page.goto(f"{suar}/quarantines/")
    look(page, "quarantine")
    both_ways(page, "quarantine")
    page.close()
