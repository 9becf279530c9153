from django.db import migrations

# Which ruling was the newest when a restriction began to follow somebody: one that is older was made on another state of things, and frees
# nobody whom the restriction reaches by another way since.
SINCE = """
ALTER TABLE persons_follows ADD COLUMN since uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0001_initial")]
    operations = [migrations.RunSQL(SINCE, elidable=False)]
