from django.db import migrations

from suar.core.ddl import append_only

TABLES = f"""
CREATE TABLE policies_version (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{{64}}$'),
    content jsonb NOT NULL,
    in_force_from timestamptz NOT NULL,
    adopted_by uuid NOT NULL,
    reason text NOT NULL
);
CREATE INDEX policies_version_name ON policies_version (name, in_force_from DESC, id DESC);
{append_only("policies_version")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
