from django.db import migrations

from suar.core.ddl import append_only, by_agency, by_hub, read_only

# What no hand, program or policy may exceed, written by the owner of the schema alone; a test holds it against policy/legal_basis.
# kind, effect, months, days, extensions, against the person
LIMITS = (
    ("exit_ban", "restriction", 6, 0, 1, True),
    ("exit_ban_urgent", "restriction", 0, 20, 0, True),
    ("passport_postponement", "restriction", 0, 30, 0, False),
    ("passport_refusal", "restriction", 0, 30, 0, False),
    ("passport_suspension", "restriction", 24, 0, 0, True),
    ("passport_cancellation", "restriction", 24, 0, 0, True),
    ("departure_deferral", "restriction", 0, 7, 0, False),
    ("signal", "signal", 6, 0, 1, True),
)
TWO_AGENCIES = {
    "add": "other_agency",
    "shorten": "other_agency",
    "lift": "other_agency",
    "correct": "other_unit",
    "review": "other_agency",
}
ONE_HOUSE = dict.fromkeys(("add", "shorten", "lift", "correct"), "supervisor")
ALONE = dict.fromkeys(("lift_by_court", "lift_by_objection", "shorten_by_objection", "lapse"), "none")
SECONDS = {kind: (TWO_AGENCIES | {"suspend": "none"} if against else ONE_HOUSE) | ALONE for kind, *_, against in LIMITS}
for _kind in ("exit_ban", "signal"):
    SECONDS[_kind] |= {"extend": "other_agency"}

SEED = "\n".join(
    [
        f"INSERT INTO registers_limit VALUES ('{k}', '{e}', {m}, {d}, {x}, {str(a).lower()});"
        for k, e, m, d, x, a in LIMITS
    ]
    + [
        f"INSERT INTO registers_second VALUES ('{k}', '{act}', '{second}');"
        for k, acts in SECONDS.items()
        for act, second in acts.items()
    ]
)

