from django.db import migrations

from suar.core.ddl import append_only, grant, hash_partitions

# What two persons decided is a fact and append-only; how a quarantine stands follows from its acts. Whom no desk may weigh until the derived
# state shows what was decided passes. No second person is the first one, or sits in his office.
#
# A statement is kept once. Which other keys repeated it, and first when, is kept beside it: so a record stands while one key is believed that
# said it.
TABLES = f"""
CREATE TABLE intake_quarantine (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    key text NOT NULL,
    since timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('stopped', 'confirmed', 'lifted')),
    waits boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX intake_quarantine_one ON intake_quarantine (source, key) WHERE state <> 'lifted';
CREATE INDEX intake_quarantine_stands ON intake_quarantine (id) WHERE state <> 'lifted' OR waits;
{grant("SELECT, INSERT", "intake_quarantine")}
{grant("UPDATE (state, waits)", "intake_quarantine")}

CREATE TABLE intake_quarantine_act (
    id uuid PRIMARY KEY,
    quarantine uuid NOT NULL REFERENCES intake_quarantine,
    verb text NOT NULL CHECK (verb IN ('stopped', 'confirmed', 'lift_asked', 'lifted', 'rebuilt')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    reason text NOT NULL,
    first_by uuid,
    first_office text,
    CHECK (verb NOT IN ('confirmed', 'lifted') OR (first_by IS NOT NULL AND first_by <> by AND first_office IS NOT NULL
        AND first_office <> '' AND office <> '' AND first_office <> office))
);
CREATE INDEX intake_quarantine_act_of ON intake_quarantine_act (quarantine, id);
{append_only("intake_quarantine_act")}

CREATE TABLE intake_doubted (
    id uuid NOT NULL,
    quarantine uuid NOT NULL,
    PRIMARY KEY (id, quarantine)
);
{grant("SELECT, INSERT, DELETE", "intake_doubted")}

CREATE TABLE intake_repeated (
    record uuid NOT NULL,
    key text NOT NULL,
    id uuid NOT NULL,
    batch uuid NOT NULL,
    position integer NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (record, key)
) PARTITION BY HASH (record);
{hash_partitions("intake_repeated", 8)}
CREATE INDEX intake_repeated_batch ON intake_repeated (batch);
{grant("SELECT, INSERT", "intake_repeated")}
{grant("UPDATE (id, batch, position, received_at)", "intake_repeated")}
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_spells")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
