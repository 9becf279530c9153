from django.db import migrations

from suar.core.ddl import append_only, by_agency

# By what a crossing finds its screening (a keyed token), and whether the standard's terms for children run. Older screenings have neither.
OF_WHOM = """
ALTER TABLE screening_screening ADD COLUMN passport bytea, ADD COLUMN child boolean NOT NULL DEFAULT false;
"""

# Each comparison of crossings with screenings; what it missed, once a crossing; and the reasons given for it, of which the newest counts and
# the earlier stay. Nobody changes or deletes any of them: the supervisor whose lane it was can say why, and no more.
UNSCREENED = f"""
CREATE TABLE screening_cycle (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    since_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    crossings integer NOT NULL CHECK (crossings >= 0),
    missed integer NOT NULL CHECK (missed BETWEEN 0 AND crossings),
    feed text NOT NULL,
    CHECK (since_at < until_at AND until_at <= at)
);
CREATE INDEX screening_cycle_until ON screening_cycle (until_at DESC);
{append_only("screening_cycle")}

CREATE TABLE screening_miss (
    crossing uuid PRIMARY KEY,
    agency text NOT NULL,
    office text NOT NULL,
    place text NOT NULL,
    lane text NOT NULL,
    crossed_at timestamptz NOT NULL,
    found_at timestamptz NOT NULL,
    cycle uuid NOT NULL REFERENCES screening_cycle (id)
);
CREATE INDEX screening_miss_crossed ON screening_miss (crossed_at DESC);
CREATE INDEX screening_miss_office ON screening_miss (office, crossed_at DESC);
{append_only("screening_miss")}
{by_agency("screening_miss")}

CREATE TABLE screening_miss_reason (
    id uuid PRIMARY KEY,
    crossing uuid NOT NULL REFERENCES screening_miss (crossing),
    agency text NOT NULL,
    code text NOT NULL CHECK (code <> ''),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    desk text NOT NULL
);
CREATE INDEX screening_miss_reason_crossing ON screening_miss_reason (crossing, id DESC);
{append_only("screening_miss_reason")}
{by_agency("screening_miss_reason")}
"""

# What was done for a traveller while he was stopped, and when: noted at the desk, never typed over.
SERVICE = f"""
CREATE TABLE screening_service (
    id uuid PRIMARY KEY,
    screening uuid NOT NULL,
    agency text NOT NULL,
    step text NOT NULL CHECK (step <> ''),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    desk text NOT NULL,
    UNIQUE (screening, step)
);
{append_only("screening_service")}
{by_agency("screening_service")}
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0004_outcomes"), ("journeys", "0004_exits")]
    operations = [migrations.RunSQL(OF_WHOM + UNSCREENED + SERVICE, elidable=False)]
