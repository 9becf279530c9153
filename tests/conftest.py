"""Databases for tests. Most run inside a transaction that is rolled back (`django_db`); those that commit take
`cloned_database`.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suar.site.running.keeper import borrowed
from suar.site.running.postgres import Cluster
from tests import database
from tests.proving import Claim, claim_of

HERE = Path(__file__).resolve().parent
#: The longest first, so that no worker is left alone with one of them at the end.
LONGEST = ("site/running", "house/test_doors", "flows", "exchange", "browser", "sandbox", "bench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        inside = item.path.relative_to(HERE).as_posix()
        return next((at for at, folder in enumerate(LONGEST) if inside.startswith(folder)), len(LONGEST))

    items.sort(key=turn)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running PostgreSQL of the tests' own, shared with other test runs, ended when the last one ends."""
    with borrowed(database.FOLDER) as running:
        database.drop_what_dead_runs_left(running)
        database.know_roles(running)
        yield running


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, cluster: Cluster
) -> Iterator[None]:
    """One migrated database for the whole run, copied from the template; every alias of the settings leads to it."""
    with django_db_blocker.unblock(), database.copied(cluster):
        yield


@pytest.fixture
def cloned_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, cluster: Cluster
) -> Iterator[database.Copy]:
    """A database of this test alone, in which commits are real; `.environment` tells another program how to reach
    it.
    """
    with django_db_blocker.unblock(), database.copied(cluster) as copy:
        yield copy


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium, with which pages are tested as people see them."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("needs Debian's chromium (apt-get install chromium)")
    return found


@pytest.fixture
def claim(request: pytest.FixtureRequest) -> Iterator[Claim]:
    """How many rounds this run takes, and their seeds. A claim that already holds at this commit is skipped when
    proving.
    """
    made = claim_of(request.node.name)
    if made.result == "holds":
        pytest.skip(f"already proved at {made.commit}")
    print(f"{made.name}: seed {made.seed}")
    yield made
    if (
        PASSED in request.node.stash
    ):  # one that was interrupted has said nothing: the next run goes on from where it stood
        made.end(held=request.node.stash[PASSED])


PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember for the claim whether its test passed; pytest shows the seed printed above beside the failure."""
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for the browser tests that could not run here."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests were skipped: this machine has no chromium.")
