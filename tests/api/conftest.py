"""Two rival teams, and clients that sign in by token as programs do."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.actions import create_token
from accounts.models import User
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals

ByToken = Callable[[User], APIClient]


_built, worlds = standing(rivals)


@pytest.fixture
def ours(worlds: Rivals) -> TeamWorld:
    return worlds.ours


@pytest.fixture
def by_token() -> ByToken:
    def client(user: User) -> APIClient:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Token {create_token(user, by=user)}")
        return api

    return client
