"""Keys of machines as two engineers see them: KP2MI's proposes, the hub's confirms, either ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, expect

from suar.agencies.actions.machines import propose_key
from tests import cast
from tests.agencies.ceremony import NIKEN, Machine, certificate, engineer, public_pem
from tests.browser.conftest import PICTURES, served
from tests.browser.test_integration import at_desk
from tests.browser.test_officers_path import look, press
from tests.browser.test_registers import both_ways
from tests.database import Copy

pytestmark = pytest.mark.browser


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[str]:
    cast.adopt()
    for seat in (cast.EKO, NIKEN):
        cast.seated(seat)
    with served(cloned_database) as address:
        yield address


def test_two_engineers_make_and_end_a_machines_key(browser: Browser, suar: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = at_desk(browser, suar, "niken")
    press(page, "g", "6")
    page.wait_for_url("**/integrasi/kunci/")
    expect(page.locator("main")).to_contain_text("Belum ada mesin")
    look(page, "machines-empty")
    press(page, "n")
    page.wait_for_url("**/kunci/baru/")
    page.locator("#client").fill("kp2mi-sistem")
    page.locator("#scope-5").check()
    both_ways(page, "machine-new")
    page.locator("#client").fill("kp2mi-sistem")
    page.locator("#scope-5").check()
    page.locator("main form button").click()
    page.wait_for_url("**/kunci/kp2mi-sistem/")
    expect(page.locator("main")).to_contain_text("Petugas pihak lain yang mengonfirmasi")
    look(page, "machine-proposed")
    Machine(id="kp2mi-cadangan", certificate=certificate(), networks=["203.0.113.0/28"])
    propose_key("kp2mi-cadangan", public_pem(Ed25519PrivateKey.generate()), act=engineer(NIKEN))
    page.close()
    other = at_desk(browser, suar, "eko")
    other.goto(f"{suar}/integrasi/kunci/")
    look(other, "machines")
    both_ways(other, "machines")
    other.goto(f"{suar}/integrasi/kunci/kp2mi-cadangan/")
    look(other, "machine")
    both_ways(other, "machine")
    other.get_by_role("button", name="Konfirmasi").click()
    expect(other.locator(".notice--success")).to_contain_text("Dikonfirmasi")
    other.get_by_role("button", name="Akhiri mesin ini").click()
    expect(other.locator(".notice--success")).to_contain_text("Mesin diakhiri")
    other.close()
