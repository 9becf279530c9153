from django.db import migrations

from suar.core.ddl import append_only, by_agency, by_hub, grant, hash_partitions

# Facts: judgement. Derived, may be dropped and rebuilt from records, judgements and policy: subject, key, link, member.
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
    explanation bytea NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
) PARTITION BY HASH (a);
{hash_partitions("persons_link", 8)}
CREATE INDEX persons_link_b ON persons_link (b);
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
    ruling text NOT NULL CHECK (ruling IN ('joined', 'not_same', 'withdrawn')),
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    second uuid,
    agency text NOT NULL,
    reason text NOT NULL,
    needs_two boolean NOT NULL DEFAULT false,
    CHECK (a < b),
    CHECK (NOT needs_two OR (second IS NOT NULL AND second <> by))
);
CREATE INDEX persons_judgement_a ON persons_judgement (a);
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
