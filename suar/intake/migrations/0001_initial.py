from django.db import migrations

from suar.core.ddl import append_only, by_agency, by_hub, default_partition, grant, hash_partitions

# Facts: batch, piece, record, returned. Derived or passing: inbox and current (keys of facts), source, coverage, finding, run.
TABLES = f"""
CREATE TABLE intake_run (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    stream text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    complete boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'ended', 'failed', 'stopped')),
    fault text NOT NULL DEFAULT '',
    withdrawn integer NOT NULL DEFAULT 0
);
CREATE INDEX intake_run_source ON intake_run (source, stream, started_at DESC);
{grant("SELECT, INSERT, UPDATE", "intake_run")}

CREATE TABLE intake_batch (
    id uuid PRIMARY KEY,
    run uuid NOT NULL REFERENCES intake_run,
    source text NOT NULL,
    agency text NOT NULL,
    stream text NOT NULL,
    media text NOT NULL,
    received_at timestamptz NOT NULL,
    sha256 bytea NOT NULL,
    size integer NOT NULL,
    head bytea NOT NULL,
    doubt text,
    cursor_after text NOT NULL,
    key text NOT NULL DEFAULT '',
    released boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'kept' CHECK (state IN ('kept', 'read', 'placed', 'projected', 'stopped', 'quarantined')),
    sent integer NOT NULL DEFAULT 0,
    accepted integer NOT NULL DEFAULT 0,
    remarked integer NOT NULL DEFAULT 0,
    returned integer NOT NULL DEFAULT 0,
    unchanged integer NOT NULL DEFAULT 0,
    quarantined integer NOT NULL DEFAULT 0,
    older integer NOT NULL DEFAULT 0,
    CHECK (state IN ('kept', 'stopped', 'quarantined') OR sent = accepted + remarked + returned + unchanged)
);
CREATE INDEX intake_batch_source ON intake_batch (source, received_at DESC);
CREATE INDEX intake_batch_open ON intake_batch (state, id) WHERE state IN ('kept', 'read', 'placed');
CREATE INDEX intake_batch_run ON intake_batch (run);
CREATE INDEX intake_batch_key ON intake_batch (source, key);
CREATE INDEX intake_batch_list ON intake_batch (source, stream, run) WHERE doubt IS NOT NULL;
{grant("SELECT, INSERT", "intake_batch")}
{grant("UPDATE (state, released, sent, accepted, remarked, returned, unchanged, quarantined, older)", "intake_batch")}

CREATE TABLE intake_delivery (
    source text NOT NULL,
    delivery text NOT NULL,
    sha256 bytea NOT NULL,
    batches uuid[] NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (source, delivery)
);
{grant("SELECT, INSERT", "intake_delivery")}

CREATE TABLE intake_piece (
    batch uuid NOT NULL,
    position integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (batch, position)
) PARTITION BY RANGE (batch);
{default_partition("intake_piece")}
{append_only("intake_piece")}
{by_hub("intake_piece")}

CREATE TABLE intake_inbox (
    source text NOT NULL,
    message bytea NOT NULL,
    content bytea NOT NULL,
    record uuid NOT NULL,
    PRIMARY KEY (source, message)
) PARTITION BY HASH (source, message);
{hash_partitions("intake_inbox", 8)}
{grant("SELECT, INSERT, UPDATE (content, record), DELETE", "intake_inbox")}

CREATE TABLE intake_record (
    id uuid NOT NULL,
    batch uuid NOT NULL,
    position integer NOT NULL,
    source text NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL,
    ident bytea NOT NULL,
    subject uuid,
    message bytea NOT NULL,
    version text NOT NULL,
    stated_at timestamptz,
    content bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('accepted', 'remarked', 'older')),
    remarks jsonb NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
{default_partition("intake_record")}
CREATE INDEX intake_record_batch ON intake_record (batch);
CREATE INDEX intake_record_subject ON intake_record (subject) WHERE subject IS NOT NULL;
{append_only("intake_record")}
{by_agency("intake_record")}

CREATE TABLE intake_returned (
    id uuid NOT NULL,
    batch uuid NOT NULL,
    position integer NOT NULL,
    source text NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL,
    message bytea NOT NULL,
    quarantined boolean NOT NULL,
    codes text[] NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
{default_partition("intake_returned")}
CREATE INDEX intake_returned_batch ON intake_returned (batch);
CREATE INDEX intake_returned_source ON intake_returned (source, id DESC);
{append_only("intake_returned")}
{by_agency("intake_returned")}

CREATE TABLE intake_current (
    source text NOT NULL,
    kind text NOT NULL,
    ident bytea NOT NULL,
    record uuid NOT NULL,
    version text NOT NULL,
    content bytea NOT NULL,
    subject uuid,
    run uuid NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source, kind, ident)
) PARTITION BY HASH (source, kind, ident);
{hash_partitions("intake_current", 8)}
CREATE INDEX intake_current_subject ON intake_current (subject) WHERE subject IS NOT NULL;
{grant("SELECT, INSERT, UPDATE, DELETE", "intake_current")}

CREATE TABLE intake_source (
    source text NOT NULL,
    stream text NOT NULL,
    cursor_safe text NOT NULL DEFAULT '',
    cursor_tip text NOT NULL DEFAULT '',
    held_since timestamptz,
    tried_at timestamptz,
    ok_at timestamptz,
    failing_since timestamptz,
    fault text NOT NULL DEFAULT '',
    newest_at timestamptz,
    PRIMARY KEY (source, stream)
);
{grant("SELECT, INSERT, UPDATE", "intake_source")}

-- Of a source that is asked while somebody waits: faults in a row, and until when it is left alone (queries/breaker.py).
CREATE TABLE intake_breaker (
    source text PRIMARY KEY,
    faults integer NOT NULL CHECK (faults >= 0),
    fault text NOT NULL,
    opened_at timestamptz,
    until_at timestamptz,
    probe_at timestamptz,
    CHECK ((opened_at IS NULL) = (until_at IS NULL))
);
{grant("SELECT, INSERT, UPDATE", "intake_breaker")}

CREATE TABLE intake_coverage (
    source text NOT NULL,
    region text NOT NULL,
    newest_at timestamptz NOT NULL,
    records bigint NOT NULL,
    PRIMARY KEY (source, region)
);
{grant("SELECT, INSERT, UPDATE", "intake_coverage")}

CREATE TABLE intake_connected (
    source text NOT NULL,
    region text NOT NULL,
    connected boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (source, region)
);
{grant("SELECT, INSERT, UPDATE, DELETE", "intake_connected")}

CREATE TABLE intake_finding (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    stream text NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    params jsonb NOT NULL,
    batch uuid,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    closed_at timestamptz,
    times integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX intake_finding_open ON intake_finding (source, stream, kind, code, field) WHERE closed_at IS NULL;
{grant("SELECT, INSERT, UPDATE", "intake_finding")}

CREATE TABLE intake_verification (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    what text NOT NULL,
    source text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('found', 'not_found', 'not_available')),
    fault text NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX intake_verification_office ON intake_verification (office, id);
{append_only("intake_verification")}
{by_agency("intake_verification")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
