from django.db import migrations

from suar.core.ddl import append_only, by_agency, grant

# An entry mirrors its legal owner's row, or is nominated here. No restriction without an end (MK 64/PUU-IX/2011); the longest term of a
# kind is bounded here as well as in policy/legal_basis: pencegahan (exit_ban) 6 months (UU 63/2024 art. 97(1)), a deferred departure the trip.
# A notice tells of one act on an entry and is made once for each addressee; its paper is kept as it was given, sealed; that it was sent is a
# fact of its own, and until there is one the notice is due.
TABLES = f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;
-- law: UU 6/2011 Ps 97; UU 63/2024 Ps 97(1); MK 64/PUU-IX/2011
CREATE TABLE registers_entry (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('exit_ban', 'exit_ban_urgent', 'passport_postponement', 'departure_deferral', 'prevention', 'repatriation')),
    subject uuid NOT NULL,
    source text NOT NULL,
    agency text NOT NULL,
    record uuid NOT NULL,
    authority text NOT NULL,
    basis text NOT NULL,
    decision_no bytea,
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('confirmed', 'unconfirmed')),
    in_force tstzrange NOT NULL CHECK (NOT isempty(in_force) AND lower(in_force) IS NOT NULL AND upper(in_force) IS NOT NULL),
    extended smallint NOT NULL DEFAULT 0 CHECK (extended = 0 OR (extended = 1 AND kind = 'exit_ban')),
    CHECK (kind <> 'exit_ban' OR upper(in_force) <= lower(in_force) + make_interval(months => 6 * (1 + extended), days => 1)),
    CHECK (kind <> 'exit_ban_urgent' OR upper(in_force) <= lower(in_force) + interval '20 days'),
    CHECK (kind <> 'departure_deferral' OR upper(in_force) <= lower(in_force) + interval '7 days'),
    CHECK (kind <> 'passport_postponement' OR upper(in_force) <= lower(in_force) + interval '30 days'),
    CHECK (state <> 'confirmed' OR kind NOT LIKE 'exit_ban%' OR (decision_no IS NOT NULL AND basis <> ''))
);
CREATE INDEX registers_entry_subject ON registers_entry (subject);
CREATE INDEX registers_entry_force ON registers_entry USING gist (kind, in_force);
{grant("SELECT, INSERT, UPDATE, DELETE", "registers_entry")}
{by_agency("registers_entry")}

CREATE TABLE registers_marker (
    id uuid PRIMARY KEY,
    subject uuid NOT NULL,
    desk text NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL CHECK (until_at > from_at)
);
CREATE INDEX registers_marker_subject ON registers_marker (subject);
{append_only("registers_marker")}

-- What came of each signed list of an owner: whether it is his proven word, and if not, why. A fact, written once.
CREATE TABLE registers_list (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    stream text NOT NULL,
    stated_on date NOT NULL,
    run uuid,
    rows integer NOT NULL,
    root text NOT NULL,
    agrees boolean NOT NULL,
    why text NOT NULL,
    checked_at timestamptz NOT NULL,
    CHECK (agrees = (why = '')),
    CHECK (NOT agrees OR run IS NOT NULL)
);
CREATE INDEX registers_list_source ON registers_list (source, stream, id DESC);
CREATE UNIQUE INDEX registers_list_run ON registers_list (run);
{append_only("registers_list")}

CREATE TABLE registers_key (
    key integer NOT NULL,
    entry uuid NOT NULL,
    subject uuid NOT NULL,
    PRIMARY KEY (key, entry)
);
CREATE INDEX registers_key_entry ON registers_key (entry);
CREATE INDEX registers_entry_listed ON registers_entry (lower(in_force) DESC, id DESC);
{grant("SELECT, INSERT, UPDATE, DELETE", "registers_key")}
-- From which proven list on a record stands in its owner's lists, and from which on no longer: only the changes.
CREATE TABLE registers_stands (
    record uuid NOT NULL,
    list uuid NOT NULL REFERENCES registers_list,
    stands boolean NOT NULL,
    PRIMARY KEY (record, list)
);
{append_only("registers_stands")}

-- Where an owner's list and our entries differ, from when to when. Its owner is the agency whose list it is.
CREATE TABLE registers_difference (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('missing', 'surplus', 'other_term', 'other_decision', 'other_state', 'other_person')),
    decision bytea NOT NULL,
    entry uuid NOT NULL,
    list uuid NOT NULL REFERENCES registers_list,
    found_at timestamptz NOT NULL,
    cleared_at timestamptz CHECK (cleared_at >= found_at),
    detail bytea NOT NULL
);
CREATE UNIQUE INDEX registers_difference_open ON registers_difference (source, kind, entry) WHERE cleared_at IS NULL;
{grant("SELECT, INSERT, UPDATE (cleared_at)", "registers_difference")}
{by_agency("registers_difference")}
CREATE TABLE registers_notice (
    id uuid PRIMARY KEY,
    entry uuid NOT NULL,
    act uuid NOT NULL,
    to_whom text NOT NULL CHECK (to_whom IN ('person', 'family', 'mission', 'minister', 'owner')),
    kind text NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    number text NOT NULL UNIQUE,
    code bytea NOT NULL UNIQUE CHECK (octet_length(code) = 16),
    made_at timestamptz NOT NULL,
    made_by uuid NOT NULL,
    due_at timestamptz NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{{64}}$'),
    policy text NOT NULL,
    UNIQUE (act, to_whom)
);
CREATE INDEX registers_notice_entry ON registers_notice (entry);
CREATE INDEX registers_notice_due ON registers_notice (due_at);
{append_only("registers_notice")}

CREATE TABLE registers_notice_paper (
    notice uuid PRIMARY KEY REFERENCES registers_notice,
    agency text NOT NULL,
    sealed bytea NOT NULL
);
{append_only("registers_notice_paper")}
{by_agency("registers_notice_paper")}

CREATE TABLE registers_notice_sent (
    id uuid PRIMARY KEY,
    notice uuid NOT NULL REFERENCES registers_notice,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    how text NOT NULL CHECK (how IN ('hand', 'post', 'email', 'mission', 'system')),
    receipt bytea
);
CREATE INDEX registers_notice_sent_notice ON registers_notice_sent (notice, at);
{append_only("registers_notice_sent")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("persons", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
