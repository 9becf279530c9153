"""A browser for the tests: Debian's Chromium, and the previews of all pages served by a program of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from suar.site import assets
from tests.database import Copy

CHROMIUM = Path("/usr/bin/chromium")
#: DEPENDENCIES, row Tools: no sandbox inside containers, no traffic of the browser's own.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Where pictures go; those of every page looked at are made only where somebody names a folder for them.
WANTED = os.environ.get("SUAR_PICTURES", "")
PICTURES = Path(WANTED) if WANTED else assets.ROOT / "build" / "pictures"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM.exists():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no /usr/bin/chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def built() -> None:
    assets.build(quiet=True)


@pytest.fixture(scope="session")
def previews(built: None) -> Iterator[str]:
    """The address of the previews; the program ends with the tests."""
    told = os.environ | {"DJANGO_SETTINGS_MODULE": "suar.site.settings", "PYTHONPATH": str(assets.ROOT)}
    words = [sys.executable, "-W", "ignore", "-m", "tests.browser.preview", "0"]
    with subprocess.Popen(words, cwd=assets.ROOT, env=told, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip().rstrip("/")
        assert address.startswith("http://"), "the previews did not start"
        yield address
        serving.terminate()


@contextmanager
def served(database: Copy) -> Iterator[str]:
    """The address of a real Suar over this database, for as long as the block lasts."""
    told = database.environment | {"DJANGO_SETTINGS_MODULE": "suar.site.settings"}
    words = [sys.executable, "-W", "ignore", "-m", "tests.browser.served"]
    with subprocess.Popen(words, cwd=assets.ROOT, env=told, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        try:
            address = serving.stdout.readline().strip()
            assert address.startswith("http://"), "Suar did not start"
            yield address
        finally:
            serving.terminate()  # also where the block fails: else whoever waits for its end waits for good


def picture(page: Page, name: str) -> None:
    """The whole page, for whoever wants to look at it: no test reads it, and drawing it takes a third of a second."""
    if WANTED:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with each module: while it runs, Playwright's own event loop stands in this thread, and Django must be told that it may."""
    with pytest.MonkeyPatch.context() as told, sync_playwright() as playwright:
        told.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield running
        running.close()
