from django.db import migrations

# Six months are counted in days of the deciding office, not in instants of UTC: a ban that begins on 1 March begins on 28 February by UTC, and
# six months later lie three days less. Midnight in the west and in the middle of the country is the same day in its east, so one zone will do.
# law: UU 6/2011 Ps 97; UU 63/2024 Ps 97(1)
TERM = """
ALTER TABLE registers_entry DROP CONSTRAINT registers_entry_check1;
ALTER TABLE registers_entry ADD CONSTRAINT registers_entry_exit_ban_term CHECK (
    kind <> 'exit_ban' OR (upper(in_force) AT TIME ZONE 'Asia/Jayapura')::date
        <= ((lower(in_force) AT TIME ZONE 'Asia/Jayapura')::date + make_interval(months => 6 * (1 + extended)))::date
);
"""
BACK = """
ALTER TABLE registers_entry DROP CONSTRAINT registers_entry_exit_ban_term;
ALTER TABLE registers_entry ADD CONSTRAINT registers_entry_check1 CHECK (
    kind <> 'exit_ban' OR upper(in_force) <= lower(in_force) + make_interval(months => 6 * (1 + extended), days => 1)
);
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_owed")]
    operations = [migrations.RunSQL(TERM, BACK, elidable=False)]
