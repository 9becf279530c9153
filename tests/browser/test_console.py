"""The integration console and the public page, looked at: every part in both languages and widths, with history, messages, a replay and a live tail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from suar.agencies.models import Posting
from suar.core.act import Act
from suar.exchange.actions.endpoint import replay_endpoint
from suar.exchange.actions.note_contract import Check, note_contract
from suar.intake.jobs.history import write
from suar.intake.queries.history import watched
from suar.intake.queries.mappings import region_names, sources
from suar.site.auth import now, system_act
from suar.vault.queries import new_id
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.database import Copy
from tests.exchange.delivering import eko, happened, opened, prepared
from tests.exchange.machines import agree
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    prepared()
    cast.seated(cast.EKO)
    with served(cloned_database) as address:
        yield address


def plant() -> None:
    """Ninety days of every source, with outages; a source that covers some kabupaten; and messages of which some were returned."""
    at = now()
    names = watched(sources(at))
    begun: list[tuple[str, datetime, datetime, str]] = []
    for number, name in enumerate(names):
        edge = at - timedelta(days=80 - number)
        state = "fresh"
        for step in range(200):
            until = edge + (timedelta(hours=5 + number * 3) if state != "fresh" else timedelta(hours=80 + 7 * number))
            until = min(until, at - timedelta(seconds=2))
            begun.append((name, edge, until, state))
            edge, state = until, ("stale", "fresh", "unreachable", "fresh")[step % 4]
            if until >= at - timedelta(seconds=3):
                break
    write([], begun)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_source (source, stream, tried_at, ok_at, failing_since, fault)"
            " SELECT name, 'satu', %s, %s, CASE WHEN name = 'polri' THEN %s::timestamptz END,"
            " CASE WHEN name = 'polri' THEN 'source.timeout' ELSE '' END FROM unnest(%s::text[]) AS name",
            [at, at - timedelta(minutes=3), at - timedelta(hours=2), names],
        )
        cursor.execute(
            "INSERT INTO intake_connected (source, region, connected, asked_at)"
            " SELECT 'disnaker', code, true, %s FROM unnest(%s::text[]) AS code",
            [at, [code for code in region_names() if len(code) == 4][::4]],
        )
        cursor.execute(
            "INSERT INTO intake_covered (source, region, from_at) SELECT 'disnaker', region, %s FROM unnest(%s::text[]) AS region",
            [at - timedelta(days=9), ["3507", "3573", "3578"]],
        )
    for number, told in enumerate(MESSAGES):
        message(at - timedelta(minutes=9 * number + 1), *told)


#: Source, stream, state, sent, accepted, with remarks, returned, unchanged.
MESSAGES = (
    ("siskop2mi", "penempatan", "projected", 120, 96, 12, 12, 0), ("simkim", "perlintasan", "projected", 1000, 1000, 0, 0, 0),
    ("simkim", "paspor", "projected", 40, 37, 3, 0, 0), ("peduliwni", "lapor_diri", "projected", 6, 0, 0, 0, 6),
    ("sipmi", "pendaftaran", "stopped", 0, 0, 0, 0, 0),
    ("disnaker", "surat", "kept", 0, 0, 0, 0, 0),
)  # fmt: skip


def message(at: datetime, source: str, stream: str, state: str, *counts: int) -> None:
    run, batch = new_id(at), new_id(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_run (id, source, stream, started_at, ended_at, state) VALUES (%s, %s, %s, %s, %s, 'ended')",
            [run, source, stream, at, at],
        )
        cursor.execute(
            "INSERT INTO intake_batch (id, run, source, agency, stream, media, received_at, sha256, size, head, cursor_after, state, sent,"
            " accepted, remarked, returned, unchanged) VALUES (%s, %s, %s, 'kp2mi', %s, 'json', %s, %s, 9, %s, '', %s, %s, %s, %s, %s, %s)",
            [batch, run, source, stream, at, b"0" * 32, b"", state, *counts],
        )


def receivers() -> None:
    """An endpoint that is read again, events for it, and two reports of conformance."""
    endpoint = opened("https://terima.kp2mi.example/suar")
    for _ in range(8):
        happened()
    agree("kp2mi", "imigrasi", classes=["placement"], fields={"placement": ["country"]})
    wait_until(settled, seconds=60)
    replay_endpoint(endpoint, now() - timedelta(minutes=30), act=eko())
    for kind, fails in (("feed", ()), ("receiver", ("a line cut in the middle harms nothing",))):
        checks = [Check(check=name, holds=True) for name in ("our key gets a token", "the feed can be read")]
        note_contract(kind, "0.1.0", [*checks, *(Check(check=name, holds=False) for name in fails)], act=machine())


def machine() -> Act:
    return replace(system_act("kit"), agency="kp2mi")


def both(page: Page, name: str) -> None:
    """At a counter in English by day, and on a phone in Indonesian by night."""
    page.locator(".frame__tongues [value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, f"{name}-en")
    page.locator(".frame__tongues [value=id]").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    look(page, f"{name}-phone-id")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


PAGES = {
    "console-connectors": "/integrasi/sumber/", "console-connector": "/integrasi/sumber/simkim/", "console-messages": "/integrasi/pesan/",
    "console-districts": "/integrasi/sumber/disnaker/daerah/?province=35", "console-replays": "/integrasi/ulang/",
    "console-contracts": "/integrasi/uji/", "console-tail": "/integrasi/langsung/?agency=kp2mi", "console-endpoints": "/integrasi/",
    "console-sharing": "/berbagi/?agency=imigrasi", "console-letters": "/integrasi/surat-mati/",
}  # fmt: skip


def test_every_part_of_the_console_is_whole_when_it_is_empty_and_when_it_is_full(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "eko")
    for name, path in PAGES.items():
        page.goto(f"{suar}{path}")
        look(page, f"{name}-empty")
    plant()
    receivers()
    for name, path in PAGES.items():
        page.goto(f"{suar}{path}")
        both(page, name)
    page.close()


def test_an_engineer_goes_from_a_connector_to_its_returned_records_by_keyboard_alone(
    browser: Browser, suar: str
) -> None:
    plant()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "eko")
    press(page, "g", "2")
    page.wait_for_url("**/integrasi/")
    page.locator(".submenu a").first.focus()
    press(page, "Enter")
    page.wait_for_url("**/integrasi/sumber/")
    page.locator("tbody a", has_text="SISKOP2MI").focus()
    press(page, "Enter")
    page.wait_for_url("**/integrasi/sumber/siskop2mi/")
    press(page, "m")
    page.wait_for_url("**/integrasi/pesan/?source=siskop2mi")
    page.locator("tbody td:last-child a").first.focus()
    press(page, "Enter")
    page.wait_for_url("**/batches/*/")
    page.close()


def test_events_pass_by_themselves_and_the_tail_says_when_it_has_ended(browser: Browser, suar: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "eko")
    page.goto(f"{suar}/integrasi/langsung/?agency=kp2mi")
    expect(page.locator("[data-tail-state]")).to_have_text("Terhubung langsung", timeout=15_000)
    happened()
    expect(page.locator("[data-tail] tr")).to_have_count(1, timeout=15_000)
    expect(page.locator("[data-tail] tr")).to_contain_text("Imigrasi")
    happened()
    expect(page.locator("[data-tail] tr")).to_have_count(2, timeout=15_000)
    look(page, "console-tail-live")
    Posting.objects.filter(officer__username="eko").update(until_at=now())
    expect(page.locator("[data-tail-state]")).to_contain_text("Berakhir", timeout=15_000)
    page.close()


def test_everybody_sees_without_log_in_whether_the_integration_is_alive(
    browser: Browser, suar: str, cloned_database: Copy
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    page.goto(f"{suar}/login/")
    page.locator("main a", has_text="Apakah integrasinya hidup").click()
    page.wait_for_url("**/terhubung/")
    look(page, "alive-empty")
    plant()
    with served(cloned_database) as another:  # the first keeps for half a minute what it has seen
        page.goto(f"{another}/terhubung/")
        expect(page.locator("main")).to_contain_text("diam")
        both(page, "alive")
        squares = page.locator(".squares").first.get_attribute("aria-label") or ""
        assert re.search("[0-9]+ hari segar", squares), squares
        page.close()
