from django.db import migrations

from suar.core.ddl import append_only, by_agency, by_hub

# An objection has a clock of its own from the instant at which it was received. One whose number leads to no entry is kept and answered too:
# a slip of the pen must not swallow it, and whoever files it learns from the answer nothing about anybody's entry.
TABLES = f"""
-- law: UU 6/2011 Ps 96; UU 30/2014 Ps 77
CREATE TABLE registers_objection (
    id uuid PRIMARY KEY,
    entry uuid,
    origin text NOT NULL CHECK (origin IN ('nominated', 'mirrored', 'unplaced')),
    kind text,
    subject uuid,
    agency text NOT NULL, -- whose entry it is; the hub's own where there is none
    zone text NOT NULL CHECK (zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    received_at timestamptz NOT NULL,
    received_by uuid, -- NULL where it came by the public form
    desk text NOT NULL,
    heard_from bytea, -- of the public form: a keyed token of address and hour, which counts and tells nothing
    filed_by text NOT NULL CHECK (filed_by IN ('person', 'family', 'counsel', 'mission')),
    in_time boolean NOT NULL,
    decide_by timestamptz NOT NULL,
    alone_until timestamptz NOT NULL,
    drawn uuid,
    sealed bytea NOT NULL,
    CHECK ((origin = 'unplaced') = (entry IS NULL)),
    CHECK ((entry IS NULL) = (subject IS NULL) AND (entry IS NULL) = (kind IS NULL)),
    CHECK ((received_by IS NULL) = (heard_from IS NOT NULL)),
    -- Ten working days are no more than five weeks, the longest leave of the year in them.
    CHECK (decide_by > received_at AND decide_by <= received_at + interval '36 days'),
    CHECK (alone_until > received_at AND alone_until <= decide_by)
);
CREATE INDEX registers_objection_entry ON registers_objection (entry);
CREATE INDEX registers_objection_due ON registers_objection (decide_by);
CREATE INDEX registers_objection_heard ON registers_objection (heard_from) WHERE heard_from IS NOT NULL;

CREATE TABLE registers_objection_ruling (
    objection uuid PRIMARY KEY REFERENCES registers_objection,
    outcome text NOT NULL CHECK (outcome IN ('upheld', 'partly', 'dismissed', 'answered')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL CHECK (role = 'legal_reviewer'),
    agency text NOT NULL,
    office text NOT NULL CHECK (office <> ''),
    desk text NOT NULL,
    last_day date,
    act uuid UNIQUE REFERENCES registers_act DEFERRABLE INITIALLY DEFERRED, -- what carried it out, written after it in one transaction
    sealed bytea NOT NULL,
    CHECK ((outcome = 'partly') = (last_day IS NOT NULL)),
    CHECK (outcome IN ('upheld', 'partly') OR act IS NULL)
);

CREATE TABLE registers_objection_late (
    objection uuid PRIMARY KEY REFERENCES registers_objection,
    at timestamptz NOT NULL
);
CREATE INDEX registers_objection_late_at ON registers_objection_late (at);

{append_only("registers_objection", "registers_objection_ruling", "registers_objection_late")}
{by_agency("registers_objection")}
{by_hub("registers_objection_ruling", "registers_objection_late")}
"""

# These look as the hub does, since whoever inserts may not see what they look at, and say no more than yes or no.
FOLLOWS = """
CREATE FUNCTION registers_had_part(of_entry uuid, who uuid, of_office text) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (
    SELECT 1 FROM (
        SELECT "by", by_office FROM registers_act WHERE entry = of_entry AND act IN ('add', 'extend', 'review')
        UNION ALL SELECT second, second_office FROM registers_act WHERE entry = of_entry AND act IN ('add', 'extend', 'review')
        UNION ALL SELECT "by", office FROM registers_request WHERE entry = of_entry AND act IN ('add', 'extend', 'review')
        UNION ALL SELECT r."by", r.office FROM registers_ruling r JOIN registers_request q ON q.id = r.request
            WHERE q.entry = of_entry AND q.act IN ('add', 'extend', 'review') AND r.ruling = 'approved'
    ) part (officer, office) WHERE part.officer = who OR part.office = of_office
)
$$;

CREATE FUNCTION registers_objection_ruled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_read text := current_setting('suar.may_read', true); filed registers_objection; runs boolean; had_part boolean; done boolean;
BEGIN
    PERFORM set_config('suar.may_read', '*', true);
    SELECT * INTO filed FROM registers_objection WHERE id = NEW.objection;
    IF NOT FOUND OR NEW.at < filed.received_at OR NEW."by" IS NOT DISTINCT FROM filed.received_by
        OR (NEW.outcome = 'answered') <> (filed.origin = 'unplaced') THEN
        RAISE EXCEPTION 'no objection that may be ruled on so' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT registers_had_part(filed.entry, NEW."by", NEW.office) INTO had_part;
    IF had_part THEN
        RAISE EXCEPTION 'whoever had a part in an entry, or his office, decides no objection to it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT state <> 'ended' AND NEW.at < ends INTO runs FROM registers_act WHERE entry = filed.entry ORDER BY seq DESC LIMIT 1;
    IF (NEW.act IS NOT NULL) <> (NEW.outcome IN ('upheld', 'partly') AND coalesce(runs, false)) OR (NEW.outcome = 'partly' AND NOT runs) THEN
        RAISE EXCEPTION 'what is upheld is carried out, where there is anything to carry out' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT EXISTS (SELECT 1 FROM registers_act WHERE id = NEW.act) INTO done;
    IF done THEN
        RAISE EXCEPTION 'an act that was done before carries out no ruling' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM set_config('suar.may_read', coalesce(may_read, ''), true);
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON registers_objection_ruling FOR EACH ROW EXECUTE FUNCTION registers_objection_ruled();

CREATE FUNCTION registers_act_by_objection() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_read text := current_setting('suar.may_read', true); ruled record; known boolean;
BEGIN
    PERFORM set_config('suar.may_read', '*', true);
    SELECT o.entry, r."by", r.office, r.at, r.outcome, r.last_day INTO ruled
        FROM registers_objection_ruling r JOIN registers_objection o ON o.id = r.objection WHERE r.act = NEW.id;
    known := FOUND;
    PERFORM set_config('suar.may_read', coalesce(may_read, ''), true);
    IF known <> (NEW.act IN ('lift_by_objection', 'shorten_by_objection')) OR (known AND (
        (ruled.entry, ruled."by", ruled.office, ruled.at) IS DISTINCT FROM (NEW.entry, NEW."by", NEW.by_office, NEW.at)
        OR (NEW.act = 'lift_by_objection') <> (ruled.outcome = 'upheld')
        OR (NEW.act = 'shorten_by_objection' AND NEW.last_day IS DISTINCT FROM ruled.last_day))) THEN
        RAISE EXCEPTION 'no ruling on an objection stands behind this act' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER by_objection BEFORE INSERT ON registers_act FOR EACH ROW EXECUTE FUNCTION registers_act_by_objection();
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_nominated")]
    operations = [
        migrations.RunSQL(TABLES, elidable=False),
        migrations.RunSQL(FOLLOWS, elidable=False),
    ]
