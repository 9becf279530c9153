"""An objection from the public form to the reviewer's ruling and the oversight's page, by keyboard alone, at both widths."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from suar.registers.actions.objection import file_objection
from suar.registers.queries.objections import objections
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.browser.test_registers import both_ways, typed
from tests.database import Copy
from tests.registers.nominating import as_hub, banned, newest, sari
from tests.registers.objecting import filed

pytestmark = pytest.mark.browser
WORDS = "Saya bukan saksi dalam perkara itu; nama saya hanya serupa."


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    """A Suar in which Sari is under a ban; one objection to it is late already, and only Laras may be drawn for the next."""
    cast.adopt()
    for seat in (cast.ARIF, cast.NADIA, cast.LARAS, cast.GITA, cast.RAKA):
        cast.seated(seat)
    entry = banned(sari(), at=now() - timedelta(days=40))
    late = cast.act(cast.GITA, at=now() - timedelta(days=30), reference=str(entry))
    file_objection(filed(entry=entry, filed_by="counsel"), act=late)
    with served(cloned_database) as address:
        yield address


def test_an_objection_is_filed_without_a_log_in_and_decided_by_keyboard_alone(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    by_anybody(browser, suar)
    at_a_desk(browser, suar)
    decided(browser, suar)
    overseen(browser, suar)


def by_anybody(browser: Browser, suar: str) -> None:
    """On a phone first: the form, what it refuses, and the receipt."""
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="id-ID")
    received: list[Response] = []
    page.on("response", lambda one: received.append(one))
    page.goto(f"{suar}/keberatan/", wait_until="load")
    weight = sum(len(gzip.compress(one.body())) for one in received if one.ok)
    assert weight < 40_000, f"{weight} bytes"
    look(page, "objection-public-phone-id")
    typed(page, "number", "R/12/XI/2026")
    typed(page, "name", "Sari Wulandari")
    press(page, "Enter")
    expect(page.locator(".notice--error")).to_be_focused()
    assert page.locator("#id_number").input_value() == "R/12/XI/2026", "what was typed is kept"
    look(page, "objection-public-refused")
    typed(page, "words", WORDS)
    typed(page, "contact", "+62 819 9000 0001")
    press(page, "Enter")
    expect(page.locator("#receipt-title")).to_be_focused()
    look(page, "objection-receipt-phone")
    page.goto(f"{suar}/keberatan/")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "objection-public")
    both_ways(page, "objection-public")
    page.close()


def at_a_desk(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "arif")
    press(page, "g", "0")
    page.wait_for_url("**/daftar/keberatan/baru/")
    look(page, "objection-desk")
    both_ways(page, "objection-desk")
    typed(page, "number", "tidak tahu")
    typed(page, "name", "Sari Wulandari")
    typed(page, "words", WORDS)
    typed(page, "contact", "Praya")
    press(page, "Escape", "k")
    expect(page.locator("#receipt-title")).to_be_focused()
    page.close()


def decided(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "laras")
    look(page, "objections-home")
    press(page, "g", "6")
    page.wait_for_url("**/daftar/keberatan/")
    look(page, "objections")
    both_ways(page, "objections")
    with as_hub():
        waiting = {one.origin: one for one in objections("o.decide_by > %(at)s", {"at": now()})}
    open_row(page, waiting["nominated"].id)
    look(page, "objection")
    both_ways(page, "objection")
    press(page, "1")
    expect(page.locator(".notice--error")).to_be_focused()
    look(page, "objection-refused")
    press(page, "a")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("Surat panggilan ternyata ditujukan kepada orang lain.")
    press(page, "Escape", "1")
    page.wait_for_url("**/daftar/keberatan/")
    expect(page.locator(".notice--success")).to_contain_text("dicabut di semua meja")
    look(page, "objections-decided")
    open_row(page, waiting["unplaced"].id)
    look(page, "objection-unplaced")
    page.close()
    assert newest(waiting["nominated"].entry).act.value == "lift_by_objection"  # type: ignore[arg-type]


def open_row(page: Page, id_: object) -> None:
    page.locator(f"a[href$='{id_}/']").focus()
    press(page, "Enter")
    page.wait_for_url(f"**/daftar/keberatan/{id_}/")


def overseen(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "nadia")
    press(page, "g", "6")
    page.wait_for_url("**/pengawasan/keberatan/")
    expect(page.locator("main")).to_contain_text("lewat tenggat")
    assert "Sari" not in page.locator("main").inner_text()
    look(page, "objection-clocks")
    both_ways(page, "objection-clocks")
    page.close()
