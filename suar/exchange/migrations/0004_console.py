from django.db import migrations

from suar.core.ddl import append_only

# Replays of an endpoint: from when, and up to which row of the outbox, so that how far one has come can be counted. Contract tests: what an
# agency's conformance run found, a check a line, kept for good.
TABLES = f"""
CREATE TABLE exchange_replay (
    id uuid PRIMARY KEY,
    endpoint uuid NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    since timestamptz NOT NULL,
    end_xid xid8 NOT NULL,
    end_event uuid NOT NULL,
    rows bigint NOT NULL CHECK (rows >= 0)
);
CREATE INDEX exchange_replay_of ON exchange_replay (endpoint, id DESC);

CREATE TABLE exchange_contract (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    client uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('feed', 'receiver')),
    kit text NOT NULL CHECK (length(kit) <= 40),
    checks jsonb NOT NULL CHECK (jsonb_typeof(checks) = 'array')
);
CREATE INDEX exchange_contract_of ON exchange_contract (agency, kind, id DESC);
{append_only("exchange_replay", "exchange_contract")}
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_webhooks")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
