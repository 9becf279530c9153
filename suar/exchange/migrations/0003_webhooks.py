from django.db import migrations

from suar.core.ddl import append_only, default_partition, grant

# An endpoint is its wordings: each proposed by one person and confirmed by another, the newest confirmed one holds. That the two differ is the
# database's own rule: the maker is carried into the ruling by a foreign key, and a check compares.
TABLES = f"""
CREATE TABLE exchange_endpoint (
    id uuid PRIMARY KEY,
    endpoint uuid NOT NULL, -- the id of its first wording, for as long as it lives
    agency text NOT NULL REFERENCES agencies_agency,
    url text NOT NULL CHECK (url ~ '^https?://[^/@?#]+' AND length(url) <= 500),
    events text[] NOT NULL, -- none named: all that are agreed
    networks cidr[] NOT NULL, -- besides public addresses these may be reached
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    CHECK (until_at > from_at),
    UNIQUE (id, by),
    UNIQUE (id, agency),
    FOREIGN KEY (endpoint, agency) REFERENCES exchange_endpoint (id, agency)
);
CREATE INDEX exchange_endpoint_of ON exchange_endpoint (endpoint, id);

CREATE TABLE exchange_endpoint_ruling (
    wording uuid PRIMARY KEY,
    made_by uuid NOT NULL,
    ruling text NOT NULL CHECK (ruling IN ('confirmed', 'declined')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    FOREIGN KEY (wording, made_by) REFERENCES exchange_endpoint (id, by),
    CONSTRAINT endpoint_by_two CHECK (ruling = 'declined' OR by <> made_by)
);

CREATE TABLE exchange_endpoint_end (
    wording uuid PRIMARY KEY REFERENCES exchange_endpoint_ruling,
    at timestamptz NOT NULL,
    by uuid, -- NULL: the receiver said so itself (410)
    why text NOT NULL CHECK (why IN ('gone', 'closed')),
    CHECK ((why = 'gone') = (by IS NULL))
);

-- Every attempt; that with the outcome 'acknowledged' is the receipt.
CREATE TABLE exchange_attempt (
    id uuid NOT NULL,
    endpoint uuid NOT NULL,
    wording uuid NOT NULL,
    event uuid NOT NULL,
    at timestamptz NOT NULL,
    number integer NOT NULL,
    outcome text NOT NULL,
    status integer,
    took_ms integer NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
{default_partition("exchange_attempt")}
CREATE INDEX exchange_attempt_of ON exchange_attempt (endpoint, id);
CREATE INDEX exchange_attempt_event ON exchange_attempt (event, endpoint);
{append_only("exchange_endpoint", "exchange_endpoint_ruling", "exchange_endpoint_end", "exchange_attempt")}

-- What was read from the outbox for an endpoint and is not acknowledged. A row leaves with its receipt.
CREATE TABLE exchange_delivery (
    endpoint uuid NOT NULL,
    event uuid NOT NULL,
    xid xid8 NOT NULL, -- with the event the order in which it was committed
    thing uuid NOT NULL,
    subject uuid,
    queued_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    first_at timestamptz,
    due_at timestamptz NOT NULL,
    claim uuid,
    claimed_until timestamptz,
    dead_at timestamptz,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (endpoint, event),
    CHECK ((dead_at IS NULL) = (reason = ''))
) WITH (fillfactor = 50); -- a claim changes no index, so its row stays on its page where there is room
CREATE INDEX exchange_delivery_order ON exchange_delivery (endpoint, xid, event) WHERE dead_at IS NULL;
CREATE INDEX exchange_delivery_thing ON exchange_delivery (endpoint, thing, xid, event) WHERE dead_at IS NULL;
CREATE INDEX exchange_delivery_subject ON exchange_delivery (endpoint, subject, xid, event) WHERE dead_at IS NULL;
CREATE INDEX exchange_delivery_dead ON exchange_delivery (dead_at) WHERE dead_at IS NOT NULL;

-- How an endpoint's line stands: attempts in a row that reached nobody, and until when it is left in peace.
CREATE TABLE exchange_line (
    endpoint uuid PRIMARY KEY,
    failures integer NOT NULL,
    paused_until timestamptz NOT NULL
);
{grant("SELECT, INSERT, UPDATE, DELETE", "exchange_delivery")}
{grant("SELECT, INSERT, UPDATE", "exchange_line")}
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_feed"), ("agencies", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
