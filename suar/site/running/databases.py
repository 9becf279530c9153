"""Roles and databases of a cluster: made, cloned for tests, dropped. SQL through psycopg; there is no psql in this
house.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from suar.site.running.postgres import ADMIN, APP, OWNER, PROTECTION, Cluster

#: What the owner of a database grants before the first migration, in an embedded one and in an outside one alike.
#: DESIGN 7: suar_owner migrates, suar_app runs, suar_protection alone enters the schema `protection`. Audit and facts
#: take UPDATE and DELETE away again, in their migrations.
GRANTS: Final = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {app}, {protection}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "CREATE SCHEMA IF NOT EXISTS protection",
    "GRANT USAGE ON SCHEMA protection TO {protection}",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA protection GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {protection}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA protection GRANT USAGE, SELECT ON SEQUENCES TO {protection}",
)


def grant(owner_url: str, *, app: str, protection: str) -> None:
    """Make the schemas and grant what the two running roles need, as the database's owner. Doing it again changes
    nothing.
    """
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=10) as owner:
        names = {"database": owner.info.dbname, "app": app, "protection": protection}
        for words in GRANTS:
            owner.execute(SQL(words).format(**{name: Identifier(value) for name, value in names.items()}))


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
    grant(cluster.url(OWNER, name), app=APP, protection=PROTECTION)


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
