from django.db import migrations

from suar.core.ddl import REFUSE_CHANGE, append_only, default_partition

TABLES = f"""
{REFUSE_CHANGE}
CREATE TABLE audit_entry (
    id uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    what text NOT NULL,
    agency text NOT NULL,
    actor uuid NOT NULL,
    shown boolean NOT NULL,
    about uuid[] NOT NULL,
    body bytea NOT NULL,
    leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
{default_partition("audit_entry")}
CREATE INDEX audit_entry_order ON audit_entry (xid, id);
CREATE INDEX audit_entry_about ON audit_entry USING gin (about) WHERE shown;
{append_only("audit_entry")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("vault", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
