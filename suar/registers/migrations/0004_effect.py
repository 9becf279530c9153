from django.db import migrations

from suar.core.ddl import append_only

# Ids, codes and times alone: which change was decided when, and when each desk and subscriber had it. Nobody is named by it.
TABLES = f"""
CREATE TABLE registers_change (
    id uuid PRIMARY KEY, -- the act's, or of what is mirrored the batch's
    class text NOT NULL CHECK (class <> ''), -- the act, or 'mirrored'
    giver text NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX registers_change_decided ON registers_change (decided_at);
{append_only("registers_change")}

CREATE TABLE registers_effect (
    change uuid NOT NULL REFERENCES registers_change,
    target text NOT NULL CHECK (target = 'desks' OR target LIKE 'agency:_%' OR target LIKE 'gate:_%'),
    effective_at timestamptz NOT NULL,
    PRIMARY KEY (change, target)
);
{append_only("registers_effect")}

-- What comes due, and what runs, among the hundred thousands (suar bench effect).
CREATE INDEX registers_act_ends ON registers_act (ends) WHERE state <> 'ended';
CREATE INDEX registers_act_review ON registers_act (review_due) WHERE state = 'in_force';
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_objections")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
