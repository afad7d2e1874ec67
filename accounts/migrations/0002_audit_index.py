"""The audit trail is read by team, newest first; without an index that walks the whole table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(
            sql="CREATE INDEX accounts_audit_by_team ON pghistory_context ((metadata -> 'team'), created_at DESC)",
            reverse_sql="DROP INDEX accounts_audit_by_team",
        )
    ]
