"""Every page as somebody sees it: nothing overflows, axe finds nothing, nothing of ours breaks the content security policy.

Desk pages at both widths, light and dark, in both languages; the others at 1280 light Indonesian and 390 dark English (UI).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from suar.site import assets
from tests.browser.conftest import picture
from tests.browser.invented_pages import pages

pytestmark = pytest.mark.browser
AXE = assets.PACKAGES / "axe-core" / "axe.min.js"
#: What each page weighed with all it loads, each file by gzip, as the server sends it; what the browser complained of.
WEIGHTS: dict[str, int] = {}
SAID: list[str] = []
TALL = {1280: 900, 390: 844, 1024: 768}
Look = tuple[int, str, str]
EVERY_LOOK: list[Look] = [(w, s, t) for w in (1280, 390) for s in ("light", "dark") for t in ("id", "en")]
TWO_LOOKS: list[Look] = [(1280, "light", "id"), (390, "dark", "en")]


def looks() -> list[Any]:
    """Which page is looked at how."""
    return [
        pytest.param(name, look, id=f"{name}-{'-'.join(map(str, look))}")
        for name in pages()
        for look in (EVERY_LOOK if name in ("desk", "desk_assist", "desk_hold") else TWO_LOOKS)
    ]


@contextmanager
def opened(browser: Browser, address: str, name: str, look: Look, **more: Any) -> Iterator[Page]:
    page = context_of(browser, address, look, **more).new_page()
    received: list[Response] = []
    page.on("response", lambda one: received.append(one))
    page.on("console", lambda one: SAID.append(f"{name}: {one.text}") if one.type == "error" else None)
    page.goto(f"{address}/page/{name}", wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    WEIGHTS[name] = sum(len(gzip.compress(one.body())) for one in received if one.ok)
    yield page
    page.close()
    SAID.clear()


#: A context of each look, shared by the pages that are looked at so: what a page weighs counts also what the browser had kept.
CONTEXTS: dict[tuple[Browser, Look, str], BrowserContext] = {}


def context_of(browser: Browser, address: str, look: Look, **more: Any) -> BrowserContext:
    width, scheme, tongue = look
    place = browser, look, repr(more)
    if place not in CONTEXTS:
        CONTEXTS[place] = browser.new_context(
            viewport={"width": width, "height": TALL[width]},
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=False,
            **more,
        )
        CONTEXTS[place].add_cookies([{"name": "suar_language", "value": tongue, "url": address}])
    return CONTEXTS[place]


@pytest.mark.parametrize(("name", "look"), looks())
def test_a_page_is_whole_readable_and_within_the_screen(browser: Browser, previews: str, name: str, look: Look) -> None:
    width, scheme, tongue = look
    with opened(browser, previews, name, look) as page:
        picture(page, f"{name}-{width}-{scheme}-{tongue}")
        assert page.locator("html").get_attribute("lang") == tongue
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond == 0, f"{beyond} px beyond the screen"
        if width == 1280 and (bar := page.locator(".frame__bar").bounding_box()):
            assert bar["height"] < 80, "the bar has two rows"
        assert WEIGHTS[name] < (40_000 if name.startswith("village") else 100_000), f"{WEIGHTS[name]} bytes"
        assert not faults_of(page)
        assert not SAID, "the browser found fault, perhaps with the content security policy"


def faults_of(page: Page) -> list[str]:
    """What axe-core finds under WCAG 2.0 to 2.2, A and AA, and its good practice."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])})" for one in found["violations"]]


@pytest.mark.parametrize("advice", ["clear", "advise", "assist", "secondary", "hold"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_advice_band_has_contrast_aaa(browser: Browser, previews: str, advice: str, scheme: str) -> None:
    with opened(browser, previews, f"desk_{advice}", (1280, scheme, "id")) as page:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "() => axe.run('.band', {runOnly: {type: 'rule', values: ['color-contrast-enhanced']}, rules: {'color-contrast-enhanced': {enabled: true}}})"
        )
        assert not found["violations"] and found["passes"]


def test_a_counter_of_1024_pixels_shows_the_desk_whole(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", (1024, "light", "id")) as page:
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_icons_are_drawn(browser: Browser, previews: str) -> None:
    with opened(browser, previews, "desk_assist", (1280, "light", "id")) as page:
        drawn = page.locator(".band__icon use").evaluate("one => one.getBoundingClientRect().width")
        assert drawn > 10, "the sprite's icon has no size: it was not loaded"


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline(browser: Browser, previews: str) -> None:
    page = browser.new_page()
    answer = page.goto(f"{previews}/page/desk")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    page.close()


@pytest.mark.parametrize(("name", "width_mm", "height_mm"), [("slip_a4", 210, 297), ("slip_80mm", 80, 297)])
def test_the_notice_fits_one_sheet_of_its_paper(
    browser: Browser, previews: str, name: str, width_mm: int, height_mm: int
) -> None:
    with opened(browser, previews, name, (1280, "dark", "id")) as page:
        printed = page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    assert [(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in sheets] == [(width_mm, height_mm)]
