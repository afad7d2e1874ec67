"""The shell around every page: team, teams, navigation."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def member_of_two() -> User:
    user: User = MembershipFactory(team=TeamFactory(key="harbour", name="Harbour Labs")).user
    MembershipFactory(user=user, team=TeamFactory(key="quay", name="Quay Systems", is_synthetic=True))
    return user


def test_member_of_two_teams_switches_between_them(client: Client, member_of_two: User) -> None:
    client.force_login(member_of_two, backend=BACKEND)
    html = client.get(reverse("mfa_index")).content.decode()
    assert 'href="/t/harbour/" aria-current="true"' in html
    assert 'href="/t/quay/"' in html
    assert "Synthetic data" not in html

    assert client.get("/t/quay/").status_code == 302

    html = client.get(reverse("mfa_index")).content.decode()
    assert 'href="/t/quay/" aria-current="true"' in html
    assert "Quay Systems · " in html
    assert "Synthetic data" in html


def test_outsider_cannot_switch_to_a_team(client: Client, member_of_two: User) -> None:
    TeamFactory(key="rival")
    client.force_login(member_of_two, backend=BACKEND)

    assert client.get("/t/rival/").status_code == 404


def test_current_page_is_marked_in_both_navigations(client: Client) -> None:
    member = MembershipFactory(role="interviewer")
    client.force_login(member.user, backend=BACKEND)

    html = client.get(f"/t/{member.team.key}/interviews/").content.decode()

    marked = re.findall(r'href="/t/[^"]*/interviews/" aria-current="page"', html)
    assert len(marked) == 2
