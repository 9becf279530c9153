from django.db import migrations

from suar.core.ddl import append_only, grant

# Receipts: up to where an agency says it has taken over what it was given. Given: how much the streams took, counted with the relay's place.
TABLES = f"""
CREATE TABLE exchange_receipt (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    client uuid NOT NULL,
    xid xid8 NOT NULL,
    event uuid NOT NULL
);
CREATE INDEX exchange_receipt_of ON exchange_receipt (agency, id DESC);
{append_only("exchange_receipt")}

CREATE TABLE exchange_given (
    giver text NOT NULL,
    receiver text NOT NULL,
    type text NOT NULL,
    events bigint NOT NULL CHECK (events > 0),
    last_at timestamptz NOT NULL,
    PRIMARY KEY (giver, receiver, type)
);
{grant("SELECT, INSERT, UPDATE", "exchange_given")}
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
