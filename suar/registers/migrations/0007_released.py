from importlib import import_module

from django.db import migrations

from suar.core.ddl import append_only, by_agency, by_hub

# What a protection officer ruled on a complaint: behind the wall alone, since it says which signal came of whose complaint. The same migration
# makes the table in the hub too, where nobody may write into it.
RELEASE = f"""
CREATE TABLE registers_release (
    id uuid PRIMARY KEY,
    complaint uuid NOT NULL, -- keyed: follows from the source and its own number of the complaint
    record uuid NOT NULL, -- what was read
    named bytea NOT NULL, -- keyed: of what the complaint said when it was read; another one is another complaint to be read
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    ruling text NOT NULL CHECK (ruling IN ('approved', 'declined', 'ended')),
    code text NOT NULL CHECK (code <> ''),
    kind text NOT NULL,
    thing uuid,
    entry uuid,
    request uuid,
    sealed bytea NOT NULL, -- what left
    CHECK ((ruling = 'declined') = (thing IS NULL AND entry IS NULL AND request IS NULL)),
    CHECK ((ruling = 'declined') = (kind = ''))
);
CREATE INDEX registers_release_complaint ON registers_release (complaint, id DESC);
CREATE INDEX registers_release_entry ON registers_release (entry) WHERE entry IS NOT NULL;
{append_only("registers_release")}
{by_agency("registers_release")}
DO $$ BEGIN
    IF current_schema() <> 'protection' THEN REVOKE INSERT ON registers_release FROM suar_app; END IF;
END $$;

CREATE TABLE registers_unfounded (
    entry uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (entry, at)
);
{append_only("registers_unfounded")}
{by_hub("registers_unfounded")}
"""

# A case of trafficking that a protection officer hands over to the agency of the services: behind the wall alone, like the rulings above. Whose
# word allows it is a column, so that no row of a child goes without a guardian's, or without two officers (UU 27/2022 Ps 25).
CASE = f"""
CREATE TABLE registers_case (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    giver text NOT NULL CHECK (giver <> ''), -- whose datum it is: the hub for what a desk heard, else the agency of the record
    receiver text NOT NULL CHECK (receiver <> ''), -- to whom alone consent was given
    origin text NOT NULL CHECK (origin IN ('task', 'report')),
    source uuid NOT NULL, -- the task, or the keyed number of the report
    child boolean NOT NULL,
    consent text NOT NULL CHECK (consent IN ('adult', 'guardian', 'ppt')),
    code text NOT NULL, -- why a centre's word stands for a guardian's
    sealed bytea NOT NULL,
    CHECK (child = (consent <> 'adult')),
    CHECK ((consent = 'ppt') = (code <> '')),
    UNIQUE (id, by)
);
CREATE INDEX registers_case_source ON registers_case (source, id DESC);
CREATE INDEX registers_case_office ON registers_case (agency, id DESC);
{append_only("registers_case")}
{by_agency("registers_case")}

CREATE TABLE registers_case_step (
    "case" uuid NOT NULL,
    asked_by uuid NOT NULL,
    step text NOT NULL CHECK (step IN ('agreed', 'declined', 'withdrawn', 'received')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    sealed bytea, -- the receiver's own number of it
    PRIMARY KEY ("case", step),
    FOREIGN KEY ("case", asked_by) REFERENCES registers_case (id, by),
    CHECK (step NOT IN ('agreed', 'declined') OR by <> asked_by),
    CHECK ((step = 'received') = (sealed IS NOT NULL))
);
{append_only("registers_case_step")}
{by_agency("registers_case_step")}
DO $$ BEGIN
    IF current_schema() <> 'protection' THEN REVOKE INSERT ON registers_case, registers_case_step FROM suar_app; END IF;
END $$;
"""

# The clock suspends what nobody reviewed in time. It suspends as well what lost its ground: the complaint behind it was withdrawn, or says it
# no more. Everything else of the rule is as 0002 wrote it.
FOLLOWS: str = import_module("suar.registers.migrations.0002_nominated").FOLLOWS
BEGINS, ENDS = "CREATE FUNCTION registers_act_follows", "CREATE TRIGGER follows BEFORE INSERT ON registers_act"
RULE = FOLLOWS[FOLLOWS.index(BEGINS) : FOLLOWS.index(ENDS)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
IN_TIME = "NEW.act = 'suspend' AND NEW.at < earlier.review_due"
GROUND = "SELECT 1 FROM registers_unfounded u WHERE u.entry = NEW.entry AND u.at >= earlier.at AND u.at <= NEW.at"
assert RULE.count(IN_TIME) == 1


class Migration(migrations.Migration):
    dependencies = [("registers", "0006_local_term")]
    operations = [
        migrations.RunSQL(RELEASE, elidable=False),
        migrations.RunSQL(CASE, elidable=False),
        migrations.RunSQL(RULE.replace(IN_TIME, f"{IN_TIME} AND NOT EXISTS ({GROUND})"), elidable=False),
    ]
