from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.AddField(model_name="agreement", name="fields", field=models.JSONField(default=dict)),
    ]
