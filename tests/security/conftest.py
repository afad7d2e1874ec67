"""One scene for a whole module: building it takes longer than asking of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.security.scene import Scene, build
from tests.security.unguarded import install


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any, media: str) -> Iterator[Scene]:
    """Built in a transaction that is rolled back after the module."""
    with django_db_blocker.unblock():
        install()
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(scene: Scene) -> Iterator[None]:
    """In place of a transaction and a world of its own, each test gets a savepoint in the module's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_scene(_fast_and_private: None, settings: Any, media: str) -> None:
    """Files lie where the scene was built, not in the folder of one test."""
    settings.MEDIA_ROOT = media
