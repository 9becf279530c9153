from itertools import accumulate, pairwise

from django.db import migrations

from suar.core.ddl import RUNNER, append_only, by_agency, by_hub, grant, hash_partitions, shut

#: A column for each key of `core.matching.keys.SLOTS`, KEYS_VERSION 3: of these kinds somebody has one, of those several.
ONE = ("nik", "passport", "kk", "phone", "name_mother", "mother")
SEVERAL = {
    "name_born": ("name_born", "name_born_2"), "name_day": ("name_day", "name_day_2"), "names": ("names", "names_2", "names_3"),
    "name_place": ("name_place", "name_place_2"), "mother_day": ("mother_day",), "place_born": ("place_born",),
}  # fmt: skip
KEY_COLUMNS = (*ONE, *(column for columns in SEVERAL.values() for column in columns))
#: How many keys of each of those one who is asked for has at most, and where they stand among all that are asked for, behind ONE.
MOST = {"name_born": 4, "name_day": 4, "names": 3, "name_place": 2, "mother_day": 2, "place_born": 2}
_ENDS = list(accumulate(MOST.values(), initial=len(ONE)))
PLACES = {kind: f"{start + 1}:{end}" for kind, (start, end) in zip(MOST, pairwise(_ENDS), strict=True)}
#: Over those who have such a key, with the number beside it, so that whoever shares a key is read off the index alone.
KEY_INDEXES = "\n".join(
    f"CREATE INDEX persons_key_{column} ON persons_key ({column}, num) WHERE {column} IS NOT NULL;"
    for column in KEY_COLUMNS
)
SHARING = " UNION ALL ".join(
    [
        f"(SELECT k.{kind} AS key, k.num FROM persons_key k WHERE k.{kind} = asked[{place}] LIMIT block_cap)"
        for place, kind in enumerate(ONE, start=1)
    ]
    + [
        f"(SELECT a.key, f.num FROM unnest(asked[{PLACES[kind]}]) AS a (key) CROSS JOIN LATERAL ("
        + " UNION ALL ".join(f"SELECT k.num FROM persons_key k WHERE k.{column} = a.key" for column in columns)
        + " LIMIT block_cap) f)"
        for kind, columns in SEVERAL.items()
    ]
)
# Candidates ranked inside SQL by how many keys they share and then by how rare those are, capped, and read, all in one trip; a key that
# hundreds share says little and is not followed (PERFORMANCE 1). `person` is null for whoever is his own. A function: only inside one can its
# plan be held to the indexes, whatever keys are asked for, and be made once. All keys are one array, in the order of ONE and MOST, null where
# there is none: fourteen parameters took a seventh of the trip.
CANDIDATES = f"""
CREATE FUNCTION persons_candidates(
    asked integer[], block_cap integer, at_most integer
) RETURNS TABLE (subject uuid, claims bytea, person uuid)
LANGUAGE plpgsql STABLE ROWS 20
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN RETURN QUERY
WITH found AS ({SHARING}),
sized AS (SELECT f.key, f.num, count(*) OVER (PARTITION BY f.key) AS size FROM found f),
ranked AS (
    SELECT z.num, count(*) + sum(1.0::float8 / z.size) / 1000 AS rank FROM sized z WHERE z.size < block_cap
    GROUP BY z.num ORDER BY rank DESC, z.num LIMIT at_most
)
SELECT s.id, s.claims, nullif(m.person, s.id) FROM ranked r JOIN persons_subject s ON s.num = r.num
LEFT JOIN persons_member m ON m.subject = s.id ORDER BY r.rank DESC, s.id;
END $$;
"""

# Facts: judgement, what it was made on (ruled), opinion. Derived, may be dropped and rebuilt from records, judgements and policy: subject,
# key, link, member. Neither: when a question was first put (asked), who works on it (review), whose restriction runs (pin) and whom it
# follows (follows); these four the running role may not both change and empty, so that a replay leaves them alone.
TABLES = f"""
CREATE SEQUENCE persons_subject_num AS integer;
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SEQUENCE persons_subject_num TO %I', {RUNNER}); END $$;
CREATE TABLE persons_subject (
    id uuid PRIMARY KEY,
    num integer NOT NULL DEFAULT nextval('persons_subject_num') UNIQUE,
    source text NOT NULL,
    agency text NOT NULL,
    claims bytea NOT NULL
);
{grant("SELECT, INSERT, UPDATE, DELETE", "persons_subject")}
{by_agency("persons_subject")}

CREATE TABLE persons_key (
    num integer NOT NULL,
    part smallint NOT NULL,
    subject uuid NOT NULL,
    {", ".join(f"{column} integer" for column in KEY_COLUMNS)},
    PRIMARY KEY (num, part)
) PARTITION BY RANGE (num);
CREATE TABLE persons_key_0 PARTITION OF persons_key FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
{shut("persons_key_0")}
{KEY_INDEXES}
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
{CANDIDATES}
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
    until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (subject, by, until)
);
{grant("SELECT, INSERT, DELETE", "persons_pin")}

CREATE TABLE persons_follows ( -- the restriction of `pinned` follows `subject`, who was one person with him
    subject uuid NOT NULL,
    pinned uuid NOT NULL,
    PRIMARY KEY (subject, pinned)
);
{grant("SELECT, INSERT", "persons_follows")}

CREATE TABLE persons_ruled ( -- what a subject said of itself when it was ruled to be another
    judgement uuid NOT NULL,
    subject uuid NOT NULL,
    agency text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (judgement, subject)
);
{append_only("persons_ruled")}
{by_agency("persons_ruled")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
