"""What the application's database role may do: what is declared, and nothing else.

``settings.DATABASE_RIGHTS`` lists for each table the verbs that the application may use on it. The owner of the
schema gives exactly these after every migration and takes away whatever else the role holds; a table that is not
declared is out of reach. The application owns nothing: it cannot change the schema, switch a trigger off, or
write to the audit trail, which only the triggers do, with the owner's rights.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.apps import apps as installed
from django.conf import settings
from django.db import connections

from accounts import trail_functions

log = structlog.get_logger(__name__)

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
# Functions that triggers of ordinary rights call, and the one that closes a stretch of the trail.
CALLABLE = ("_pgtrigger_should_ignore", trail_functions.SEAL)


@dataclass(frozen=True)
class Declared:
    """The list in ``settings.DATABASE_RIGHTS``, by table."""

    by_table: dict[str, frozenset[str]]
    of_events: frozenset[str]

    def of(self, table: str) -> frozenset[str] | None:
        """The verbs of a table; None where it is not declared."""
        return self.of_events if table in event_tables() else self.by_table.get(table)


def declared() -> Declared:
    """Read the list; raise ValueError for a table that stands there twice."""
    by_table: dict[str, frozenset[str]] = {}
    for verbs, tables in settings.DATABASE_RIGHTS.items():
        for table in tables:
            if table in by_table:
                raise ValueError(f"The rights on {table} are declared twice.")
            by_table[table] = frozenset(verbs.split(", "))
    return Declared(by_table, frozenset(settings.DATABASE_RIGHTS_ON_EVENTS.split(", ")))


def event_tables() -> frozenset[str]:
    """The tables in which triggers note every change of a tracked one."""
    return frozenset(
        model._meta.db_table  # noqa: SLF001 -- Django's documented Meta API
        for model in installed.get_models(include_auto_created=True)
        if hasattr(model, "pgh_tracked_model")
    )


def set_rights(*, using: str = "default", **_: Any) -> None:
    """Give the application role what is declared and take what is not; cheap when nothing differs."""
    connection = connections[using]
    role = settings.DATABASE_APP_ROLE
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
        trail_functions.install(cursor)
        for statement in [*_on_tables(cursor, role), *_on_the_rest(cursor, role)]:
            cursor.execute(statement)


def _on_tables(cursor: Any, role: str) -> Iterable[str]:
    rights = declared()
    cursor.execute(
        """
        SELECT c.relname, coalesce(array_agg(a.privilege_type) FILTER (WHERE a.privilege_type IS NOT NULL), '{}')
        FROM pg_class c
        LEFT JOIN LATERAL aclexplode(c.relacl) a ON a.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = %s))
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND pg_has_role(c.relowner, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        GROUP BY c.relname
        """,
        [role],
    )
    for table, held in cursor.fetchall():
        wanted = rights.of(table)
        if wanted is None:
            log.warning("table_without_declared_rights", table=table)
            wanted = frozenset()
        if set(held) != wanted:
            yield f'REVOKE ALL ON "{table}" FROM PUBLIC, "{role}"'
            if wanted:
                yield f'GRANT {", ".join(sorted(wanted))} ON "{table}" TO "{role}"'


def _on_the_rest(cursor: Any, role: str) -> Iterable[str]:
    """The schema may be used, functions called where they are declared; numbers come by themselves."""
    cursor.execute(
        """
        SELECT has_schema_privilege(r.oid, 'public', 'USAGE') AND NOT has_schema_privilege(r.oid, 'public', 'CREATE')
        FROM pg_roles r WHERE r.rolname = %s
        """,
        [role],
    )
    if not cursor.fetchone()[0]:
        yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
        yield f'REVOKE CREATE ON SCHEMA public FROM PUBLIC, "{role}"'
    cursor.execute(
        """
        SELECT p.oid::regprocedure::text, p.proname
        FROM pg_proc p JOIN pg_roles r ON r.rolname = %s
        WHERE p.pronamespace = 'public'::regnamespace AND pg_has_role(p.proowner, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        AND has_function_privilege(r.oid, p.oid, 'EXECUTE') <> (p.proname = ANY(%s))
        """,
        [role, list(CALLABLE)],
    )
    for function, name in cursor.fetchall():
        if name in CALLABLE:
            yield f'GRANT EXECUTE ON FUNCTION {function} TO "{role}"'
        else:
            yield f'REVOKE ALL ON FUNCTION {function} FROM PUBLIC, "{role}"'
    cursor.execute(
        """
        SELECT c.relname FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
        JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace AND r.rolname = %s
        AND pg_has_role(c.relowner, 'USAGE')
        """,
        [role],
    )
    for (sequence,) in cursor.fetchall():
        yield f'REVOKE ALL ON SEQUENCE "{sequence}" FROM "{role}"'
