"""One scene for a whole module: building it takes longer than asking of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.security.scene import Scene, build
from tests.security.unguarded import install
from tests.standing import built_once


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any, media: str) -> Iterator[Scene]:
    """Never copied: these tests ask much and change nothing but what their savepoint undoes."""
    with django_db_blocker.unblock():
        install()
    with override_settings(MEDIA_ROOT=media), built_once(build, django_db_blocker) as built:
        yield built


@pytest.fixture(autouse=True)
def _few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forecast is asked for hundreds of times; who sees it does not hang on how exact it is."""
    monkeypatch.setattr("loops.forecast.CANDIDATES", 2000)


@pytest.fixture(autouse=True)
def _files_of_the_scene(_private: None, settings: Any, media: str) -> None:
    """Files lie where the scene was built, not in the folder of one test."""
    settings.MEDIA_ROOT = media
