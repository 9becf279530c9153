from django.db import migrations

from suar.core.ddl import MAY_READ, append_only, by_agency, grant


def by_either(table: str, one: str, other: str) -> str:
    """Row-level security, forced, for what one agency passes to another: seen by both."""
    return f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY by_either ON {table} USING (
    (SELECT {MAY_READ}) = '*' OR {one} = ANY ((SELECT string_to_array({MAY_READ}, ','))::text[])
    OR {other} = ANY ((SELECT string_to_array({MAY_READ}, ','))::text[]));"""


# A refusal is proposed by an officer and signed by a supervisor of the office: two acts, two rows, two officers. No row of the screening says
# `refuse` without both, whoever writes it. The words stand sealed; the codes are columns.
REFUSALS = f"""
CREATE TABLE screening_proposal (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > at),
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    screening uuid NOT NULL,
    by uuid NOT NULL REFERENCES agencies_officer (id),
    ground text NOT NULL CHECK (ground <> ''),
    coded text NOT NULL CHECK (coded <> ''),
    sealed bytea NOT NULL,
    UNIQUE (id, screening, by, agency, office)
);
CREATE INDEX screening_proposal_screening ON screening_proposal (screening, id DESC);
CREATE INDEX screening_proposal_office ON screening_proposal (office, until);
{append_only("screening_proposal")}
{by_agency("screening_proposal")}

CREATE TABLE screening_looked (
    proposal uuid NOT NULL REFERENCES screening_proposal (id),
    by uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (proposal, by)
);
{append_only("screening_looked")}

CREATE TABLE screening_signature (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    proposal uuid NOT NULL UNIQUE,
    screening uuid NOT NULL,
    proposed_by uuid NOT NULL,
    by uuid NOT NULL REFERENCES agencies_officer (id),
    ruling text NOT NULL CHECK (ruling IN ('signed', 'declined')),
    sealed bytea NOT NULL,
    CHECK (by <> proposed_by),
    FOREIGN KEY (proposal, screening, proposed_by, agency, office) REFERENCES screening_proposal (id, screening, by, agency, office),
    FOREIGN KEY (proposal, by) REFERENCES screening_looked (proposal, by)
);
{append_only("screening_signature")}
{by_agency("screening_signature")}
CREATE FUNCTION signed_by_supervisor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM agencies_posting p JOIN agencies_desk d ON d.code = p.desk_id
        WHERE p.officer_id = NEW."by" AND p.role = 'supervisor' AND d.office_id = NEW.office AND p.from_at <= NEW.at
          AND (p.until_at IS NULL OR p.until_at > NEW.at)) THEN
        RAISE EXCEPTION 'a refusal is signed by a supervisor of the office' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_by_supervisor BEFORE INSERT ON screening_signature FOR EACH ROW EXECUTE FUNCTION signed_by_supervisor();

ALTER TABLE screening_screening
    ADD COLUMN ground text NOT NULL DEFAULT '',
    ADD COLUMN coded text NOT NULL DEFAULT '',
    ADD COLUMN signature uuid,
    ADD CONSTRAINT decided_by_an_officer FOREIGN KEY (decided_by) REFERENCES agencies_officer (id),
    ADD CONSTRAINT decided_on_a_ground CHECK (decision IS NULL OR ground <> ''),
    ADD CONSTRAINT restricted_for_a_reason CHECK (decision NOT IN ('postpone', 'refuse') OR (coded <> '' AND reason <> '')),
    ADD CONSTRAINT refused_with_signature CHECK (decision IS NULL OR (decision = 'refuse') = (signature IS NOT NULL));
{grant("UPDATE (decision, reason, decided_by, decided_at, supervisor, superseded_by, ground, coded, signature)", "screening_screening")}
CREATE OR REPLACE FUNCTION decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decision IS NOT NULL
       AND (NEW.decision, NEW.reason, NEW.decided_by, NEW.decided_at, NEW.supervisor, NEW.ground, NEW.coded, NEW.signature)
       IS DISTINCT FROM (OLD.decision, OLD.reason, OLD.decided_by, OLD.decided_at, OLD.supervisor, OLD.ground, OLD.coded, OLD.signature) THEN
        RAISE EXCEPTION 'a decision is made once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refused_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM screening_signature s
        WHERE s.id = NEW.signature AND s.screening = NEW.id AND s.ruling = 'signed' AND s.proposed_by = NEW.decided_by
          AND s."by" = NEW.supervisor) THEN
        RAISE EXCEPTION 'nobody is refused by one officer alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refused_by_two BEFORE INSERT OR UPDATE ON screening_screening FOR EACH ROW
    WHEN (NEW.decision = 'refuse') EXECUTE FUNCTION refused_by_two();

