"""What the database holds, as hashes, so that a test can say that nothing changed."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts.models import User

# Kept by reading as well: when somebody was last here, and answers to keys already given.
_PASSING = {"accounts_idempotencykey"}


def state() -> dict[str, str]:
    """A hash of every table of ours, trail included."""
    hashes = {}
    with connection.cursor() as cursor:
        for config in apps.get_app_configs():
            # Ours lie in the checkout; of the others', tokens are rights.
            if Path(config.path).parent != settings.BASE_DIR and config.label != "authtoken":
                continue
            for model in config.get_models(include_auto_created=True):
                table = model._meta.db_table
                if model._meta.proxy or not model._meta.managed or table in _PASSING:
                    continue
                text = "t.*::text"
                if model is User:
                    text = "(t.id, t.email, t.name, t.is_active, t.is_staff, t.is_superuser)::text"
                rows = f"string_agg({text}, chr(10) ORDER BY {text})"
                cursor.execute(f"SELECT md5(coalesce({rows}, '')) FROM \"{table}\" t")  # noqa: S608 -- names of our tables
                hashes[table] = str(cursor.fetchone()[0])
    return hashes


def changed(before: dict[str, str]) -> set[str]:
    """Tables that are not as they were."""
    return {table for table, value in state().items() if before[table] != value}
