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
from tests.screening.interviewing import HANA, YANTO, asked_about, heard, posted

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
    press(page, "g", "w")
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
