"""Rights of the application's database role, set by the owner after every migration.

The application never owns tables: it may read and write rows, append to the audit
trail, and nothing else. It cannot alter the schema, disable a trigger, or rewrite
history.
"""

from typing import Any

import structlog
from django.apps import apps as installed
from django.conf import settings
from django.db import connections

log = structlog.get_logger(__name__)


def grant_application_role(*, using: str = "default", **_: Any) -> None:
    """Grant the application role its rights on every table of the public schema."""
    connection = connections[using]
    role = settings.DATABASE_APP_ROLE
    quoted = connection.ops.quote_name(role)
    tables = set(connection.introspection.table_names())
    events = sorted(
        model._meta.db_table  # noqa: SLF001 -- Django's documented Meta API
        for model in installed.get_models(include_auto_created=True)
        if hasattr(model, "pgh_id")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s", [role])
        if cursor.fetchone()[0]:
            log.warning(
                "single_database_role", role=role, hint="Give the schema an owner: DATABASE_OWNER_URL."
            )
            return
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise RuntimeError(
                f"The database role {role} named in DATABASE_URL does not exist. Create it first: "
                f"CREATE ROLE {role} LOGIN;"
            )
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}")
        for table in tables & {*events, "django_migrations"}:
            name = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {quoted}")