# An entry nominated here is what its acts say, newest last: there is no row that could be changed or taken away. The term stands in columns
# of local days, so that six months are counted as the law counts them, and the instants must lie inside it.
TABLES = f"""
CREATE TABLE registers_limit (
    kind text PRIMARY KEY,
    effect text NOT NULL,
    months smallint NOT NULL,
    days smallint NOT NULL,
    extensions smallint NOT NULL,
    against boolean NOT NULL,
    UNIQUE (kind, months, days, extensions)
);
CREATE TABLE registers_second (
    kind text NOT NULL REFERENCES registers_limit,
    act text NOT NULL,
    second text NOT NULL CHECK (second IN ('none', 'supervisor', 'other_unit', 'other_agency')),
    PRIMARY KEY (kind, act)
);
{SEED}
{read_only("registers_limit", "registers_second")}

CREATE TABLE registers_request (
    id uuid PRIMARY KEY,
    entry uuid NOT NULL,
    of_seq smallint NOT NULL CHECK (of_seq >= 0),
    kind text NOT NULL,
    act text NOT NULL,
    subject uuid NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > at AND until <= at + interval '24 hours'),
    by uuid NOT NULL,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    drawn uuid,
    first_day date NOT NULL, -- of the entry: by it the law of its day is found
    last_day date NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    sealed bytea NOT NULL,
    FOREIGN KEY (kind, act) REFERENCES registers_second,
    UNIQUE (id, by, office)
);
CREATE INDEX registers_request_office ON registers_request (office, at);
CREATE INDEX registers_request_entry ON registers_request (entry, at DESC);
CREATE INDEX registers_request_until ON registers_request (until);

CREATE TABLE registers_pace ( -- asked for above what is usual; `held`: put before nobody until somebody has let it go
    request uuid PRIMARY KEY REFERENCES registers_request,
    at timestamptz NOT NULL,
    whose text NOT NULL CHECK (whose IN ('officer', 'office')),
    held boolean NOT NULL,
    counted integer NOT NULL CHECK (counted > 0),
    usual integer NOT NULL CHECK (usual >= 0),
    by uuid NOT NULL,
    agency text NOT NULL,
    office text NOT NULL
);
CREATE INDEX registers_pace_at ON registers_pace (at);

CREATE TABLE registers_let_go (
    request uuid PRIMARY KEY REFERENCES registers_pace,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    first_by uuid NOT NULL,
    first_office text NOT NULL,
    sealed bytea NOT NULL,
    FOREIGN KEY (request, first_by, first_office) REFERENCES registers_request (id, by, office),
    CHECK (by <> first_by AND office <> first_office)
);

CREATE TABLE registers_seen (
    request uuid NOT NULL REFERENCES registers_request,
    by uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (request, by)
);

CREATE TABLE registers_ruling (
    request uuid NOT NULL REFERENCES registers_request,
    turn smallint NOT NULL CHECK (turn IN (1, 2)), -- 2: the protection side, where one of its own is concerned
    ruling text NOT NULL CHECK (ruling IN ('approved', 'declined', 'lapsed', 'withdrawn')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    seen_by uuid,
    role text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    reason text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (request, turn),
    FOREIGN KEY (request, seen_by) REFERENCES registers_seen (request, by), -- the evidence comes before the recommendation
    CHECK (ruling NOT IN ('approved', 'declined') OR (seen_by = by AND reason <> '')),
    CHECK (turn = 1 OR role = 'protection_officer' OR ruling = 'lapsed')
);

CREATE TABLE registers_act (
    id uuid PRIMARY KEY,
    entry uuid NOT NULL,
    seq smallint NOT NULL CHECK (seq > 0),
    kind text NOT NULL,
    act text NOT NULL,
    subject uuid NOT NULL,
    agency text NOT NULL, -- whose entry it is
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    by_role text NOT NULL,
    by_agency text NOT NULL,
    by_office text NOT NULL,
    request uuid UNIQUE REFERENCES registers_request,
    second uuid,
    second_role text,
    second_agency text,
    second_office text,
    state text NOT NULL CHECK (state IN ('in_force', 'suspended', 'ended')),
    first_day date NOT NULL,
    last_day date NOT NULL CHECK (last_day >= first_day),
    zone text NOT NULL CHECK (zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    review_due timestamptz NOT NULL,
    extended smallint NOT NULL CHECK (extended >= 0),
    months smallint NOT NULL,
    days smallint NOT NULL,
    extensions smallint NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    authority text NOT NULL CHECK (authority <> ''),
    basis text NOT NULL CHECK (basis <> ''),
    decision_no bytea,
    sealed bytea NOT NULL,
    in_force tstzrange GENERATED ALWAYS AS (tstzrange(begins, ends)) STORED,
    UNIQUE (entry, seq),
    FOREIGN KEY (kind, act) REFERENCES registers_second,
    FOREIGN KEY (kind, months, days, extensions) REFERENCES registers_limit (kind, months, days, extensions),
    CHECK (extended <= extensions),
    CHECK ((last_day + 1)::timestamp <= first_day + make_interval(months => months * (1 + extended), days => days * (1 + extended))),
    CHECK (begins >= first_day::timestamp AT TIME ZONE zone),
    CHECK (ends <= (last_day + 1)::timestamp AT TIME ZONE zone),
    CHECK (ends > begins OR (ends = begins AND state = 'ended')),
    CHECK (review_due <= ends OR state = 'ended'),
    CHECK (second IS NULL OR (second <> by AND second_role IS NOT NULL AND second_agency IS NOT NULL AND second_office IS NOT NULL)),
    CHECK (kind NOT IN ('exit_ban', 'exit_ban_urgent', 'passport_suspension', 'passport_cancellation') OR decision_no IS NOT NULL),
    -- An urgent ban is not repeatable: a chain of them must not become an ordinary one.
    EXCLUDE USING gist (subject WITH =, daterange(first_day, (first_day + make_interval(months => 6))::date) WITH &&)
        WHERE (act = 'add' AND kind = 'exit_ban_urgent')
);
CREATE INDEX registers_act_subject ON registers_act (subject, entry, seq DESC);
CREATE INDEX registers_act_agency ON registers_act (agency, entry, seq DESC);
CREATE INDEX registers_act_at ON registers_act (at);
CREATE UNIQUE INDEX registers_act_decision ON registers_act (kind, decision_no, subject) WHERE act = 'add' AND decision_no IS NOT NULL;

{append_only("registers_request", "registers_pace", "registers_let_go", "registers_seen", "registers_ruling", "registers_act")}
{by_agency("registers_request", "registers_act")}
{by_hub("registers_ruling", "registers_pace", "registers_let_go")}
"""

