"""The databases that tests run on: migrated as the owner, used as the runner, rolled back or thrown away."""

from __future__ import annotations

import pytest
from django.db import connection, connections, transaction

from tests.database import Copy


def who(alias: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


@pytest.mark.django_db(databases=["default", "owner", "protection", "protection_owner"])
def test_each_door_of_the_settings_leads_in_under_its_own_role() -> None:
    roles = {alias: who(alias) for alias in connections}
    assert roles == {
        "default": "suar_app",
        "owner": "suar_owner",
        "protection": "suar_protection",
        "protection_owner": "suar_owner",
    }


@pytest.mark.django_db
def test_the_tables_of_the_rooms_are_there_and_the_runner_may_read_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0


def test_a_commit_in_a_database_of_ones_own_is_seen_by_other_connections(cloned_database: Copy) -> None:
    assert connection.settings_dict["NAME"] == cloned_database.name
    with transaction.atomic(durable=True), connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE letter AS SELECT 7 AS id; GRANT SELECT ON letter TO suar_app")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM letter")
        assert cursor.fetchall() == [(7,)]
