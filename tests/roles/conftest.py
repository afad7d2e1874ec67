"""Two rival teams; ours has a draft of each kind of content where a test asks for it."""

import pytest

from roles.models import RoleProfile
from tests.factories import CompetencyFactory, RequirementFactory, RoleProfileFactory
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, publish, rivals

_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours


def other_profile(ours: TeamWorld, key: str) -> RoleProfile:
    """A profile that shares one competency with ours and has one of its own."""
    own = CompetencyFactory(team=ours.team, name=f"Own of {key}")
    publish(own)
    profile = RoleProfileFactory(team=ours.team, key=key, name=f"Profile {key}")
    RequirementFactory(profile=profile, competency=ours.competencies[0], weight="0.25", required_level=5)
    RequirementFactory(profile=profile, competency=own, weight="0.75")
    publish(profile)
    return profile
