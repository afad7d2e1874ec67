"""Two rival teams; ours has a draft of each kind of content where a test asks for it."""

import pytest

from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals

_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours
