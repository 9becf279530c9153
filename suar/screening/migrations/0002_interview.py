from django.db import migrations

from suar.core.ddl import append_only, by_agency

# An interview belongs to one screening. Nothing in it is changed: another answer is another row, its end and each rating are rows of their own.
# `sealed` holds what was said in words: who interprets and accompanies, names and numbers; codes stand in the clear. `token` is the keyed phone
# that was named, so that one who arranges for many is seen without keeping his number.
TABLES = """
CREATE TABLE screening_interview (
    id uuid PRIMARY KEY,
    screening uuid NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    officer uuid NOT NULL,
    purpose text NOT NULL,
    questionnaire text NOT NULL CHECK (questionnaire IN ('passport', 'counter')),
    version integer NOT NULL,
    sha256 text NOT NULL,
    language text NOT NULL,
    rights_read_at timestamptz NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX screening_interview_office ON screening_interview (office, id DESC);

CREATE TABLE screening_answer (
    id uuid PRIMARY KEY,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    interview uuid NOT NULL,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    officer uuid NOT NULL,
    question text NOT NULL,
    code text NOT NULL,
    sealed bytea,
    token bytea,
    CHECK (code = '' OR sealed IS NULL)
);
CREATE INDEX screening_answer_interview ON screening_answer (interview, seq);
CREATE INDEX screening_answer_token ON screening_answer (token) WHERE token IS NOT NULL;

CREATE TABLE screening_interview_end (
    interview uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    officer uuid NOT NULL,
    newer uuid NOT NULL,
    sum integer,
    differences integer NOT NULL,
    protects boolean NOT NULL,
    sealed bytea NOT NULL,
    CHECK (NOT protects OR sum IS NULL)
);

CREATE TABLE screening_rating_due (
    interview uuid NOT NULL,
    turn smallint NOT NULL CHECK (turn IN (2, 3)),
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    officer uuid,
    PRIMARY KEY (interview, turn)
);

CREATE TABLE screening_rating (
    interview uuid NOT NULL,
    turn smallint NOT NULL CHECK (turn IN (1, 2, 3)),
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    officer uuid NOT NULL,
    overall text NOT NULL CHECK (overall IN ('none', 'some', 'strong')),
    sure smallint NOT NULL CHECK (sure BETWEEN 1 AND 5),
    marks jsonb NOT NULL,
    PRIMARY KEY (interview, turn),
    UNIQUE (interview, officer)
);

CREATE TABLE screening_call (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    office text NOT NULL,
    desk text NOT NULL,
    officer uuid NOT NULL,
    interview uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('danger', 'help'))
);
CREATE INDEX screening_call_office ON screening_call (office, id DESC);

CREATE TABLE screening_call_attended (
    call uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    agency text NOT NULL,
    officer uuid NOT NULL,
    what text NOT NULL CHECK (what IN ('attended', 'mistake'))
);
"""
NAMES = (
    "screening_interview", "screening_answer", "screening_interview_end", "screening_rating_due", "screening_rating", "screening_call",
    "screening_call_attended",
)  # fmt: skip
BACK = "\n".join(f"DROP TABLE {name};" for name in NAMES)


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]
    operations = [migrations.RunSQL(f"{TABLES}{append_only(*NAMES)}{by_agency(*NAMES)}", BACK, elidable=False)]
