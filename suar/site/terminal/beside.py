"""The derived tables a second time, in a schema beside the live ones: rebuilt there, compared, and only then put in place.

Which tables are derived is not listed here: in the rooms that derive, they are those which the running role may both change
and empty. Facts are append-only, in the database itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from suar.vault.queries import DEFAULT, PROTECTION

ROOMS = ("persons", "registers", "journeys")
OWNER = {DEFAULT: "owner", PROTECTION: "protection_owner"}
LIVE = {DEFAULT: "public", PROTECTION: "protection"}
BESIDE = {DEFAULT: "replay", PROTECTION: "replay_protection"}
#: Sealed with a fresh nonce each time, so never byte-equal; what they hold is compared opened (`persons.queries.export`). And the number
#: under which a subject's keys stand, which says nothing but who was written first.
SEALED = ("claims", "explanation", "num")
FETCHED = 2_000

DERIVED = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
AND split_part(c.relname, '_', 1) = ANY(%s) AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """One derived table: its rows live and rebuilt, and how many stand only in one of the two."""

    wall: str
    table: str
    live: int
    rebuilt: int
    differing: int


def derived(wall: str) -> list[str]:
    with connections[wall].cursor() as cursor:
        cursor.execute(DERIVED, [LIVE[wall], list(ROOMS)])
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def made(wall: str, tables: Sequence[str]) -> Iterator[None]:
    """The empty twins of these tables, made by the owner and gone afterwards."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT current_user")
        (runner,) = cursor.fetchone()
    owner, beside = connections[OWNER[wall]], BESIDE[wall]
    with owner.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {beside} CASCADE")  # of a replay that was cut off
        cursor.execute(f'CREATE SCHEMA {beside}; GRANT USAGE ON SCHEMA {beside} TO "{runner}"')
        for name in tables:
            cursor.execute(
                f'CREATE TABLE {beside}."{name}" (LIKE {LIVE[wall]}."{name}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);'
                f' GRANT SELECT, INSERT, UPDATE, DELETE ON {beside}."{name}" TO "{runner}"'
            )
    try:
        yield
    finally:
        with owner.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {beside} CASCADE")


def turn_to(schema: dict[str, str], wall: str) -> None:
    """From here to the end of the transaction this connection reads and writes the derived tables of that schema."""
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", [f"{schema[wall]},{LIVE[wall]}"])


def copy(wall: str, tables: Sequence[str]) -> None:
    """The live rows into their twins."""
    with connections[wall].cursor() as cursor:
        for name in tables:
            cursor.execute(f'INSERT INTO {BESIDE[wall]}."{name}" SELECT * FROM {LIVE[wall]}."{name}"')


def forget(wall: str, tables: Sequence[str], ids: Sequence[UUID]) -> None:
    """Take every row out of the twins that names one of these subjects in any of its columns."""
    with connections[wall].cursor() as cursor:
        for name in tables:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND atttypid = 'uuid'::regtype",
                [f"{BESIDE[wall]}.{name}"],
            )
            names = " OR ".join(f'"{column}" = ANY(%(ids)s)' for (column,) in cursor.fetchall())
            cursor.execute(f'DELETE FROM {BESIDE[wall]}."{name}" WHERE {names}', {"ids": list(ids)})


def compare(wall: str, tables: Sequence[str]) -> list[Compared]:
    return [compared(wall, name) for name in tables]


def compared(wall: str, name: str) -> Compared:
    """Byte by byte first; only where the two differ are the differing rows counted."""
    live, rebuilt = (f'{schema[wall]}."{name}"' for schema in (LIVE, BESIDE))
    one, other = canonical_sum(wall, live), canonical_sum(wall, rebuilt)
    differing = 0
    if one != other:
        rows = [f"SELECT {row_text()} AS line FROM {table} t" for table in (live, rebuilt)]
        words = f"SELECT count(*) FROM (({rows[0]} EXCEPT ALL {rows[1]}) UNION ALL ({rows[1]} EXCEPT ALL {rows[0]})) d"
        with connections[wall].cursor() as cursor:
            cursor.execute(words)
            (differing,) = cursor.fetchone()
    return Compared(wall, name, one[0], other[0], differing)


def canonical_sum(wall: str, table: str) -> tuple[int, str]:
    """How many rows, and the SHA-256 of all of them as text in order."""
    summed, count = hashlib.sha256(), 0
    with connections[wall].chunked_cursor() as cursor:
        cursor.execute(f'SELECT line FROM (SELECT {row_text()} AS line FROM {table} t) said ORDER BY line COLLATE "C"')
        while rows := cursor.fetchmany(FETCHED):
            for (line,) in rows:
                summed.update(line.encode() + b"\n")
            count += len(rows)
    return count, summed.hexdigest()


def row_text() -> str:
    """A row as canonical text, without what is sealed: jsonb orders its keys."""
    sealed = ", ".join(f"'{name}'" for name in SEALED)
    return f"(to_jsonb(t) - ARRAY[{sealed}])::text"


def put_in_place(wall: str, tables: Sequence[str]) -> None:
    """The rebuilt rows instead of the live ones, in the transaction that compared them."""
    with connections[wall].cursor() as cursor:
        for name in tables:
            cursor.execute(f'DELETE FROM {LIVE[wall]}."{name}"')
            cursor.execute(f'INSERT INTO {LIVE[wall]}."{name}" SELECT * FROM {BESIDE[wall]}."{name}"')
