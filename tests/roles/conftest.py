"""Two rival teams; ours has a draft of each kind of content where a test asks for it."""

import pytest

from tests.worlds import Rivals, TeamWorld, rivals


@pytest.fixture
def world(db: None) -> Rivals:
    return rivals()


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours
