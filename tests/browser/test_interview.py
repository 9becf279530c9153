"""From a screening that advises a second officer, through the interview, back to the decision: by keyboard alone, on the real pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from suar.screening.access import answer_for
from suar.site.auth import now
from tests import cast
from tests.arrivals import arrive
from tests.browser.conftest import PICTURES, served
from tests.browser.test_officers_path import log_in, look, press
from tests.database import Copy
from tests.screening.interviewing import HANA, YANTO, asked_about, begun, ended, heard, posted, said

pytestmark = pytest.mark.browser
PLACED = {
    "country": "TWN", "status": "contracted", "contract_from": "2026-11-03", "region_code": "520201", "employer": "Chen Wei Family",
    "job": "caregiver", "scheme": "p2p", "p3mi_name": "PT Cahaya Rinjani",
}  # fmt: skip
REASON = "suspected_non_procedural"


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    cast.agree("kp2mi", "imigrasi", ["departure_screening", "passport_application"])
    posted(cast.BIMA, cast.DIAN, cast.ARIF, cast.RATNA, cast.NADIA, HANA, YANTO)
    at = now()
    arrive("siskop2mi", "placement", [{"id": "p-9", "who": "sari", **cast.SARI, **PLACED}], at=at)
    who = {name: cast.SARI[name] for name in ("full_name", "nik", "sex", "birth_date", "passport_no")}
    days = {name: (at - timedelta(days=back)).isoformat() for name, back in (("deferred", 12), ("refused", 15))}
    application = {
        "application_no": "A-1",
        "submitted_at": days["refused"],
        "purpose": "tourism",
        "status": "deferred",
        "reason": REASON,
    }
    arrive("simkim", "passport_application", [{"id": "a-1", "who": "sari", **who, **application}], at=now())
    deferral = {"deferred_at": days["deferred"], "reason": REASON, "destination": "MYS"}
    arrive("simkim", "departure_deferral", [{"id": "d-1", "who": "sari", **who, **deferral}], at=now())
    heard("siskop2mi", "simkim", at=now())
    with served(cloned_database) as address:
        yield address


def asked() -> UUID:
    return asked_about(at=now(), destination="MYS", declared_purpose="work", departure_date=now().date().isoformat())


def choose(page: Page, key: str) -> None:
    """One answer by its key, then on to the next question."""
    press(page, key)
    with page.expect_navigation():
        press(page, "k")


def both(page: Page, name: str, *, tongue: str = "id") -> None:
    """The page at both widths."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"{name}-{width}-{tongue}")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_dian_interviews_by_keyboard_alone_and_comes_back_to_the_decision(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    screening = asked()
    bima = cast.act(cast.BIMA, at=now(), reference=str(screening))
    assert answer_for(bima, screening, first=True)["advice"] == "secondary"
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
    log_in(page, suar, "dian")
    press(page, "g", "i")
    page.wait_for_url("**/wawancara/")
    both(page, "interviews")
    press(page, "1")
    page.wait_for_url("**/meja/**")
    both(page, "interview-link")
    press(page, "w")
    page.wait_for_url("**/wawancara/")
    press(page, "k")
    expect(page.locator(".notice--error")).to_contain_text("Bacakan haknya dulu")
    press(page, "1")
    page.locator("#place").focus()
    page.keyboard.type("Ruang wawancara 2")
    both(page, "interview-begin")
    press(page, "Enter")
    page.wait_for_url("**/wawancara/*-*/")
    both(page, "interview-first")
    choose(page, "1")
    choose(page, "1")
    page.keyboard.type("Malaysia")
    press(page, "Enter")
    page.wait_for_url("**destination_known")
    expect(page.locator(".differs__one")).to_contain_text("Penempatan tercatat untuk Taiwan")
    both(page, "interview-differs")
    choose(page, "2")
    press(page, "Escape", "l")  # a list takes letters: Escape leaves it
    page.wait_for_url("**departs_on")
    press(page, "Escape", "e")
    page.wait_for_url("**/selesai/")
    press(page, "Escape")
    page.wait_for_url("**/wawancara/*-*/")
    press(page, "Escape", "a")
    page.wait_for_url("**?semua")
    both(page, "interview-all")
    for code, answer in (
        ("who_arranged", "agent"),
        ("holds_passport", "agent"),
        ("deferred_before", "no"),
        ("observed_fear", "some"),
    ):
        page.locator(f"#q-{code}-{answer}").focus()
        press(page, "Space")
    with page.expect_navigation():
        press(page, "k")
    expect(page.locator("#differs-title .count")).to_have_text("2")
    page.goto(page.url.replace("?semua", "selesai/"))
    for name in page.locator("fieldset.mark__row").all():
        name.locator("input").nth(1).focus()
        press(page, "Space")
    page.locator("#overall-some").focus()
    press(page, "Space")
    page.locator("#sure-4").focus()
    press(page, "Space")
    both(page, "interview-end")
    press(page, "k")
    page.wait_for_url("**/meja/**")
    expect(page.locator(".notice--success")).to_contain_text("Wawancara selesai")
    both(page, "interview-after")
    expect(page.locator(".band__word")).to_have_text("Wawancara selesai")
    with page.expect_navigation():
        press(page, "1")  # help first: no interview is offered again
    expect(page.locator(".done__what")).to_be_visible()
    page.close()


def in_english(browser: Browser, address: str, username: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page.context.add_cookies([{"name": "suar_language", "value": "en", "url": address}])
    log_in(page, address, username)
    return page


def test_every_page_of_it_reads_whole_in_english_too(browser: Browser, suar: str) -> None:
    interview = begun(asked(), at=now(), language="jv")
    said(
        interview,
        at=now(),
        destination_named="Malaysia",
        who_arranged="agent",
        debt="agent",
        deferred_before="no",
        employer_named="Lau",
    )
    page = in_english(browser, suar, "dian")
    page.goto(f"{suar}/wawancara/{interview}/?tanya=debt")
    expect(page.locator(".card")).to_contain_text("No words in Javanese have been signed")
    expect(page.locator(".differs__one").first).to_contain_text("The placement is for Taiwan")
    page.locator(".beside summary").first.click()
    both(page, "interview-question", tongue="en")
    page.goto(f"{suar}/wawancara/{interview}/?semua")
    both(page, "interview-all", tongue="en")
    page.goto(f"{suar}/wawancara/{interview}/selesai/")
    both(page, "interview-end", tongue="en")
    page.goto(f"{suar}/wawancara/")
    both(page, "interviews", tongue="en")
    page.goto(f"{suar}/meja/{asked()}/wawancara/")
    both(page, "interview-begin", tongue="en")
    page.goto(f"{suar}/wawancara/{interview}/?tanya=asks_for_help")
    with page.expect_navigation():
        press(page, "2", "k")
    page.goto(f"{suar}/wawancara/{interview}/")
    both(page, "interview-help", tongue="en")
    page.close()
    for username, address, name in (
        ("arif", "panggilan/", "calls"),
        ("ratna", "panggilan/", "calls-protection"),
        ("ratna", "", "home-protection"),
    ):
        page = in_english(browser, suar, username)
        page.goto(f"{suar}/{address}")
        both(page, name, tongue="en")
        page.close()


def test_the_rating_and_its_quality_are_looked_at_in_both_languages(browser: Browser, suar: str) -> None:
    interview = begun(asked(), at=now())
    said(
        interview,
        at=now(),
        destination_named="Malaysia",
        who_arranged="agent",
        debt="agent",
        employer_named="Lau",
        departs_on="2026-12-01",
    )
    ended(interview, at=now(), overall="strong")
    for seat in (HANA, YANTO):
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="id-ID")
        log_in(page, suar, seat.username)
        press(page, "g", "i")
        page.wait_for_url("**/wawancara/")
        if page.locator("[data-key=r]").count():
            both(page, "ratings")
            press(page, "r")
            page.wait_for_url("**/nilai/")
            both(page, "interview-rate")
            for name in page.locator("fieldset").all():
                name.locator("input").nth(1).focus()
                press(page, "Space")
            with page.expect_navigation():
                press(page, "k")
            expect(page.locator(".notice--success")).to_contain_text("Penilaian sudah disimpan")
        page.close()
    page = in_english(browser, suar, "nadia")
    press(page, "g", "k")
    page.wait_for_url("**/mutu/")
    both(page, "interview-quality", tongue="en")
    page.close()


def test_the_path_goes_without_script(browser: Browser, suar: str) -> None:
    interview = begun(asked(), at=now())
    context = browser.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(f"{suar}/login/")
    page.locator("#id_username").fill("dian")
    page.locator("#id_password").fill(cast.PASSWORD)
    page.locator("main form button").first.click()
    page.goto(f"{suar}/wawancara/{interview}/")
    page.locator("#q-asks_for_help-no").check()
    page.locator("main form.card button").click()
    expect(page.locator("legend")).to_contain_text("bebas menelepon")
    before = page.locator("main").inner_text()
    page.locator(".room__sign").click()
    assert page.locator("main").inner_text() == before, "the silent sign shows nothing"
    page.goto(f"{suar}/wawancara/{interview}/selesai/")
    page.locator("#overall-none").check()
    page.locator("#sure-5").check()
    page.locator("main form.card button").click()
    expect(page.locator(".band__word")).to_be_visible()
    context.close()
