"""SQL that several rooms' migrations share. Text in, text out. Only what PostgreSQL 16 has.

Every statement is unqualified, so that the same migration makes a table in `public` (the hub) and in `protection` (the wall).
"""

from __future__ import annotations

#: The role that runs, for the schema that is being migrated.
RUNNER = "CASE current_schema() WHEN 'protection' THEN 'suar_protection' ELSE 'suar_app' END"

#: Whose rows the transaction may see: set by `agencies.access.enter`; nothing set, nothing seen.
MAY_READ = "current_setting('suar.may_read', true)"


def grant(rights: str, *tables: str) -> str:
    """Give the running role these rights, and of changing rights just these (the database's owner grants them by default)."""
    return "\n".join(
        f"DO $$ BEGIN EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', {RUNNER});"
        f" EXECUTE format('GRANT {rights} ON {table} TO %I', {RUNNER}); END $$;"
        for table in tables
    )


def shut(table: str) -> str:
    """A partition is reached through its table only, where row-level security stands."""
    return f"DO $$ BEGIN EXECUTE format('REVOKE ALL ON {table} FROM %I', {RUNNER}); END $$;"


def append_only(*tables: str) -> str:
    """INSERT and SELECT for the running role, and a trigger that refuses the rest to the owner as well."""
    triggers = "\n".join(
        f"""CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"""
        for table in tables
    )
    return grant("SELECT, INSERT", *tables) + "\n" + triggers


def read_only(*tables: str) -> str:
    """What only the owner of the schema writes: the running role reads it."""
    return "\n".join(
        f"DO $$ BEGIN EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM %I', {RUNNER}); END $$;"
        for table in tables
    )


REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'facts are never changed or deleted: %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
"""


def by_agency(*tables: str, column: str = "agency") -> str:
    """Row-level security, forced: a row is seen and written only when its agency is among those the act may read."""
    return "\n".join(
        f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY by_agency ON {table} USING (
    (SELECT {MAY_READ}) = '*' OR {column} = ANY ((SELECT string_to_array({MAY_READ}, ','))::text[]));"""
        for table in tables
    )


def by_agencies(*tables: str, column: str = "agencies") -> str:
    """Row-level security, forced, for what is drawn from several agencies' records: seen only by an act that may read all of them, since
    half of such a row tells more than either agency agreed to.
    """
    return "\n".join(
        f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY by_agencies ON {table} USING (
    (SELECT {MAY_READ}) = '*' OR {column} <@ ((SELECT string_to_array({MAY_READ}, ','))::text[]));"""
        for table in tables
    )


def by_hub(*tables: str) -> str:
    """Row-level security, forced, for what no agency owns alone (bytes as received, how two sources' words were compared): written by
    whoever may write, read by the hub's own jobs only.
    """
    return "\n".join(
        f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY by_hub ON {table} USING ((SELECT {MAY_READ}) = '*') WITH CHECK (true);"""
        for table in tables
    )


def hash_partitions(table: str, parts: int) -> str:
    """The partitions of a table PARTITION BY HASH: the unit that spreads over servers."""
    return "\n".join(
        f"CREATE TABLE {table}_{n} PARTITION OF {table} FOR VALUES WITH (MODULUS {parts}, REMAINDER {n});\n{shut(f'{table}_{n}')}"
        for n in range(parts)
    )


def default_partition(table: str) -> str:
    """Where rows go whose month has no partition yet; `site/partitions` makes the months ahead."""
    return f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT;\n{shut(f'{table}_rest')}"
