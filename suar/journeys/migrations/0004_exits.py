from django.db import migrations

# Whoever left lately, for the comparison of crossings with screenings: half of all crossings, read by time.
INDEX = "CREATE INDEX journeys_crossing_exit ON journeys_crossing (at) WHERE state = 'exit';"


class Migration(migrations.Migration):
    dependencies = [("journeys", "0003_things")]
    operations = [migrations.RunSQL(INDEX, "DROP INDEX journeys_crossing_exit", elidable=False)]
