from django.db import migrations

from suar.core.ddl import append_only

# Whom the law wants to be told of an act, and until when: written with the act, so that a notice that nobody makes is missed for all to see.
# law: UU 6/2011 Ps 94; PP 31/2013 Ps 229
TABLES = f"""
CREATE TABLE registers_owed (
    act uuid NOT NULL REFERENCES registers_act,
    to_whom text NOT NULL CHECK (to_whom IN ('person', 'family', 'mission', 'minister')),
    entry uuid NOT NULL,
    kind text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    decided_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL CHECK (due_at > decided_at),
    PRIMARY KEY (act, to_whom)
);
CREATE INDEX registers_owed_due ON registers_owed (due_at);
{append_only("registers_owed")}
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0004_effect")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
