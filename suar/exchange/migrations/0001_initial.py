from django.db import migrations

from suar.core.ddl import append_only, default_partition, grant

TABLES = f"""
CREATE TABLE exchange_outbox (
    id uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    type text NOT NULL,
    giver text NOT NULL,
    thing uuid NOT NULL,
    subject uuid,
    classes text[] NOT NULL,
    effect text NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
{default_partition("exchange_outbox")}
CREATE INDEX exchange_outbox_order ON exchange_outbox (xid, id);
{append_only("exchange_outbox")}

CREATE TABLE exchange_place (
    reader text PRIMARY KEY,
    xid xid8 NOT NULL,
    id uuid NOT NULL
);
{grant("SELECT, INSERT, UPDATE", "exchange_place")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
