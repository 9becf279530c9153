from django.db import migrations

from suar.core.ddl import append_only, grant

# Tables that analysts change. The first version of each comes with the program; every further one stands on a proposal that a second person
# of another office has agreed to, or the schema's owner brings it with a new release. Nobody writes his office himself: his posting says it.
EDITABLE = "^(indicators/[a-z_]+|advice/(advice|expected))$"

TABLES = f"""
ALTER TABLE policies_version ADD COLUMN written text NOT NULL DEFAULT '', ADD COLUMN proposal uuid UNIQUE;

CREATE TABLE policies_proposal (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name ~ '{EDITABLE}'),
    written text NOT NULL CHECK (written <> ''),
    content jsonb NOT NULL,
    sha256 text NOT NULL CHECK (sha256 = encode(sha256(convert_to(written, 'UTF8')), 'hex')),
    of uuid NOT NULL REFERENCES policies_version, -- the version that it changes
    again uuid REFERENCES policies_version, -- an earlier version that it brings back
    reason text NOT NULL CHECK (length(btrim(reason)) >= 10),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL CHECK (role = 'analyst'),
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL
);
CREATE INDEX policies_proposal_name ON policies_proposal (name, id DESC);
ALTER TABLE policies_version ADD FOREIGN KEY (proposal) REFERENCES policies_proposal;

CREATE TABLE policies_ruling (
    proposal uuid PRIMARY KEY REFERENCES policies_proposal,
    ruling text NOT NULL CHECK (ruling IN ('adopted', 'declined', 'withdrawn')),
    in_force_from timestamptz CHECK (in_force_from >= at),
    reason text NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    CHECK ((ruling = 'adopted') = (in_force_from IS NOT NULL)),
    CHECK (ruling = 'withdrawn' OR (role = 'policy_approver' AND length(btrim(reason)) >= 10))
);

CREATE TABLE policies_trial (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES policies_proposal,
    last integer NOT NULL CHECK (last BETWEEN 1 AND 100000),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    place uuid, -- of the screening looked at last; newest first
    done integer NOT NULL DEFAULT 0,
    of integer,
    counts jsonb NOT NULL DEFAULT '{{}}',
    finished_at timestamptz
);
CREATE INDEX policies_trial_open ON policies_trial (id) WHERE finished_at IS NULL;
CREATE INDEX policies_trial_proposal ON policies_trial (proposal, id DESC);

CREATE TABLE policies_run (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES policies_proposal,
    name text NOT NULL,
    from_at timestamptz NOT NULL CHECK (from_at >= at),
    until_at timestamptz NOT NULL CHECK (until_at > from_at AND until_at <= from_at + interval '366 days'),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL
);
CREATE INDEX policies_run_until ON policies_run (until_at);
CREATE TABLE policies_run_end (
    run uuid PRIMARY KEY REFERENCES policies_run,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL
);

CREATE TABLE policies_compared (
    run uuid NOT NULL REFERENCES policies_run,
    screening uuid NOT NULL,
    at timestamptz NOT NULL,
    office text NOT NULL,
    province text NOT NULL,
    sex text NOT NULL,
    age_band text NOT NULL,
    live text NOT NULL,
    shadow text NOT NULL,
    gained text[] NOT NULL,
    lost text[] NOT NULL,
    PRIMARY KEY (run, screening)
);
CREATE INDEX policies_compared_at ON policies_compared (run, at DESC);

{append_only("policies_proposal", "policies_ruling", "policies_run", "policies_run_end", "policies_compared")}
{grant("SELECT, INSERT", "policies_trial")}
{grant("UPDATE (place, done, of, counts, finished_at)", "policies_trial")}
"""

