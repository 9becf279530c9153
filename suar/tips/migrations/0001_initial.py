from django.db import migrations

from suar.core.ddl import by_agency, grant

# A report from a village. What was said is sealed. It expires by itself; an ungraded one changes no answer anywhere.
TABLES = f"""
CREATE TABLE tips_report (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('tip', 'question', 'education_session')),
    at timestamptz NOT NULL,
    region text NOT NULL,
    agency text NOT NULL,
    by uuid NOT NULL,
    sealed bytea NOT NULL,
    source_grade text NOT NULL DEFAULT '' CHECK (source_grade IN ('', 'A', 'B', 'C', 'D', 'E')),
    content_grade text NOT NULL DEFAULT '' CHECK (content_grade IN ('', '1', '2', '3', '4', '5')),
    expires_at timestamptz NOT NULL CHECK (expires_at > at),
    answers uuid,
    key text NOT NULL,
    UNIQUE (by, key)
);
CREATE INDEX tips_report_region ON tips_report (region, at DESC);
CREATE INDEX tips_report_expires ON tips_report (expires_at);
CREATE UNIQUE INDEX tips_report_answers ON tips_report (answers) WHERE answers IS NOT NULL;
{grant("SELECT, INSERT, DELETE, UPDATE (source_grade, content_grade, expires_at)", "tips_report")}
{by_agency("tips_report")}
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("agencies", "0001_initial"), ("audit", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