CREATE TABLE screening_entry (
    screening uuid PRIMARY KEY,
    request uuid NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL
);
{append_only("screening_entry")}
"""

# What waits at a desk, and what was done about it. A row tells the receiving desk when, whence and until when; never why. Steps are facts: the
# key (task, seq) lets only one officer take a task, however many try at once.
QUEUES = f"""
CREATE TABLE screening_task (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    due timestamptz NOT NULL CHECK (due > at),
    queue text NOT NULL CHECK (queue IN ('secondary', 'kp2mi', 'protection', 'mission')),
    agency text NOT NULL,
    office text NOT NULL,
    giver text NOT NULL,
    giver_office text NOT NULL,
    giver_desk text NOT NULL,
    screening uuid NOT NULL,
    person uuid,
    place text NOT NULL,
    by uuid NOT NULL,
    UNIQUE (screening, queue)
);
CREATE INDEX screening_task_queue ON screening_task (queue, agency, id DESC);
{append_only("screening_task")}
{by_either("screening_task", "agency", "giver")}

CREATE TABLE screening_step (
    task uuid NOT NULL REFERENCES screening_task (id),
    seq integer NOT NULL CHECK (seq > 0),
    at timestamptz NOT NULL,
    step text NOT NULL CHECK (step IN ('taken', 'returned', 'passed', 'done')),
    by uuid NOT NULL,
    holder uuid,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    code text NOT NULL,
    handover uuid,
    PRIMARY KEY (task, seq),
    CHECK ((step IN ('taken', 'passed')) = (holder IS NOT NULL)),
    CHECK ((step IN ('returned', 'done')) = (code <> '')),
    CHECK ((step = 'passed') = (handover IS NOT NULL))
);
CREATE INDEX screening_step_holder ON screening_step (holder) WHERE holder IS NOT NULL;
{append_only("screening_step")}

CREATE TABLE screening_handover (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    by uuid NOT NULL REFERENCES agencies_officer (id),
    tasks uuid[] NOT NULL,
    screenings uuid[] NOT NULL,
    sealed bytea NOT NULL,
    UNIQUE (id, by, agency, office)
);
CREATE INDEX screening_handover_desk ON screening_handover (office, id DESC);
{append_only("screening_handover")}
{by_agency("screening_handover")}

CREATE TABLE screening_handover_end (
    handover uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    given_by uuid NOT NULL,
    by uuid NOT NULL REFERENCES agencies_officer (id),
    ended text NOT NULL CHECK (ended IN ('accepted', 'withdrawn')),
    CHECK ((ended = 'withdrawn') = (by = given_by)),
    FOREIGN KEY (handover, given_by, agency, office) REFERENCES screening_handover (id, by, agency, office)
);
{append_only("screening_handover_end")}
{by_agency("screening_handover_end")}
ALTER TABLE screening_step ADD FOREIGN KEY (handover) REFERENCES screening_handover_end (handover);
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0002_interview"), ("agencies", "0001_initial")]
    operations = [migrations.RunSQL(REFUSALS + QUEUES, elidable=False)]
