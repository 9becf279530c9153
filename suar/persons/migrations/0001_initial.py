from django.db import migrations

from suar.core.ddl import append_only, by_agency, by_hub, grant, hash_partitions

# Facts: judgement, opinion. Derived, may be dropped and rebuilt from records, judgements and policy: subject, key, link, member.
# Neither: when a question was first put (asked), who works on it (review), whose restriction runs (pin); these three the running role
# may not both change and empty, so that a replay leaves them alone.
TABLES = f"""
CREATE TABLE persons_subject (
    id uuid NOT NULL,
    source text NOT NULL,
    agency text NOT NULL,
    claims bytea NOT NULL,
    records integer NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY HASH (id);
{hash_partitions("persons_subject", 8)}
{grant("SELECT, INSERT, UPDATE, DELETE", "persons_subject")}
{by_agency("persons_subject")}

CREATE TABLE persons_key (
    key bigint NOT NULL,
    subject uuid NOT NULL,
    strong boolean NOT NULL,
    PRIMARY KEY (key, subject)
) PARTITION BY HASH (key);
{hash_partitions("persons_key", 8)}
CREATE INDEX persons_key_subject ON persons_key (subject);
{grant("SELECT, INSERT, UPDATE, DELETE", "persons_key")}

CREATE TABLE persons_link (
    a uuid NOT NULL,
    b uuid NOT NULL,
    weight integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('join', 'ask')),
    policy text NOT NULL,
    evidence uuid NOT NULL,
    explanation bytea NOT NULL,
    waits timestamptz, -- since when it waits for a human; follows from the link, what was asked and what was ruled
    PRIMARY KEY (a, b),
    CHECK (a < b)
) PARTITION BY HASH (a);
{hash_partitions("persons_link", 8)}
CREATE INDEX persons_link_b ON persons_link (b);
CREATE INDEX persons_link_waits ON persons_link (waits, a, b) WHERE waits IS NOT NULL;
{grant("SELECT, INSERT, UPDATE, DELETE", "persons_link")}
{by_hub("persons_link")}

CREATE TABLE persons_member (
    subject uuid PRIMARY KEY,
    person uuid NOT NULL
);
CREATE INDEX persons_member_person ON persons_member (person);
{grant("SELECT, INSERT, UPDATE, DELETE", "persons_member")}

CREATE TABLE persons_judgement (
    id uuid PRIMARY KEY,
    a uuid NOT NULL,
    b uuid NOT NULL,
    ruling text NOT NULL CHECK (ruling IN ('joined', 'not_same', 'cannot_tell', 'withdrawn')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    second uuid,
    agency text NOT NULL,
    desk text NOT NULL,
    second_desk text,
    reason text NOT NULL,
    evidence uuid,
    round uuid,
    needs_two boolean NOT NULL DEFAULT false,
    CHECK (a < b),
    CHECK (second IS NULL OR second <> by),
    CHECK (NOT needs_two OR (second IS NOT NULL AND second_desk IS NOT NULL AND second_desk <> desk))
);
CREATE INDEX persons_judgement_a ON persons_judgement (a, b);
CREATE INDEX persons_judgement_b ON persons_judgement (b);
{append_only("persons_judgement")}

CREATE TABLE persons_quality (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    measured_by text NOT NULL CHECK (measured_by IN ('truth', 'reviews')),
    policy text NOT NULL,
    figures jsonb NOT NULL
);
{append_only("persons_quality")}

CREATE TABLE persons_opinion (
    id uuid PRIMARY KEY,
    a uuid NOT NULL,
    b uuid NOT NULL,
    round uuid NOT NULL,
    turn smallint NOT NULL CHECK (turn BETWEEN 1 AND 3),
    ruling text NOT NULL CHECK (ruling IN ('joined', 'not_same', 'cannot_tell', 'withdrawn')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    agency text NOT NULL,
    desk text NOT NULL,
    reason text NOT NULL,
    evidence uuid NOT NULL,
    sealed bytea NOT NULL,
    UNIQUE (round, turn),
    UNIQUE (round, by),
    CHECK (a < b)
);
CREATE INDEX persons_opinion_pair ON persons_opinion (a, b);
{append_only("persons_opinion")}
{by_hub("persons_opinion")}

CREATE TABLE persons_asked (
    a uuid NOT NULL,
    b uuid NOT NULL,
    evidence uuid NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (a, b, evidence)
);
{grant("SELECT, INSERT", "persons_asked")}

CREATE TABLE persons_review (
    a uuid NOT NULL,
    b uuid NOT NULL,
    asked_at timestamptz,
    asked_by uuid,
    because text NOT NULL DEFAULT '',
    explanation bytea,
    evidence uuid,
    round uuid,
    turn smallint NOT NULL DEFAULT 1,
    needs_two boolean NOT NULL DEFAULT false,
    drawn uuid,
    drawn_at timestamptz,
    until timestamptz,
    taken_by uuid,
    taken_at timestamptz,
    PRIMARY KEY (a, b),
    CHECK (a < b),
    CHECK (NOT needs_two OR round IS NULL OR until IS NOT NULL)
);
CREATE INDEX persons_review_open ON persons_review (a, b) WHERE round IS NOT NULL OR asked_at IS NOT NULL;
CREATE INDEX persons_review_taken ON persons_review (taken_by) WHERE taken_by IS NOT NULL;
{grant("SELECT, INSERT, UPDATE", "persons_review")}
{by_hub("persons_review")}

CREATE TABLE persons_pin (
    subject uuid NOT NULL,
    by text NOT NULL,
    PRIMARY KEY (subject, by)
);
{grant("SELECT, INSERT, DELETE", "persons_pin")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
