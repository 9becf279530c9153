from django.db import migrations

from suar.core.ddl import by_agency, default_partition, grant, hash_partitions

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


class Migration(migrations.Migration):
    initial = True
    dependencies = [("persons", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
