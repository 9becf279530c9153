from django.db import migrations

from suar.core.ddl import append_only, by_agency, grant

# Who left, or was let pass, to work abroad: what the mission of the destination is told by an event, and reads by agreement. Words stand sealed.
TABLES = f"""
CREATE TABLE screening_departure (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL, -- whose word it is: who decided, or who recorded the crossing
    how text NOT NULL CHECK (how IN ('decided', 'crossed')),
    screening uuid UNIQUE,
    crossing uuid UNIQUE,
    subjects uuid[] NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{{3}}$'),
    place text NOT NULL,
    leaves_on date,
    purpose text NOT NULL,
    placement uuid, -- the step, where one stands; what is in it is read by agreement, if there is one
    sealed bytea NOT NULL,
    CHECK ((how = 'decided') = (screening IS NOT NULL AND crossing IS NULL)),
    CHECK ((how = 'crossed') = (crossing IS NOT NULL AND screening IS NULL))
);
CREATE INDEX screening_departure_country ON screening_departure (country, at DESC);
CREATE INDEX screening_departure_subjects ON screening_departure USING gin (subjects);
{append_only("screening_departure")}
{by_agency("screening_departure")}

CREATE TABLE screening_departure_cycle (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    announced integer NOT NULL
);
{grant("SELECT, INSERT", "screening_departure_cycle")}
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0005_standard")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
