"""The supervisor works his queue of findings by keyboard alone; what rulings and clearances look like to those who read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from suar.core.linking.decide import Ruling
from suar.core.manipulation.policy import KINDS
from suar.site.running.postgres import Cluster
from tests import cast, database
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.core.manipulation.planted import story
from tests.journeys.test_look import tell
from tests.persons.asked import as_the_hub, pairs_wait, reviewers
from tests.persons.test_review import ruled, sample
from tests.screening.test_clearance import herself
from tests.screening.test_pages import apart, asked, namesake, newer_of

pytestmark = pytest.mark.browser
CASE = "K-9"
GIVERS = ("kp2mi", "kemnaker", "disnaker", "kemlu")


@pytest.fixture(scope="module")
def suar(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, cluster: Cluster, built: None
) -> Iterator[dict[str, str]]:
    """A Suar with one finding of each kind, a pair that was ruled on, and a namesake set apart: its address, and what to open there."""
    with django_db_blocker.unblock(), database.copied(cluster) as copy:
        cast.adopt()
        # One word settles the pair: which pairs get a second opinion follows from keys, and those differ in every house.
        sample(0)
        reviewers()
        for giver in GIVERS:
            cast.agree(giver, "imigrasi", ["departure_screening"])
        herself()
        person = namesake()
        for kind in KINDS:
            tell(story(kind, 5))
        (pair,) = pairs_wait(at=cast.NOON + timedelta(hours=1))
        ruled(cast.WULAN, pair, Ruling.JOINED, 90, reason="papers", note="Ijazah dan akta sama.")
        cast.case(cast.ARIF, CASE)
        client = cast.browser(cast.BIMA)
        newer = newer_of(apart(client, asked(client), person))
        PICTURES.mkdir(parents=True, exist_ok=True)
        with served(copy) as address:
            yield {
                "address": address,
                "person": f"{address}/persons/{pair[0]}/?reference={CASE}",
                "screening": f"{address}/meja/{newer}/",
            }


@pytest.fixture
def arif(browser: Browser, suar: dict[str, str]) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID").new_page()
    log_in(page, suar["address"], "arif")
    yield page
    page.context.close()


def look_all_ways(page: Page, name: str) -> None:
    """At a counter and on a phone, in both tongues."""
    for tongue in ("en", "id"):
        page.context.add_cookies([{"name": "suar_language", "value": tongue, "domain": "127.0.0.1", "path": "/"}])
        page.reload()
        for width, height in ((390, 844), (1280, 900)):
            page.set_viewport_size({"width": width, "height": height})
            look(page, f"{name}-{width}-{tongue}")


def choose(page: Page, reason: str) -> None:
    """By keys alone: down the list until it stands on the reason."""
    for _ in range(20):
        if page.locator("#reason").input_value() == reason:
            return
        press(page, "ArrowDown")
    pytest.fail(f"no reason {reason}")


def test_a_supervisor_works_his_queue_of_findings_by_keyboard_alone(arif: Page) -> None:
    press(arif, "g", "8")
    arif.wait_for_url("**/temuan/")
    waiting = arif.locator("tbody tr")
    count = waiting.count()
    assert count >= len(KINDS)
    look_all_ways(arif, "findings")
    press(arif, "1")
    arif.wait_for_url("**/temuan/*/")
    look_all_ways(arif, "finding")
    press(arif, "a")
    expect(arif.locator("[data-key=a]")).to_contain_text("Kembalikan")
    press(arif, "e")  # without a reason it is refused, and the officer stands where it is to be said
    expect(arif.locator("#reason-error")).to_be_focused()
    look(arif, "finding-refused")
    press(arif, "Tab")
    choose(arif, "register_wrong")
    press(arif, "Escape", "e")
    arif.wait_for_url("**/temuan/")
    expect(waiting).to_have_count(count - 1)
    for left in range(count - 1, 1, -1):
        press(arif, "1")
        arif.wait_for_url("**/temuan/*/")
        press(arif, "p")
        arif.wait_for_url("**/temuan/")
        expect(waiting).to_have_count(left - 1)
    press(arif, "1")
    arif.wait_for_url("**/temuan/*/")
    press(arif, "t")
    arif.wait_for_url("**/temuan/")
    expect(waiting).to_have_count(1)
    look(arif, "findings-stays")
    rulings = dict(as_the_hub("SELECT outcome, count(*) FROM journeys_ruling GROUP BY outcome"))
    assert rulings == {"explained": 1, "passed": count - 2, "stays": 1}


def test_rulings_stand_on_the_person_page(arif: Page, suar: dict[str, str]) -> None:
    arif.goto(suar["person"])
    expect(arif.locator("main")).to_contain_text("Dokumen asli sudah dilihat")
    look_all_ways(arif, "person-ruled")


def test_a_clearance_waits_for_the_second_officer_on_the_answer(arif: Page, suar: dict[str, str]) -> None:
    arif.goto(suar["screening"])
    expect(arif.locator("form[action$='/tegaskan/']").first).to_be_attached()
    look_all_ways(arif, "clearance")
