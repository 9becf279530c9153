from django.db import migrations

# The list of a KP2MI office: placements before departure, by province. Small, because most placements have departed.
INDEX = """
CREATE INDEX journeys_step_to_verify ON journeys_step (region text_pattern_ops, at DESC)
WHERE kind = 'placement' AND state IN ('contracted', 'oriented');
"""


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_initial")]
    operations = [migrations.RunSQL(INDEX, "DROP INDEX journeys_step_to_verify", elidable=False)]
