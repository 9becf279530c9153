"""Month partitions made ahead for the tables that only grow (DESIGN 7), as their owner; the running role gets no right on them.

Ids are UUIDv7, whose first 48 bits are milliseconds: a month is the ids between the first instant of it and the first of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from suar.core.ddl import shut
from suar.vault.queries import first_id

OWNERS = {"owner": "", "protection_owner": "protection."}  # and how its tables are named when both are spoken of
MONTHS_AHEAD = 3  # a hub whose worker stood still for a quarter still finds a place for its rows
MAKING = 7_306_200  # advisory lock: `up` and the worker never make the same partition at once
MONTHS_A_YEAR = 12

TABLES = """
SELECT c.relname, a.attname, EXISTS (
    SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'no_truncate') AS append_only
FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
WHERE p.partstrat = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.atttypid = 'uuid'::regtype
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month, UTC."""

    year: int
    month: int

    @property
    def next(self) -> Month:
        return Month(self.year + self.month // MONTHS_A_YEAR, self.month % MONTHS_A_YEAR + 1)

    @property
    def first_id(self) -> UUID:
        """The least UUID whose leading milliseconds lie in this month. Version bits are zero, so no UUIDv7 lies below it."""
        return first_id(datetime(self.year, self.month, 1, tzinfo=UTC))


def months(at: datetime, ahead: int) -> list[Month]:
    found = [Month(at.astimezone(UTC).year, at.astimezone(UTC).month)]
    for _ in range(ahead):
        found.append(found[-1].next)
    return found


def make_ahead(at: datetime, *, ahead: int = MONTHS_AHEAD) -> list[str]:
    """Make what is missing for the month of `at` and the months after it, in both schemas. Returns the names of those made.

    A month whose first rows already lie in the table's default partition stays there: facts are never moved.
    """
    made = []
    for owner, schema in OWNERS.items():
        with transaction.atomic(using=owner), connections[owner].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
            cursor.execute(TABLES)
            for table, key, append_only in cursor.fetchall():
                found = [make(cursor, table, key, month, append_only) for month in months(at, ahead)]
                made += [schema + name for name in found if name]
    return made


def make(cursor: CursorWrapper, table: str, key: str, month: Month, append_only: bool) -> str:
    """Make one partition; "" where it is there, or where its rows already lie in the default partition."""
    name = f"{table}_{month.year}_{month.month:02d}"
    low, high = month.first_id, month.next.first_id
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    if cursor.fetchone()[0]:
        return ""
    cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}_rest" WHERE "{key}" >= %s AND "{key}" < %s)', [low, high])
    if cursor.fetchone()[0]:
        return ""
    cursor.execute(f"""CREATE TABLE "{name}" PARTITION OF "{table}" FOR VALUES FROM ('{low}') TO ('{high}')""")
    cursor.execute(shut(name))
    if append_only:  # row triggers come with the partition, statement triggers do not
        cursor.execute(
            f'CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "{name}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )
    return name