FOLLOWS = f"""
CREATE FUNCTION policies_office(of_desk text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN (SELECT d.office_id FROM agencies_desk d WHERE d.code = of_desk); END $$;

CREATE FUNCTION policies_seated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT o.agency_id, o.code INTO NEW.agency, NEW.office
    FROM agencies_posting p JOIN agencies_desk d ON d.code = p.desk_id JOIN agencies_office o ON o.code = d.office_id
    JOIN agencies_officer w ON w.id = p.officer_id
    WHERE p.officer_id = NEW."by" AND p.role = NEW.role AND d.code = NEW.desk AND w.is_active
    AND p.from_at <= NEW.at AND (p.until_at IS NULL OR p.until_at > NEW.at);
    IF NOT FOUND OR NEW.role NOT IN ('analyst', 'policy_approver') THEN
        RAISE EXCEPTION 'nobody of that name keeps policy there' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_seat BEFORE INSERT ON policies_proposal FOR EACH ROW EXECUTE FUNCTION policies_seated();
CREATE TRIGGER a_seat BEFORE INSERT ON policies_ruling FOR EACH ROW EXECUTE FUNCTION policies_seated();
CREATE TRIGGER a_seat BEFORE INSERT ON policies_trial FOR EACH ROW EXECUTE FUNCTION policies_seated();
CREATE TRIGGER a_seat BEFORE INSERT ON policies_run FOR EACH ROW EXECUTE FUNCTION policies_seated();
CREATE TRIGGER a_seat BEFORE INSERT ON policies_run_end FOR EACH ROW EXECUTE FUNCTION policies_seated();

CREATE FUNCTION policies_proposal_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM policies_version v WHERE v.id = NEW.of AND v.name = NEW.name) OR (NEW.again IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM policies_version v WHERE v.id = NEW.again AND v.name = NEW.name AND v.content = NEW.content)) THEN
        RAISE EXCEPTION 'a proposal changes a version of the same table' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON policies_proposal FOR EACH ROW EXECUTE FUNCTION policies_proposal_follows();

CREATE FUNCTION policies_ruling_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked policies_proposal;
BEGIN
    SELECT * INTO asked FROM policies_proposal WHERE id = NEW.proposal;
    IF NOT FOUND OR NEW.at < asked.at THEN RAISE EXCEPTION 'no such proposal' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    IF (NEW.ruling = 'withdrawn') <> (NEW."by" = asked."by") THEN
        RAISE EXCEPTION 'whoever proposed may only withdraw' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.ruling <> 'withdrawn' AND NEW.office = asked.office THEN
        RAISE EXCEPTION 'the second person sits in another office' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON policies_ruling FOR EACH ROW EXECUTE FUNCTION policies_ruling_follows();

CREATE FUNCTION policies_version_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name !~ '{EDITABLE}' OR current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.name, 7306026));
    IF NEW.proposal IS NULL AND NOT EXISTS (SELECT 1 FROM policies_version v WHERE v.name = NEW.name) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM policies_proposal p JOIN policies_ruling r ON r.proposal = p.id AND r.ruling = 'adopted'
        WHERE p.id = NEW.proposal AND (p.name, p.sha256, p.content, p.written) = (NEW.name, NEW.sha256, NEW.content, NEW.written)
        AND (r."by", r.in_force_from) = (NEW.adopted_by, NEW.in_force_from)) THEN
        RAISE EXCEPTION 'no proposal that a second person has agreed to stands behind this version'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON policies_version FOR EACH ROW EXECUTE FUNCTION policies_version_follows();

CREATE FUNCTION policies_run_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM policies_proposal p WHERE p.id = NEW.proposal AND p.name = NEW.name) THEN
        RAISE EXCEPTION 'no such proposal' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.name, 7306026));
    IF EXISTS (SELECT 1 FROM policies_run o LEFT JOIN policies_run_end e ON e.run = o.id WHERE o.name = NEW.name
        AND tstzrange(o.from_at, CASE WHEN e.at IS NULL THEN o.until_at ELSE greatest(o.from_at, least(o.until_at, e.at)) END) && tstzrange(NEW.from_at, NEW.until_at)) THEN
        RAISE EXCEPTION 'one shadow at a time for each table' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON policies_run FOR EACH ROW EXECUTE FUNCTION policies_run_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial"), ("agencies", "0001_initial")]
    operations = [migrations.RunSQL(TABLES + FOLLOWS, elidable=False)]
