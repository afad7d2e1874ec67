"""Worlds that the tests of one module share: building one takes longer than most tests ask of it.

The world is built once, in a transaction that is rolled back after the module; each test works in a savepoint and
on a copy of the objects, so that none sees what another did. Not for modules whose tests commit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, TypeVar

import pytest
from django.db import transaction

T = TypeVar("T")


@contextmanager
def built_once(build: Callable[[], T], blocker: Any) -> Iterator[T]:
    """What ``build`` makes in the database, until the block ends."""
    with blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        try:
            world = build()
        except BaseException as problem:
            everything.__exit__(type(problem), problem, problem.__traceback__)
            raise
    yield world
    with blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


def standing(build: Callable[[], Any]) -> tuple[Any, Any]:
    """Return two fixtures for a module or a folder: the world as built, and each test's own copy of its objects.

    The copy finds the first by its name::

        _built, world = standing(rivals)
    """

    @pytest.fixture(scope="module")
    def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with built_once(build, django_db_blocker) as world:
            yield world

    @pytest.fixture
    def copy(_built: Any, db: None, request: pytest.FixtureRequest) -> Any:
        marker = request.node.get_closest_marker("django_db")
        assert not (marker and marker.kwargs.get("transaction")), "A test that commits cannot share a world."
        return deepcopy(_built)

    return _built, copy
