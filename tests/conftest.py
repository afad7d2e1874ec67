"""Fixtures of the whole suite.

The owner role makes the test database, a copy of a migrated template (tests.database); tests then run as
the application role, so that missing rights show up here and not in production.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management.commands import flush
from django.db import connection
from django.test import override_settings

from config import env
from tests import database

# Nothing that is imported or collected becomes garbage: looking through it took a sixth of the permission tests' time.
gc.disable()
# Folders of long tests come first: what is short fills the gaps at the end, when workers run out of modules.
FIRST = ("security", "ops", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first; none that makes PDFs where none can be made."""
    items.sort(key=lambda item: item.path.parent.name not in FIRST)
    off = pytest.mark.skipif(not django_settings.PDF_ENABLED, reason="PDFs are off: no Pango, or no font.")
    for item in items:
        if item.get_closest_marker("pdf"):
            item.add_marker(off)


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, but not among what came before, and not every 700 objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()


def _switch(variable: str) -> None:
    connection.close()
    wanted = env.database(variable)
    for key in ("USER", "PASSWORD", "HOST", "PORT"):
        connection.settings_dict[key] = wanted[key]


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the database's owner for a while."""
    _switch("DATABASE_OWNER_URL")
    try:
        yield
    finally:
        _switch("DATABASE_URL")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's, which migrates: a copy of the template, and the application's role."""
    with django_db_blocker.unblock():
        _switch("DATABASE_OWNER_URL")
        name = database.create()
        connection.settings_dict["NAME"] = django_settings.DATABASES["default"]["NAME"] = name
        _switch("DATABASE_URL")
    yield
    with django_db_blocker.unblock():
        # Threads of a live server may have kept theirs; the owner may not end another role's.
        database.end_other_sessions()
        _switch("DATABASE_OWNER_URL")
        database.drop()


@pytest.fixture(scope="session", autouse=True)
def _flush_as_owner() -> Iterator[None]:
    """Emptying tables between transactional tests needs rights that the application lacks on purpose."""

    def handle(self: flush.Command, **options: Any) -> None:
        with as_owner():
            database.empty()

    patch = pytest.MonkeyPatch()
    patch.setattr(flush.Command, "handle", handle)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _no_broker() -> None:
    """Messages of tests reach no worker; jobs.testing runs the jobs themselves."""
    from config.celery import app

    app.conf.broker_url = "memory://"


@pytest.fixture(scope="session", autouse=True)
def _fast() -> Iterator[None]:
    """Cheap password hashes; static files as they lie in the checkout. For the worlds of modules, too."""
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**django_settings.STORAGES, "staticfiles": static},
    ):
        yield


@pytest.fixture(scope="session")
def _files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that no test has had yet; made when something is written into them."""
    folder = tmp_path_factory.mktemp("media")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _private(settings: Any, _files: Iterator[Path]) -> None:
    """Files of one test are seen by no other."""
    settings.MEDIA_ROOT = next(_files)
