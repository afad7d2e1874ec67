"""Tokens: made, shown once, replaced, revoked, gone with the last membership."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.actions import create_token, deactivate_member
from accounts.models import Membership
from tests.api.conftest import ByToken
from tests.worlds import Rivals, TeamWorld

pytestmark = pytest.mark.django_db
PAGE = "/accounts/api-token/"
LOOPS = "/api/v1/loops/"


def ask(token: str) -> int:
    return int(APIClient().get(LOOPS, headers={"Authorization": f"Token {token}"}).status_code)


def test_page_shows_the_token_once_and_stores_a_hash(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.recruiter)
    assert "You have none" in client.get(PAGE).content.decode()

    made = client.post(PAGE, {"intent": "create"})
    secret = made.context["secret"]

    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert ask(secret) == 200
    stored = Token.objects.get(user=ours.recruiter).key
    assert stored not in secret
    assert ask(stored) == 401  # whoever reads the table has nothing
    assert secret not in client.get(PAGE).content.decode()


def test_new_token_replaces_the_old_and_revoking_ends_it(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.recruiter)
    first = create_token(ours.recruiter, by=ours.recruiter)
    second = client.post(PAGE, {"intent": "create"}).context["secret"]
    assert (ask(first), ask(second)) == (401, 200)

    client.post(PAGE, {"intent": "revoke"})

    assert ask(second) == 401


def test_token_page_asks_visitors_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, {"intent": "create"}).status_code == 302
    assert not Token.objects.exists()


def test_menu_leads_to_the_page(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.recruiter)

    assert f'href="{PAGE}"' in client.get(PAGE).content.decode()


def test_deactivated_member_reaches_nothing_and_loses_the_token(ours: TeamWorld, by_token: ByToken) -> None:
    client = by_token(ours.recruiter)
    member = Membership.objects.get(user=ours.recruiter)

    deactivate_member(member, by=ours.admin)

    assert client.get(LOOPS).status_code == 401
    assert not Token.objects.filter(user=ours.recruiter).exists()


def test_member_of_two_teams_keeps_the_token_for_the_other(worlds: Rivals, by_token: ByToken) -> None:
    ours, theirs = worlds.ours, worlds.theirs
    Membership.objects.create(team=theirs.team, user=ours.recruiter, role="recruiter")
    client = by_token(ours.recruiter)

    deactivate_member(Membership.objects.get(user=ours.recruiter, team=ours.team), by=ours.admin)

    rows: Any = client.get(LOOPS).json()
    assert {row["team"] for row in rows["results"]} == {"rival"}


def test_inactive_account_is_refused(ours: TeamWorld, by_token: ByToken) -> None:
    client = by_token(ours.recruiter)
    ours.recruiter.is_active = False
    ours.recruiter.save()

    assert client.get(LOOPS).status_code == 401


def test_command_prints_a_token_that_works(ours: TeamWorld) -> None:
    out = StringIO()
    call_command("api_token", ours.recruiter.email.upper(), stdout=out)
    assert ask(out.getvalue().strip()) == 200

    said = StringIO()
    call_command("api_token", ours.recruiter.email, "--revoke", "--format", "json", stdout=said)
    assert json.loads(said.getvalue()) == {"email": ours.recruiter.email, "revoked": True}
    assert ask(out.getvalue().strip()) == 401


def test_command_refuses_an_unknown_address() -> None:
    with pytest.raises(CommandError, match="No account") as refused:
        call_command("api_token", "nobody@example.org")
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token a b", "Bearer x", "Token \xff", "Token lw_wrong"]
)
def test_malformed_credentials_are_no_sign_in(ours: TeamWorld, header: str) -> None:
    answer: Any = APIClient().get(LOOPS, HTTP_AUTHORIZATION=header)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]
    assert answer["Content-Type"] == "application/problem+json"


def test_session_writes_need_the_csrf_token(ours: TeamWorld) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ours.recruiter)

    answer: Any = client.post("/api/v1/candidates/", {"name": "Forged"}, format="json")

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
