from django.db import migrations

# The two running roles are made by whoever sets the server up (`suar up`, or docs/howto/run.md); say so at once where they are missing.
ROLES = """
DO $$ DECLARE missing text; BEGIN
    SELECT string_agg(wanted, ', ') INTO missing FROM unnest(ARRAY['suar_app', 'suar_protection']) wanted
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND NOT rolbypassrls AND NOT rolsuper);
    IF missing IS NOT NULL THEN RAISE EXCEPTION 'create these roles without superuser and BYPASSRLS first: %', missing; END IF;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(ROLES, elidable=False)]
