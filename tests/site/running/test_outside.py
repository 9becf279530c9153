"""Outside servers instead of our own: DATABASE_URL and NATS_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from suar.site.running import databases, up
from suar.site.running.databases import as_admin
from suar.site.running.home import CannotRun, Home
from suar.site.running.postgres import APP, OWNER, PROTECTION, Cluster
from suar.site.running.processes import Supervisor

NAME = f"test_{os.getpid()}_outside"


@pytest.fixture
def outside(cluster: Cluster) -> Iterator[Cluster]:
    """A server with an empty database, as its administrator would hand it over."""
    databases.drop_database(cluster, NAME)
    with as_admin(cluster) as admin:
        admin.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(NAME), Identifier(OWNER)))
    yield cluster
    databases.drop_database(cluster, NAME)


def reach(outside: Cluster, home: Home, monkeypatch: pytest.MonkeyPatch, **roles: str) -> dict[str, str]:
    for variable, role in roles.items():
        monkeypatch.setenv(variable, outside.url(role, NAME))
    for variable in {"DATABASE_OWNER_URL", "DATABASE_PROTECTION_URL"} - set(roles):
        monkeypatch.delenv(variable, raising=False)
    supervisor = Supervisor(home, say=print)
    up.tell_databases(home, outside, supervisor)
    assert not supervisor.parts  # nothing of our own was started
    return dict(home.run()["database"])


def test_an_outside_database_gets_its_schemas_and_its_walls(
    outside: Cluster, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = {"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER, "DATABASE_PROTECTION_URL": PROTECTION}
    doors = reach(outside, home, monkeypatch, **roles)
    with psycopg.connect(doors["owner"]) as owner:
        owner.execute("CREATE TABLE letter (id int); CREATE TABLE protection.service (id int)")
    with psycopg.connect(doors["app"]) as app:
        app.execute("INSERT INTO letter VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM protection.service")


def test_one_role_for_everything_is_used_and_said(
    outside: Cluster, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    doors = reach(outside, home, monkeypatch, DATABASE_URL=OWNER)
    assert set(doors.values()) == {outside.url(OWNER, NAME)}
    assert "the walls inside the database are down" in capsys.readouterr().out


def test_a_database_that_cannot_be_reached_is_said_and_nothing_is_written_down(
    outside: Cluster, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://suar_app:wrong@/nothing?host=/nowhere")
    for variable in ("DATABASE_OWNER_URL", "DATABASE_PROTECTION_URL"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(CannotRun, match="cannot be used"):
        up.tell_databases(home, outside, Supervisor(home, say=print))
    assert "database" not in home.run()


def test_an_outside_exchange_is_written_down_and_none_is_started(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATS_URL", "nats://hub@exchange.invalid:4222")
    supervisor = Supervisor(home, say=print)
    up.tell_exchange(home, 4222, supervisor)
    assert home.run()["nats"] == "nats://hub@exchange.invalid:4222" and not supervisor.parts
