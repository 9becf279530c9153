from django.db import migrations

from suar.core.ddl import by_agency, default_partition, grant

# No decision without an officer, and none changed: a constraint and a trigger, not a habit. `sealed` holds what was asked and answered.
TABLES = f"""
CREATE TABLE screening_screening (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    lane text NOT NULL,
    officer uuid NOT NULL,
    purpose text NOT NULL,
    reference bytea NOT NULL,
    person uuid,
    subjects uuid[] NOT NULL,
    advice text NOT NULL CHECK (advice IN ('clear', 'advise', 'assist', 'secondary', 'hold')),
    policy text NOT NULL,
    sealed bytea NOT NULL,
    took_ms integer NOT NULL,
    superseded_by uuid,
    decision text CHECK (decision IN ('allow', 'allow_with_information', 'refer', 'interview', 'postpone', 'refuse')),
    reason text NOT NULL DEFAULT '',
    decided_by uuid,
    decided_at timestamptz,
    supervisor uuid,
    PRIMARY KEY (id),
    CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
    CHECK (decision <> 'refuse' OR (supervisor IS NOT NULL AND supervisor <> decided_by AND reason <> ''))
) PARTITION BY RANGE (id);
{default_partition("screening_screening")}
CREATE INDEX screening_screening_desk ON screening_screening (desk, id DESC);
CREATE INDEX screening_screening_subjects ON screening_screening USING gin (subjects);
{grant("SELECT, INSERT", "screening_screening")}
{grant("UPDATE (decision, reason, decided_by, decided_at, supervisor, superseded_by)", "screening_screening")}
{by_agency("screening_screening")}
CREATE FUNCTION decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decision IS NOT NULL AND (NEW.decision, NEW.reason, NEW.decided_by, NEW.decided_at, NEW.supervisor)
       IS DISTINCT FROM (OLD.decision, OLD.reason, OLD.decided_by, OLD.decided_at, OLD.supervisor) THEN
        RAISE EXCEPTION 'a decision is made once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE ON screening_screening FOR EACH ROW EXECUTE FUNCTION decided_once();

CREATE TABLE screening_key (
    client text NOT NULL,
    key bytea NOT NULL,
    body bytea NOT NULL,
    screening uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (client, key)
);
{grant("SELECT, INSERT", "screening_key")}

CREATE TABLE screening_again (
    screening uuid NOT NULL,
    because text NOT NULL,
    asked_at timestamptz NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (screening, because)
);
CREATE INDEX screening_again_open ON screening_again (asked_at) WHERE done_at IS NULL;
{grant("SELECT, INSERT, UPDATE", "screening_again")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registers", "0001_initial"), ("journeys", "0001_initial"), ("agencies", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
