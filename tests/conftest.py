"""Databases for tests. Most run inside a transaction that is rolled back (`django_db`); those that commit take
`cloned_database`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suar.site.running.keeper import borrowed
from suar.site.running.postgres import Cluster
from tests import database


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running PostgreSQL of the tests' own, shared with other test runs, ended when the last one ends."""
    with borrowed(database.FOLDER) as running:
        database.drop_what_dead_runs_left(running)
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
