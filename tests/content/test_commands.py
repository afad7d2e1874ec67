"""Versions named on the command line."""

import pytest

from accounts.errors import InvalidInput
from content.commands import find_version
from roles.models import RoleProfile
from tests.standing import standing
from tests.worlds import TeamWorld, team_world

pytestmark = pytest.mark.django_db


_built, ours = standing(team_world)


def test_version_is_found_by_key_and_number(ours: TeamWorld) -> None:
    found = find_version(RoleProfile.objects.all(), f"{ours.profile.key}@1", ours.team, "role profile")

    assert found == ours.profile


@pytest.mark.parametrize("odd", ["²", "one", "--1", "1.5", "9" * 40])
def test_odd_version_is_refused_in_words(ours: TeamWorld, odd: str) -> None:
    with pytest.raises(InvalidInput):
        find_version(RoleProfile.objects.all(), f"{ours.profile.key}@{odd}", ours.team, "role profile")
