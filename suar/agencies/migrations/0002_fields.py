from django.db import migrations, models

from suar.core.ddl import read_only

# Which state of the agreements holds: another with every change of any of them, never the same twice, also where a transaction is taken back and
# another one changes something else. What was decided of one state is asked for by it and by nothing else (decision 0042). Two who change
# agreements at once wait for each other here.
VERSION = f"""
CREATE TABLE agencies_agreed (one boolean PRIMARY KEY DEFAULT true CHECK (one), version uuid NOT NULL);
INSERT INTO agencies_agreed (version) VALUES (gen_random_uuid());
{read_only("agencies_agreed")}

CREATE FUNCTION agencies_another_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN UPDATE agencies_agreed SET version = gen_random_uuid(); RETURN NULL; END $$;
CREATE TRIGGER another_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agencies_agreement
FOR EACH STATEMENT EXECUTE FUNCTION agencies_another_version();
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.AddField(model_name="agreement", name="fields", field=models.JSONField(default=dict)),
        migrations.RunSQL(VERSION, elidable=False),
    ]
