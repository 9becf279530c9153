"""What is shared as Hendra and Nadia see it: his own agency's agreements and counts, and every agency's for her."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from suar.agencies.models import Agreement
from suar.exchange.jobs import next_batch, pass_over
from suar.site.auth import now
from tests import cast
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy
from tests.exchange.machines import Machine, agree, happened
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.HENDRA, cast.NADIA):
        cast.seated(seat)
    with served(cloned_database) as address:
        yield address


def shared() -> None:
    """Two agreements for Immigration, one of which ends soon, and one by which it gave three events that KP2MI has taken over."""
    placement = {"placement": ["country", "contract_from", "status"], "prevention": ["prevented_at", "how"]}
    agree("kp2mi", "imigrasi", classes=list(placement), fields=placement)
    soon = agree("kemlu", "imigrasi", classes=["self_report"], fields={"self_report": ["arrived_on"]}, events=())
    Agreement.objects.filter(id=soon.id).update(until_at=now() + timedelta(days=9), basis="PKS Kemlu-Imipas")
    agree("imigrasi", "kp2mi", events=("record.accepted", "screening.decided"), purposes=["placement_verification"])
    for _ in range(3):
        happened("imigrasi")
    happened("kp2mi", "record.accepted", "placement")
    wait_until(settled, seconds=60)
    rows, messages = next_batch(now())
    pass_over(rows, messages, now())
    kp2mi = Machine("kp2mi")
    kp2mi.post("events/acknowledgements", {"up_to": kp2mi.feed()["next"]})


def test_an_agency_sees_what_it_may_see_and_why_and_what_it_gave(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "hendra")
    press(page, "g", "b")
    page.wait_for_url("**/berbagi/")
    expect(page.locator("main")).to_contain_text("Belum ada perjanjian")
    look(page, "sharing-empty")
    shared()
    page.reload()
    expect(page.locator("main")).to_contain_text("segera berakhir")
    expect(page.locator("section[aria-labelledby=gave-title] tbody tr")).to_have_count(1)
    expect(page.locator("section[aria-labelledby=gave-title] tbody tr")).to_contain_text("3")
    expect(page.locator("section[aria-labelledby=gave-title]")).not_to_contain_text("belum pernah")
    expect(page.locator("section[aria-labelledby=got-title]")).to_contain_text("belum pernah")
    look(page, "sharing")
    both_ways(page, "sharing")
    page.goto(f"{suar}/berbagi/?agency=kp2mi")
    expect(page.locator("main")).not_to_contain_text("screening.decided")
    assert page.locator("table").count() == 0  # another agency's is not his
    page.close()


def test_whoever_watches_over_all_chooses_the_agency(browser: Browser, suar: str) -> None:
    shared()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "nadia")
    press(page, "g", "b")
    page.wait_for_url("**/berbagi/")
    page.locator("#agency").select_option("kp2mi")
    page.locator("main button[type=submit]").focus()
    press(page, "Enter")
    page.wait_for_url("**/berbagi/?agency=kp2mi")
    expect(page.locator("section[aria-labelledby=allowed-title] tbody tr")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Verifikasi penempatan")
    look(page, "sharing-chosen")
    page.close()
