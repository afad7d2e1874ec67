"""The page that lays role profiles side by side."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.roles.conftest import other_profile
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals

_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours


def address(ours: TeamWorld) -> str:
    return reverse("role-compare", kwargs={"team": ours.team.key})


def test_page_shows_weights_levels_and_gaps(client: Client, ours: TeamWorld) -> None:
    other_profile(ours, "fde")
    client.force_login(ours.interviewers[0])

    page = client.get(address(ours), {"a": "production_engineer", "b": "fde"}).content.decode()
    page = re.sub(r"[ \n]+", " ", page)

    assert "share 25\u202f% of their demand" in page
    assert "Own of fde" in page
    assert "no default loop" in page


def test_filter_leaves_must_haves_alone(client: Client, ours: TeamWorld) -> None:
    other_profile(ours, "fde")
    client.force_login(ours.recruiter)

    page = client.get(
        address(ours), {"a": "production_engineer", "b": "fde", "show": "must"}
    ).content.decode()

    assert "Debugging acme" in page
    assert "Own of fde" not in page


def test_page_costs_the_same_for_two_profiles_and_for_three(client: Client, ours: TeamWorld) -> None:
    for key in ("fde", "research"):
        other_profile(ours, key)
    client.force_login(ours.recruiter)

    def cost(**chosen: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(ours), chosen).status_code == 200
        return len(queries)

    cost(a="production_engineer", b="fde")
    assert cost(a="production_engineer", b="fde") == cost(a="production_engineer", b="fde", c="research")


def test_page_is_not_there_for_others_and_closed_to_leadership(client: Client, world: Rivals) -> None:
    client.force_login(world.theirs.recruiter)
    assert client.get(address(world.ours)).status_code == 404
    client.force_login(world.ours.leader)
    assert client.get(address(world.ours)).status_code == 403


def test_rival_profiles_cannot_be_chosen(client: Client, world: Rivals) -> None:
    other_profile(world.theirs, "secret")
    client.force_login(world.ours.recruiter)

    page = client.get(address(world.ours), {"a": "production_engineer", "b": "secret"}).content.decode()

    assert "Profile secret" not in page
    assert "Choose a second role" in page
