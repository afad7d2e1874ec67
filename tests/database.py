"""The databases of the tests: each worker's is a copy of a template that is migrated once.

The template is named after what decides about it, so a change of migrations makes another one and the old one
goes. Copying takes a fraction of a second; migrating takes many.
"""

import fcntl
import hashlib
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

PREFIX = "template_loopwright_"
# Written by migrating; no test changes them.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Code that changes the database besides the migrations themselves.
ALSO = (
    "accounts/database_rights.py",
    "accounts/migrating.py",
    "accounts/trail_functions.py",
    "config/database_rights.py",
)


def name() -> str:
    """The database of this process; workers of one run have one each."""
    wanted = str(settings.DATABASES["default"]["TEST"]["NAME"])
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return f"{wanted}_{worker}" if worker else wanted


def digest() -> str:
    """What the template depends on: every migration of every app, the models' names, and who gets which rights."""
    found = hashlib.sha256(settings.DATABASE_APP_ROLE.encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        # Permissions and content types are written from the models after migrating.
        found.update("".join(sorted(f"{m._meta.label} {_rights(m)}" for m in config.get_models())).encode())
        module, _ = MigrationLoader.migrations_module(config.label)
        try:
            package = importlib.import_module(module) if module else None
        except ModuleNotFoundError:
            continue
        for folder in getattr(package, "__path__", ()):
            for path in sorted(Path(folder).glob("[0-9]*.py")):
                found.update(path.name.encode() + path.read_bytes())
    for path in ALSO:
        found.update((Path(settings.BASE_DIR) / path).read_bytes())
    return found.hexdigest()[:16]


def _rights(model: type[models.Model]) -> str:
    meta = model._meta
    return f"{meta.verbose_name} {meta.default_permissions} {meta.permissions}"


def create() -> str:
    """Make this process's database anew from the template, which is made first if need be; returns its name."""
    wanted, template = name(), f"{PREFIX}{digest()}"
    with connection._nodb_cursor() as server, _alone():
        server.execute("SELECT datname FROM pg_database")
        present = {row[0] for row in server.fetchall()}
        if template not in present:
            for old in (n for n in present if n.startswith(PREFIX)):
                _drop(server, old)
            _migrate(server, template)
        _drop(server, wanted)
        server.execute(f"CREATE DATABASE {_quoted(wanted)} TEMPLATE {_quoted(template)} STRATEGY FILE_COPY")
    return wanted


def empty() -> None:
    """Delete all rows but those that migrating writes, past the triggers that guard them.

    Django's own way, TRUNCATE of every table, makes each of their files anew, and then writes the content types and
    permissions again: a second a test.
    """
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {_quoted(table)})" for table in sorted(tables))  # noqa: S608 -- names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        filled = [_quoted(row[0]) for row in cursor.fetchall()]
        # References are checked at the end of a transaction, so deleting needs no order; and a table whose
        # references are still to be checked cannot be altered, so guards come back in a transaction of their own.
        for step in (
            "ALTER TABLE {} DISABLE TRIGGER USER",
            "DELETE FROM {}",
            "ALTER TABLE {} ENABLE TRIGGER USER",
        ):
            if filled:
                cursor.execute("; ".join(step.format(table) for table in filled))


def drop() -> None:
    """Remove this process's database."""
    connection.close()
    with connection._nodb_cursor() as server:
        _drop(server, name())


def _migrate(server: Any, template: str) -> None:
    """Migrate under another name, so that half a template is never taken for a whole one."""
    unfinished = f"unfinished_{template}"
    _drop(server, unfinished)
    server.execute(f"CREATE DATABASE {_quoted(unfinished)}")
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = unfinished
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
    server.execute(f"ALTER DATABASE {_quoted(unfinished)} RENAME TO {_quoted(template)}")


def end_other_sessions() -> None:
    """End this role's other connections to this process's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )


def _drop(server: Any, database: str) -> None:
    server.execute(f"DROP DATABASE IF EXISTS {_quoted(database)} WITH (FORCE)")


def _quoted(database: str) -> str:
    return connection.ops.quote_name(database)


@contextmanager
def _alone() -> Iterator[None]:
    """One worker at a time: the first makes the template, and a template in use cannot be copied."""
    path = Path(settings.DATA_DIR) / "template.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
