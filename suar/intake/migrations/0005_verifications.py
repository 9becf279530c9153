"""A verified number's row names a case, so it has a term (policy/retention/verifications); the log keeps that somebody asked."""

from __future__ import annotations

from django.db import migrations

from suar.core.ddl import grant

# Still never changed.
TERM = f"""
DROP TRIGGER no_change ON intake_verification;
CREATE TRIGGER no_change BEFORE UPDATE ON intake_verification FOR EACH ROW EXECUTE FUNCTION refuse_change();
{grant("SELECT, INSERT, DELETE", "intake_verification")}
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_quarantine")]
    operations = [migrations.RunSQL(TERM, elidable=False)]
