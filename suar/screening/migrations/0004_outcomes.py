from django.db import migrations

from suar.core.ddl import MAY_READ, append_only, by_agency, grant

# What came of a screening, as any agency entitled reports it; facts, never changed. Advice and decision stand beside it as they were then, so
# that counting opens no screening. The note is sealed and counts nothing.
TABLES = f"""
CREATE TABLE screening_outcome (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    screening uuid NOT NULL,
    of_agency text NOT NULL,
    of_office text NOT NULL,
    agency text NOT NULL,
    by uuid NOT NULL,
    outcome text NOT NULL CHECK (outcome <> ''),
    on_day date NOT NULL,
    advice text NOT NULL,
    decision text NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX screening_outcome_of ON screening_outcome (screening);
CREATE INDEX screening_outcome_office ON screening_outcome (of_office, advice, decision, outcome);
{append_only("screening_outcome")}
ALTER TABLE screening_outcome ENABLE ROW LEVEL SECURITY;
ALTER TABLE screening_outcome FORCE ROW LEVEL SECURITY;
CREATE POLICY by_either ON screening_outcome USING (
    (SELECT {MAY_READ}) = '*' OR agency = ANY ((SELECT string_to_array({MAY_READ}, ','))::text[])
    OR of_agency = ANY ((SELECT string_to_array({MAY_READ}, ','))::text[]));

CREATE TABLE screening_outcome_key (
    client uuid NOT NULL,
    key bytea NOT NULL,
    body bytea NOT NULL,
    outcome uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (client, key)
);
{grant("SELECT, INSERT", "screening_outcome_key")}
"""

# A manifest as it came, what each row was answered, and which of the short list an officer let count. Rows are personal and sealed.
PRELIST = f"""
CREATE TABLE screening_manifest (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    by uuid NOT NULL,
    role text NOT NULL,
    purpose text NOT NULL,
    basis text NOT NULL,
    flight text NOT NULL CHECK (flight <> ''),
    departs_on date NOT NULL,
    digest bytea NOT NULL,
    rows integer NOT NULL CHECK (rows > 0),
    UNIQUE (agency, office, flight, departs_on, digest)
);
{append_only("screening_manifest")}
{by_agency("screening_manifest")}

CREATE TABLE screening_manifest_key (
    client uuid NOT NULL,
    key bytea NOT NULL,
    body bytea NOT NULL,
    manifest uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (client, key)
);
{grant("SELECT, INSERT", "screening_manifest_key")}

CREATE TABLE screening_manifest_row (
    manifest uuid NOT NULL REFERENCES screening_manifest (id),
    n integer NOT NULL CHECK (n > 0),
    agency text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (manifest, n)
);
{append_only("screening_manifest_row")}
{by_agency("screening_manifest_row")}

CREATE TABLE screening_manifest_answer (
    manifest uuid NOT NULL,
    n integer NOT NULL,
    agency text NOT NULL,
    at timestamptz NOT NULL,
    screening uuid,
    advice text NOT NULL,
    score bigint NOT NULL,
    fault text NOT NULL,
    PRIMARY KEY (manifest, n),
    FOREIGN KEY (manifest, n) REFERENCES screening_manifest_row (manifest, n),
    CHECK ((screening IS NULL) = (fault <> ''))
);
{append_only("screening_manifest_answer")}
{by_agency("screening_manifest_answer")}

CREATE TABLE screening_manifest_review (
    manifest uuid NOT NULL,
    n integer NOT NULL,
    agency text NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL REFERENCES agencies_officer (id),
    ruling text NOT NULL CHECK (ruling IN ('counts', 'set_aside')),
    reason text NOT NULL,
    PRIMARY KEY (manifest, n),
    FOREIGN KEY (manifest, n) REFERENCES screening_manifest_answer (manifest, n),
    CHECK (ruling = 'counts' OR reason <> '')
);
{append_only("screening_manifest_review")}
{by_agency("screening_manifest_review")}
"""

# Whom a change touched, until the open questions about them are marked and late hits are looked for; each once, however often they were
# touched: `event` is the newest, and an answer younger than it has weighed it. `screening_later`: would be advised more now, and nobody knows
# yet whether the traveller has left.
TOUCHED = f"""
CREATE TABLE screening_touched (
    subject uuid PRIMARY KEY,
    event uuid NOT NULL
);
{grant("SELECT, INSERT, UPDATE, DELETE", "screening_touched")}

CREATE TABLE screening_later (
    screening uuid PRIMARY KEY,
    at timestamptz NOT NULL
);
{grant("SELECT, INSERT, DELETE", "screening_later")}
CREATE INDEX screening_screening_undecided ON screening_screening (id DESC) WHERE decision IS NULL AND superseded_by IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_desk_work")]
    operations = [migrations.RunSQL(TABLES + PRELIST + TOUCHED, elidable=False)]
