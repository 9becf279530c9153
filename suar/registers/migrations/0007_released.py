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
        migrations.RunSQL(RULE.replace(IN_TIME, f"{IN_TIME} AND NOT EXISTS ({GROUND})"), elidable=False),
    ]