# Each act must follow from the one before it, and from a request that whoever the table wants has agreed to. Read as whoever inserts: a hand
# that sees no earlier act or no ruling gets no further one.
FOLLOWS = """
CREATE FUNCTION registers_beside(wanted text, by_agency text, by_office text, agency text, office text, role text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
SELECT CASE wanted WHEN 'supervisor' THEN role = 'supervisor' AND agency = by_agency
    WHEN 'other_unit' THEN (agency, office) <> (by_agency, by_office)
    WHEN 'other_agency' THEN agency <> by_agency ELSE false END
$$;

CREATE FUNCTION registers_posted(officer uuid, held text, at_desk text, in_office text, of_agency text, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN EXISTS (
    SELECT 1 FROM agencies_posting p JOIN agencies_desk d ON d.code = p.desk_id JOIN agencies_office o ON o.code = d.office_id
    WHERE p.officer_id = officer AND p.role = held AND d.code = at_desk AND o.code = in_office AND o.agency_id = of_agency
    AND p.from_at <= moment AND (p.until_at IS NULL OR p.until_at > moment));
END $$;

CREATE FUNCTION registers_request_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT registers_posted(NEW."by", NEW.role, NEW.desk, NEW.office, NEW.agency, NEW.at) THEN
        RAISE EXCEPTION 'nobody of that name sits there' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON registers_request FOR EACH ROW EXECUTE FUNCTION registers_request_follows();

CREATE FUNCTION registers_held(asked uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE may_read text := current_setting('suar.may_read', true); held boolean;
BEGIN
    PERFORM set_config('suar.may_read', '*', true);
    SELECT EXISTS (SELECT 1 FROM registers_pace p WHERE p.request = asked AND p.held
        AND NOT EXISTS (SELECT 1 FROM registers_let_go g WHERE g.request = asked)) INTO held;
    PERFORM set_config('suar.may_read', coalesce(may_read, ''), true);
    RETURN held;
END $$;

CREATE FUNCTION registers_ruling_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked registers_request; wanted text;
BEGIN
    SELECT * INTO asked FROM registers_request WHERE id = NEW.request;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such request' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    IF (NEW.ruling = 'lapsed') <> (NEW.at >= asked.until) THEN
        RAISE EXCEPTION 'a request lapses at its hour and not before' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.ruling = 'withdrawn') <> (NEW."by" = asked."by" AND NEW.ruling <> 'lapsed') THEN
        RAISE EXCEPTION 'whoever asked may only withdraw' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.ruling <> 'lapsed' AND NOT registers_posted(NEW."by", NEW.role, NEW.desk, NEW.office, NEW.agency, NEW.at) THEN
        RAISE EXCEPTION 'nobody of that name sits there' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.ruling = 'approved' AND registers_held(NEW.request) THEN
        RAISE EXCEPTION 'nobody has let this request go' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT second INTO wanted FROM registers_second WHERE kind = asked.kind AND act = asked.act;
    IF NEW.ruling = 'approved' AND NEW.turn = 1
        AND NOT registers_beside(wanted, asked.agency, asked.office, NEW.agency, NEW.office, NEW.role) THEN
        RAISE EXCEPTION 'the law wants % beside the one who asks', wanted USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON registers_ruling FOR EACH ROW EXECUTE FUNCTION registers_ruling_follows();

CREATE FUNCTION registers_protected(whom uuid, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (
    SELECT 1 FROM registers_marker m WHERE m.from_at <= at AND m.until_at > at
    AND (SELECT count(*) FROM registers_marker_end e WHERE e.marker = m.id AND e.at <= registers_protected.at) < 2
    AND m.subject IN (
        SELECT whom UNION ALL
        SELECT o.subject FROM persons_member me JOIN persons_member o ON o.person = me.person WHERE me.subject = whom
    )
)
$$;

-- Whether an entry against somebody who is protected by now lacks the protection side's word: then no desk acts on it. It looks as the hub
-- does, since a desk may not see what it looks at, and says nothing more than that.
CREATE FUNCTION registers_lacks_word(of_entry uuid, whom uuid, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE may_read text := current_setting('suar.may_read', true); lacks boolean;
BEGIN
    PERFORM set_config('suar.may_read', '*', true);
    SELECT registers_protected(whom, at) AND NOT EXISTS (
        SELECT 1 FROM registers_act a JOIN registers_ruling r ON r.request = a.request AND r.turn = 2 AND r.ruling = 'approved'
        WHERE a.entry = of_entry) INTO lacks;
    PERFORM set_config('suar.may_read', coalesce(may_read, ''), true);
    RETURN lacks;
END $$;

CREATE FUNCTION registers_act_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE earlier registers_act; known boolean; asked registers_request; agreed registers_ruling; wanted text; holds boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject::text, 7306005));
    SELECT second INTO wanted FROM registers_second WHERE kind = NEW.kind AND act = NEW.act;
    SELECT * INTO earlier FROM registers_act WHERE entry = NEW.entry ORDER BY seq DESC LIMIT 1;
    known := FOUND;
    holds := NEW.act IN ('add', 'extend', 'review');
    IF known <> (NEW.act <> 'add') OR NEW.seq <> coalesce(earlier.seq, 0) + 1 OR (NEW.act = 'add' AND NEW.extended <> 0) THEN
        RAISE EXCEPTION 'an entry begins once, and its acts follow each other' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF known AND (earlier.state = 'ended' OR NEW.at < earlier.at
        OR (NEW.kind, NEW.subject, NEW.agency, NEW.first_day, NEW.zone, NEW.begins, NEW.decision_no)
            IS DISTINCT FROM (earlier.kind, earlier.subject, earlier.agency, earlier.first_day, earlier.zone, earlier.begins, earlier.decision_no)) THEN
        RAISE EXCEPTION 'an entry that has ended stays so, and an act changes neither its person, its kind nor its beginning'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF known AND ((NEW.act <> 'extend' AND (NEW.ends > earlier.ends OR NEW.last_day > earlier.last_day OR NEW.extended <> earlier.extended))
        OR (NEW.act = 'extend' AND (NEW.extended <> earlier.extended + 1 OR earlier.state <> 'in_force' OR NEW.ends <= earlier.ends))
        OR (NEW.act IN ('correct', 'review', 'suspend', 'lapse') AND NEW.ends <> earlier.ends)
        OR (NEW.act = 'lapse') <> (NEW.at >= earlier.ends) OR (NEW.act = 'suspend' AND NEW.at < earlier.review_due)) THEN
        RAISE EXCEPTION 'the term is not what this act makes of it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> (CASE WHEN NEW.act IN ('lift', 'lift_by_court', 'lift_by_objection', 'lapse') THEN 'ended' WHEN NEW.act = 'suspend' THEN 'suspended'
        WHEN holds THEN 'in_force' ELSE earlier.state END) THEN
        RAISE EXCEPTION 'the state is not what this act makes of it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF wanted <> 'none' THEN
        SELECT * INTO asked FROM registers_request WHERE id = NEW.request;
        SELECT * INTO agreed FROM registers_ruling WHERE request = NEW.request AND turn = 1 AND ruling = 'approved';
        IF NOT FOUND OR (asked.entry, asked.kind, asked.act, asked.subject, asked.of_seq, asked."by", asked.agency, asked.office)
                IS DISTINCT FROM (NEW.entry, NEW.kind, NEW.act, NEW.subject, coalesce(earlier.seq, 0), NEW."by", NEW.by_agency, NEW.by_office)
            OR (NEW.act IN ('add', 'extend', 'shorten') AND asked.last_day IS DISTINCT FROM NEW.last_day)
            OR (agreed."by", agreed.agency, agreed.office, agreed.role)
                IS DISTINCT FROM (NEW.second, NEW.second_agency, NEW.second_office, NEW.second_role)
            OR NEW.at < agreed.at OR NEW.at >= asked.until
            OR NOT registers_beside(wanted, NEW.by_agency, NEW.by_office, NEW.second_agency, NEW.second_office, NEW.second_role) THEN
            RAISE EXCEPTION 'no request that % has agreed to stands behind this act', wanted USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    -- Victims are not offenders: both at once needs the protection side's word too.
    -- law: UU 21/2007 Ps 18
    IF holds AND (SELECT against FROM registers_limit WHERE kind = NEW.kind) AND registers_protected(NEW.subject, NEW.at)
        AND NOT EXISTS (SELECT 1 FROM registers_ruling WHERE request = NEW.request AND turn = 2 AND ruling = 'approved') THEN
        RAISE EXCEPTION 'this act waits for a further word' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON registers_act FOR EACH ROW EXECUTE FUNCTION registers_act_follows();
"""

# Two words of different offices end a marker early: whoever is threatened inside a service must not lose it by one hand. What was touched is
# told behind the wall alone: there it says which entry of the hub is about whom of the protected.
PROTECTED = f"""
ALTER TABLE registers_marker ADD CHECK (until_at <= from_at + interval '6 months 1 day');
CREATE TABLE registers_marker_end (
    marker uuid NOT NULL REFERENCES registers_marker,
    by uuid NOT NULL,
    office text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (marker, by),
    UNIQUE (marker, office)
);
CREATE TABLE registers_touched (
    entry uuid NOT NULL,
    own uuid NOT NULL,
    subject uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (entry, own)
);
CREATE INDEX registers_touched_at ON registers_touched (at);
{append_only("registers_marker_end", "registers_touched")}
{by_hub("registers_touched")}
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES, elidable=False),
        migrations.RunSQL(PROTECTED, elidable=False),
        migrations.RunSQL(FOLLOWS, elidable=False),
    ]
