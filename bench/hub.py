"""A hub of the benchmark's own: a PostgreSQL server with production's settings, a template database, and copies of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from suar.site.running import databases
from suar.site.running.home import ROOT
from suar.site.running.keeper import locked
from suar.site.running.postgres import APP, OWNER, PROTECTION, Cluster, stop

FOLDER = ROOT / "build" / "bench"
PROGRAM = (("suar", "*.py"), ("policy", "*.yaml"), ("policy", "*.csv"))


@dataclass(frozen=True, slots=True)
class Hub:
    """The benchmark's server, and the template from which its databases are copied."""

    cluster: Cluster
    template: str

    def environment(self, name: str) -> dict[str, str]:
        return environment(self.cluster, name)

    @contextlib.contextmanager
    def copy(self, name: str) -> Iterator[None]:
        """A database copied from the template, all connections turned to it; dropped at the end."""
        disconnect()
        databases.drop_database(self.cluster, name)
        databases.clone_database(self.cluster, self.template, name)
        try:
            with turned_to(name):
                yield
        finally:
            databases.drop_database(self.cluster, name)


def environment(cluster: Cluster, name: str) -> dict[str, str]:
    """What a program must be told to work on that database."""
    return {
        "DATABASE_URL": cluster.url(APP, name),
        "DATABASE_OWNER_URL": cluster.url(OWNER, name),
        "DATABASE_PROTECTION_URL": cluster.url(PROTECTION, name),
        "SUAR_HOME": str(FOLDER / "home"),
        "SUAR_KEYS": str(FOLDER / "home" / "keys"),
        "SUAR_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "suar.site.settings",
        "PYTHONPATH": str(ROOT),
    }


@contextlib.contextmanager
def running() -> Iterator[Hub]:
    """The server runs and Django is set up for as long as the block lasts. A second benchmark waits for the first."""
    from suar.vault.keyring import make_rings

    FOLDER.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        FOLDER.chmod(0o711)  # the server's lent account passes through
    with locked(FOLDER / "lock"):
        cluster = Cluster(FOLDER / "postgres", FOLDER / "passwords.json", FOLDER / "postgres.log")
        server = cluster.start()
        try:
            name = f"bench_{fingerprint()}"
            os.environ.update(environment(cluster, name))
            make_rings(Path(os.environ["SUAR_KEYS"]))
            make_template(cluster, name)
            yield Hub(cluster, name)
        finally:
            stop(server)


def make_template(cluster: Cluster, name: str) -> None:
    """Migrated, policies adopted, the demo's agencies, officers and agreements made: once for each state of the program."""
    import django

    fresh = not databases.exists(cluster, name)
    if fresh:
        for old in databases.newest_first(cluster, "bench_"):
            databases.drop_database(cluster, old)
        databases.create_database(cluster, name)
    django.setup()
    if not fresh:
        return
    from suar.site.running.prepare import prepare

    try:
        prepare()
    except BaseException:
        disconnect()
        databases.drop_database(cluster, name)
        raise
    disconnect()


@contextlib.contextmanager
def turned_to(name: str) -> Iterator[None]:
    from django.db import connections

    before = {alias: str(connections[alias].settings_dict["NAME"]) for alias in connections}
    turn(dict.fromkeys(before, name))
    try:
        yield
    finally:
        turn(before)


def turn(names: dict[str, str]) -> None:
    from django.db import connections

    disconnect()
    for alias, name in names.items():
        connections[alias].settings_dict["NAME"] = name
        connections.settings[alias]["NAME"] = name


def disconnect() -> None:
    """Give up every connection and pool: a template may have no guests while it is copied."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    for alias in connections:
        connection = connections[alias]
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def fingerprint(of: Sequence[tuple[str, str]] = PROGRAM) -> str:
    """Of all files of these folders and kinds: when one changes, what was made from them is made anew."""
    seen = hashlib.sha256()
    for folder, kind in of:
        for path in sorted((ROOT / folder).rglob(kind)):
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:12]
