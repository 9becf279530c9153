from django.db import migrations

from suar.core.ddl import grant

# How sources were seen, in spells of one state; between two spells nobody looked. And for which kabupaten a source that does not speak for
# all of them said that it speaks, from when to when. Derived: nothing here is a fact about anybody.
TABLES = f"""
CREATE TABLE intake_spell (
    source text NOT NULL,
    from_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('fresh', 'stale', 'unreachable')),
    PRIMARY KEY (source, from_at),
    CHECK (seen_at >= from_at)
);
CREATE TABLE intake_covered (
    source text NOT NULL,
    region text NOT NULL CHECK (region ~ '^[0-9]{{4}}$'),
    from_at timestamptz NOT NULL,
    until_at timestamptz, -- NULL: still
    PRIMARY KEY (source, region, from_at),
    CHECK (until_at >= from_at)
);
{grant("SELECT, INSERT, UPDATE (seen_at), DELETE", "intake_spell")}
{grant("SELECT, INSERT, UPDATE (until_at), DELETE", "intake_covered")}
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_left")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
