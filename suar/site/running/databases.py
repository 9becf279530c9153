"""Roles and databases of a cluster: made, cloned for tests, dropped. SQL through psycopg; there is no psql in this
house.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from suar.site.running.postgres import ADMIN, APP, OWNER, PROTECTION, Cluster


def default_grants(schema: LiteralString, role: LiteralString) -> tuple[LiteralString, LiteralString]:
    """What `role` may do with all that suar_owner will make in `schema`."""
    start: LiteralString = f"ALTER DEFAULT PRIVILEGES FOR ROLE suar_owner IN SCHEMA {schema} GRANT"
    return (
        f"{start} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"{start} USAGE, SELECT ON SEQUENCES TO {role}",
    )


#: What a database must grant before the first migration; a production DBA runs the same (docs/howto/run.md). DESIGN 7:
#: suar_owner migrates, suar_app runs, suar_protection alone enters the schema `protection`. Audit and facts take UPDATE
#: and DELETE away again.
GRANTS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO suar_app, suar_protection",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO suar_app",
    "GRANT USAGE, CREATE ON SCHEMA public TO suar_owner",
    "CREATE SCHEMA IF NOT EXISTS protection AUTHORIZATION suar_owner",
    "GRANT USAGE ON SCHEMA protection TO suar_protection",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    *default_grants("public", APP),
    *default_grants("protection", PROTECTION),
)


@contextmanager
def as_admin(cluster: Cluster, database: str = "postgres") -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.url(ADMIN, database), autocommit=True, connect_timeout=10) as connection:
        yield connection


def make_roles(cluster: Cluster) -> None:
    """The three roles of DESIGN 7. None of them is a superuser, makes roles or databases, or passes row-level
    security.
    """
    with as_admin(cluster) as admin:
        known = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APP, PROTECTION):
            verb = SQL("ALTER" if role in known else "CREATE")
            options = SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD")
            admin.execute(
                SQL("{} ROLE {} {} {}").format(verb, Identifier(role), options, Literal(cluster.secrets()[role]))
            )


def exists(cluster: Cluster, name: str) -> bool:
    with as_admin(cluster) as admin:
        return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create_database(cluster: Cluster, name: str = "suar") -> None:
    """An empty database with its schemas and grants, owned by suar_owner. One that is there is only granted again."""
    make_roles(cluster)
    if not exists(cluster, name):
        with as_admin(cluster) as admin:
            admin.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(OWNER)))
    with as_admin(cluster, name) as admin:
        for grant in GRANTS:
            admin.execute(SQL(grant).format(database=Identifier(name)))


def clone_database(cluster: Cluster, template: str, name: str) -> None:
    """A copy of `template`, rows, grants and all, in a fraction of a second. Nobody may be connected to the template
    meanwhile.
    """
    with as_admin(cluster) as admin:
        words = SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        admin.execute(words.format(Identifier(name), Identifier(template), Identifier(OWNER)))
        # Rights on a database itself, unlike those on what is in it, are not copied.
        admin.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
        admin.execute(SQL("GRANT CONNECT ON DATABASE {} TO suar_app, suar_protection").format(Identifier(name)))


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database with whoever is still connected to it; one that is not there is fine."""
    with as_admin(cluster) as admin:
        admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def names(cluster: Cluster, *, order: LiteralString = "datname") -> list[str]:
    with as_admin(cluster) as admin:
        rows = admin.execute(
            SQL("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY {}").format(SQL(order))
        )
        return [name for (name,) in rows]


def newest_first(cluster: Cluster, prefix: str) -> list[str]:
    return [name for name in names(cluster, order="oid DESC") if name.startswith(prefix)]


def rename_database(cluster: Cluster, name: str, new: str) -> None:
    with as_admin(cluster) as admin:
        admin.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(new)))
