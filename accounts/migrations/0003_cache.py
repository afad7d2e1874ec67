"""What all processes share for a while: counts of failed sign-ins. The shape is Django's (createcachetable)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_index")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE TABLE accounts_cache (
                    cache_key varchar(255) PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                );
                CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
            """,
            reverse_sql="DROP TABLE accounts_cache",
        )
    ]
