"""Two migrates at once: the second waits for the first, and then finds nothing to do."""

import io
import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from accounts.management.commands.migrate import LOCK
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def test_second_migrate_waits_for_the_first() -> None:
    parameters = connection.get_connection_params()
    for name in ("context", "prepare_threshold", "cursor_factory"):
        parameters.pop(name, None)
    first = psycopg.connect(**parameters, autocommit=True)
    first.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    ended = threading.Event()

    def end() -> None:
        ended.set()
        first.close()

    threading.Timer(0.5, end).start()
    out = io.StringIO()
    with as_owner():
        call_command("migrate", stdout=out)
    assert ended.is_set()
    assert "Another migrate is running on this database: waiting for it to end." in out.getvalue()
    assert "No migrations to apply." in out.getvalue()


def test_migrate_alone_says_nothing_of_others() -> None:
    out = io.StringIO()
    for _ in range(2):
        with as_owner():
            call_command("migrate", stdout=out)
    assert "Another" not in out.getvalue()
