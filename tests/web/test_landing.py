"""Where people land after signing in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team
from tests.factories import TeamFactory
from tests.standing import standing
from tests.worlds import TeamWorld, our_world

pytestmark = pytest.mark.django_db


_built, ours = standing(our_world)


def landing(client: Client, user: object) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    return client.get("/").headers.get("Location", "")


def page(name: str, team: Team) -> str:
    return reverse(name, kwargs={"team": team.key})


def test_interviewers_land_on_their_interviews(client: Client, ours: TeamWorld) -> None:
    assert landing(client, ours.interviewers[0]) == page("interviews", ours.team)


def test_recruiter_who_scores_nothing_lands_on_debriefs(client: Client, ours: TeamWorld) -> None:
    assert landing(client, ours.recruiter) == page("debriefs", ours.team)


def test_leader_lands_on_the_dashboard(client: Client, ours: TeamWorld) -> None:
    assert landing(client, ours.members["leader"]) == page("dashboard", ours.team)


def test_new_team_starts_with_a_loop(client: Client, ours: TeamWorld) -> None:
    Membership.objects.filter(user=ours.admin).update(team=TeamFactory())

    assert landing(client, ours.admin) == reverse("admin:loops_loop_add")


def test_person_without_a_team_is_told_what_to_do(client: Client, ours: TeamWorld) -> None:
    Membership.objects.filter(user=ours.interviewers[0]).update(is_active=False)
    client.force_login(ours.interviewers[0])

    answer = client.get("/")

    assert answer.status_code == 200
    assert "You are in no team yet" in answer.content.decode()
    assert f"/t/{ours.team.key}/" not in answer.content.decode()
