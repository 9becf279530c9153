from django.db import migrations

from suar.core.ddl import grant

TABLES = f"""
CREATE TABLE intake_left (
    batch uuid NOT NULL,
    subject uuid NOT NULL,
    PRIMARY KEY (batch, subject)
);
{grant("SELECT, INSERT", "intake_left")}
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, elidable=False)]
