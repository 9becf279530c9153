from django.db import migrations

from suar.core.ddl import by_agency, grant, hash_partitions

# Derived from records. `thing` is keyed (registers.queries.things): the id under which a phone, a company or an address stands for signals too,
# so that neither value nor place is kept here. One row for each thing that a record names, in the role in which it names it.
THINGS = f"""
CREATE TABLE journeys_thing (
    thing uuid NOT NULL,
    step uuid NOT NULL,
    role text NOT NULL,
    subject uuid NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (thing, role, at, step)
) PARTITION BY HASH (thing);
{hash_partitions("journeys_thing", 8)}
CREATE INDEX journeys_thing_subject ON journeys_thing (subject);
CREATE INDEX journeys_thing_step ON journeys_thing (step);
{grant("SELECT, INSERT, UPDATE, DELETE", "journeys_thing")}
{by_agency("journeys_thing")}

CREATE TABLE journeys_permit (
    thing uuid NOT NULL,
    step uuid NOT NULL,
    record uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('p3mi', 'job_order')),
    agency text NOT NULL,
    state text NOT NULL,
    from_at timestamptz,
    until_at timestamptz,
    facts jsonb NOT NULL,
    PRIMARY KEY (thing, step)
);
CREATE INDEX journeys_permit_step ON journeys_permit (step);
{grant("SELECT, INSERT, UPDATE, DELETE", "journeys_permit")}
{by_agency("journeys_permit")}
"""


class Migration(migrations.Migration):
    dependencies = [("journeys", "0002_to_verify")]
    operations = [migrations.RunSQL(THINGS, "DROP TABLE journeys_permit; DROP TABLE journeys_thing", elidable=False)]
