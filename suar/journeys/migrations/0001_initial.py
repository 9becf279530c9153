from django.db import migrations

from suar.core.ddl import append_only, by_agencies, by_agency, default_partition, grant, hash_partitions

# Derived from records; crossings are many and have a table of their own. `token` is the keyed reference (letter, job order, passport number).
COLUMNS = """
    id uuid NOT NULL,
    subject uuid NOT NULL,
    record uuid NOT NULL,
    source text NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    until_at timestamptz,
    state text NOT NULL,
    country text NOT NULL,
    region text NOT NULL,
    place text NOT NULL,
    token bytea,
    facts jsonb NOT NULL,
"""
TABLES = f"""
CREATE TABLE journeys_step ({COLUMNS} PRIMARY KEY (id)) PARTITION BY HASH (id);
{hash_partitions("journeys_step", 8)}
CREATE INDEX journeys_step_subject ON journeys_step (subject, at DESC);
CREATE INDEX journeys_step_token ON journeys_step (token) WHERE token IS NOT NULL;
{grant("SELECT, INSERT, UPDATE, DELETE", "journeys_step")}
{by_agency("journeys_step")}

CREATE TABLE journeys_crossing ({COLUMNS} PRIMARY KEY (id)) PARTITION BY RANGE (id);
{default_partition("journeys_crossing")}
CREATE INDEX journeys_crossing_subject ON journeys_crossing (subject, at DESC);
{grant("SELECT, INSERT, UPDATE, DELETE", "journeys_crossing")}
{by_agency("journeys_crossing")}
"""

# Derived: which numbers a subject's claims state (keyed tokens), and what of them somebody must look at. A finding's id follows from its kind
# and its evidence, so that new evidence is a new finding; `evidence` holds ids, days and codes, never a value. Facts: what the civil register
# answered about a number, and what officers ruled. Who has taken a finding is neither: it is given back without a trace in the state.
FINDINGS = f"""
CREATE TABLE journeys_number (
    token bytea NOT NULL,
    subject uuid NOT NULL,
    PRIMARY KEY (token, subject)
) PARTITION BY HASH (token);
{hash_partitions("journeys_number", 8)}
CREATE INDEX journeys_number_subject ON journeys_number (subject);
{grant("SELECT, INSERT, UPDATE, DELETE", "journeys_number")}

CREATE TABLE journeys_waiting (
    subject uuid PRIMARY KEY
);
{grant("SELECT, INSERT, DELETE", "journeys_waiting")}

CREATE TABLE journeys_finding (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    unit text NOT NULL,
    subjects uuid[] NOT NULL,
    agencies text[] NOT NULL,
    newest timestamptz,
    evidence jsonb NOT NULL,
    params jsonb NOT NULL
);
CREATE INDEX journeys_finding_subjects ON journeys_finding USING gin (subjects);
CREATE INDEX journeys_finding_unit ON journeys_finding (unit);
CREATE INDEX journeys_finding_newest ON journeys_finding (newest DESC, id);
{grant("SELECT, INSERT, UPDATE, DELETE", "journeys_finding")}
{by_agencies("journeys_finding")}

CREATE TABLE journeys_ruling (
    id uuid PRIMARY KEY,
    finding uuid NOT NULL,
    kind text NOT NULL,
    unit text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('explained', 'passed', 'stays')),
    reason text NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    CHECK (outcome = 'stays' OR reason <> '')
);
CREATE INDEX journeys_ruling_finding ON journeys_ruling (finding, id DESC);
CREATE INDEX journeys_ruling_unit ON journeys_ruling (unit);
{append_only("journeys_ruling")}

CREATE TABLE journeys_taken (
    finding uuid PRIMARY KEY,
    by uuid NOT NULL,
    agency text NOT NULL,
    at timestamptz NOT NULL
);
{grant("SELECT, INSERT, DELETE", "journeys_taken")}

CREATE TABLE journeys_civil (
    id uuid PRIMARY KEY,
    token bytea NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('agrees', 'deceased', 'duplicate', 'inactive', 'not_found')),
    at timestamptz NOT NULL
);
CREATE INDEX journeys_civil_token ON journeys_civil (token);
{append_only("journeys_civil")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("persons", "0001_initial")]
    operations = [migrations.RunSQL(TABLES + FINDINGS, elidable=False)]
