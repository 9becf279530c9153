"""The tests' own PostgreSQL: a template migrated once for each state of the migrations, and quick copies of it."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import django
import psutil
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from suar.site.running import databases
from suar.site.running.home import ROOT
from suar.site.running.keeper import cluster_in, locked
from suar.site.running.postgres import APP, OWNER, PROTECTION, Cluster

#: A server for each worker of a run: who reads the outbox waits for all older transactions of its server, also those of another worker's test.
FOLDER = ROOT / "build" / "test-postgres" / os.environ.get("PYTEST_XDIST_WORKER", "")
POLICY = ROOT / "policy"
OWNERS = ("owner", "protection_owner")
TEMPLATES_KEPT = 3
numbers = itertools.count()
#: The policies of this checkout lie in the template, beside Suar's schemas: a test adopts them where they are, and nothing is sent or parsed.
KEPT = """
CREATE SCHEMA kept;
CREATE TABLE kept.policies (
    id uuid NOT NULL, name text NOT NULL, sha256 text NOT NULL, content jsonb NOT NULL, written text NOT NULL
);
GRANT USAGE ON SCHEMA kept TO suar_app;
GRANT SELECT ON kept.policies TO suar_app;
"""
ADOPT = """
INSERT INTO policies_version (id, name, sha256, content, in_force_from, adopted_by, reason, written)
SELECT CASE WHEN %(same)s THEN id ELSE gen_random_uuid() END, name, sha256, content, %(at)s, %(by)s, 'tests', written FROM kept.policies k
WHERE NOT EXISTS (
    SELECT 1 FROM policies_version v WHERE v.in_force_from = %(at)s AND v.name = k.name AND v.sha256 = k.sha256
)
"""


def environment(name: str = "none") -> dict[str, str]:
    """What a program must be told to work on a test database of that name: its three addresses, keys and home."""
    cluster = cluster_in(FOLDER)
    return {
        "DATABASE_URL": cluster.url(APP, name),
        "DATABASE_OWNER_URL": cluster.url(OWNER, name),
        "DATABASE_PROTECTION_URL": cluster.url(PROTECTION, name),
        "SUAR_HOME": str(FOLDER / "home"),
        "SUAR_KEYS": str(FOLDER / "home" / "keys"),
    }


@dataclass(frozen=True, slots=True)
class Copy:
    """A database copied from the template: commits are real in it, and it is gone after the test."""

    name: str

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | environment(self.name)


def know_roles(cluster: Cluster) -> None:
    """A new server knows none of Suar's roles, and a test of it alone may be the first; two runs never make them at once."""
    with locked(FOLDER / "template.lock"):
        databases.make_roles(cluster)


def template(cluster: Cluster) -> str:
    """The name of the database with every migration applied as suar_owner; made when the migrations are new."""
    name = f"template_{fingerprint()}"
    with locked(FOLDER / "template.lock"):
        if not databases.exists(cluster, name):
            fresh = f"fresh_{os.getpid()}"
            databases.drop_database(cluster, fresh)  # of a run that failed here before
            databases.create_database(cluster, fresh)
            with connected_to(fresh):
                for alias in OWNERS:
                    call_command("migrate", database=alias, verbosity=0, interactive=False)
                keep_policies()
            databases.rename_database(cluster, fresh, name)
        for old in [known for known in databases.newest_first(cluster, "template_") if known != name][TEMPLATES_KEPT:]:
            databases.drop_database(cluster, old)
    return name


def keep_policies() -> None:
    """Their ids are the same for the same text and lie below all others, so that a program knows the tables of the test before by theirs."""
    from suar.policies.actions import read_table, tables_under

    with connections["owner"].cursor() as cursor:
        cursor.execute(KEPT)
        for name, path in tables_under(POLICY):
            digest, table = read_table(path)
            id_ = UUID(int=int(hashlib.sha256(f"{name} {digest}".encode()).hexdigest()[:24], 16))
            cursor.execute(
                "INSERT INTO kept.policies VALUES (%s, %s, %s, %s::jsonb, %s)",
                [id_, name, digest, json.dumps(table), path.read_text()],
            )


def adopt_kept(at: datetime, by: UUID, *, same: bool) -> bool:
    """Adopt the template's policies at `at`, but for those that are there; `same` under their own ids, which are taken but once. False in a
    database that was not copied from the template.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('kept.policies') IS NOT NULL")
        [there] = cursor.fetchone()
        if there:
            cursor.execute(ADOPT, {"at": at, "by": by, "same": same})
    return bool(there)


def fingerprint() -> str:
    """Of everything a migrated database depends on, and of the policies kept in it."""
    seen = hashlib.sha256(f"{django.__version__} {sys.version}".encode())
    files = [*ROOT.glob("suar/*/migrations/*.py"), *ROOT.glob("suar/*/models*.py"), ROOT / "suar/core/ddl.py"]
    files += [ROOT / "suar/site/settings.py", ROOT / "suar/site/wiring.py", ROOT / "suar/site/running/databases.py"]
    files += [
        Path(__file__),
        ROOT / "suar/policies/actions/__init__.py",
        *POLICY.rglob("*.yaml"),
        *POLICY.rglob("*.csv"),
        *POLICY.rglob("*.cedar"),
    ]
    for path in sorted(files):
        if path.exists():
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:16]


@contextlib.contextmanager
def copied(cluster: Cluster) -> Iterator[Copy]:
    """A new database from the template, all Django connections turned to it; dropped at the end."""
    name = f"test_{os.getpid()}_{next(numbers)}"
    source = template(cluster)
    with locked(FOLDER / "clone.lock"):  # a template may have one copier at a time
        databases.drop_database(cluster, name)
        databases.clone_database(cluster, source, name)
    try:
        with connected_to(name):
            yield Copy(name)
    finally:
        databases.drop_database(cluster, name)


@contextlib.contextmanager
def connected_to(name: str) -> Iterator[None]:
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    turn(dict.fromkeys(before, name))
    try:
        yield
    finally:
        turn(before)


def turn(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connection = connections[alias]
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()  # pooled connections would go on to the database of before
        connection.settings_dict["NAME"] = name
        connections.settings[alias]["NAME"] = name  # what connections of other threads are made from


def drop_what_dead_runs_left(cluster: Cluster) -> None:
    for name in databases.names(cluster):
        kind, _, rest = name.partition("_")
        number = rest.split("_")[0]
        if kind in {"test", "fresh"} and number.isdigit() and not psutil.pid_exists(int(number)):
            databases.drop_database(cluster, name)


def keys_for_tests() -> None:
    """The key rings of the tests: their own, made once."""
    from suar.vault.keyring import make_rings

    with locked(FOLDER / "keys.lock"):
        make_rings(Path(environment()["SUAR_KEYS"]))
