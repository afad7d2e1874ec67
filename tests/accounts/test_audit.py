"""The trail names person, verb and reason, whoever writes and however."""

import json
from typing import Any

import pghistory.models
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from rest_framework.authtoken.models import Token

from accounts import audit, history
from accounts.actions import add_member, adopt_policy, change_role, create_team, create_user
from accounts.actions.tokens import create_token, revoke_token
from accounts.errors import InvalidInput
from accounts.models import AuditEvent, Membership, Team, TeamPolicy, User
from accounts.permissions import Role
from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Membership:
    return MembershipFactory(role=Role.ADMIN)


def last_facts(row: Any) -> dict[str, Any]:
    event = history.event_model_of(type(row)).objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id").first()
    return event.pgh_context.metadata if event.pgh_context else {}


@pytest.mark.parametrize("way", ["update", "bulk_update", "raw"])
def test_every_way_of_writing_is_recorded_with_its_reason(admin: Membership, way: str) -> None:
    members = [MembershipFactory(team=admin.team) for _ in range(3)]
    with audit.recording("member.import", by=admin.user, team=admin.team, reason="new HR list"):
        rows = Membership.objects.filter(pk__in=[member.pk for member in members])
        if way == "update":
            rows.update(function="sales")
        elif way == "bulk_update":
            for member in members:
                member.function = "sales"
            Membership.objects.bulk_update(members, ["function"])
        else:
            with connection.cursor() as cursor:
                ids = [member.pk for member in members]
                cursor.execute("UPDATE accounts_membership SET function = 'sales' WHERE id = ANY(%s)", [ids])

    for member in members:
        facts = last_facts(member)
        assert (facts["by"], facts["action"], facts["reason"], facts["team"]) == (
            admin.user.email, "member.import", "new HR list", admin.team_id,
        )  # fmt: skip


def test_inner_action_keeps_its_own_name_and_the_outer_one_its_own(admin: Membership) -> None:
    member = add_member(
        team=admin.team, email="n@example.org", name="N", role=Role.INTERVIEWER, by=admin.user
    )

    assert last_facts(member.user)["action"] == "user.create"
    assert last_facts(member.user)["team"] == admin.team_id
    assert last_facts(member)["action"] == "member.add"


def test_two_actions_of_one_request_are_two_entries(admin: Membership) -> None:
    member = MembershipFactory(team=admin.team)
    with pghistory.context(url="/x/"):
        change_role(member, role=Role.RECRUITER, is_calibrator=False, by=admin.user, reason="first")
        adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="second", by=admin.user)

    entries = AuditEvent.objects.filter(metadata__url="/x/").order_by("created_at", "pk")
    assert {(entry.action, entry.reason) for entry in entries} == {
        ("member.change", "first"), ("policy.adopt", "second"),
    }  # fmt: skip


def test_failed_action_leaves_neither_change_nor_entry(admin: Membership) -> None:
    def act() -> None:
        with audit.recording("team.x", by=admin.user, team=admin.team):
            Team.objects.filter(pk=admin.team_id).update(name="half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    admin.team.refresh_from_db()
    assert admin.team.name != "half"
    assert not AuditEvent.objects.filter(metadata__action="team.x").exists()


def test_trail_of_a_rival_is_out_of_sight(admin: Membership) -> None:
    rival = MembershipFactory(role=Role.ADMIN)
    adopt_policy(team=rival.team, values={"kappa": 0.4}, reason="r", by=rival.user)
    adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="own", by=admin.user)

    assert [entry.reason for entry in AuditEvent.objects.visible_to(admin.user)] == ["own"]
    for role in (Role.RECRUITER, Role.INTERVIEWER, Role.LEADERSHIP, Role.HIRING_MANAGER):
        insider = MembershipFactory(team=admin.team, role=role)
        assert not AuditEvent.objects.visible_to(insider.user).exists()


def test_admin_reads_of_the_team_itself_and_of_its_members_accounts() -> None:
    """Entries that belong to no team: how a team came to be, accounts, API tokens."""
    # First: within one transaction, what no action records joins the entry before it.
    rival = MembershipFactory(role=Role.ADMIN)
    boss = create_user(email="boss@example.org", name="Boss", by=None)
    team = create_team(key="new", name="New", by=None, admin=boss)
    create_token(boss, by=boss)
    create_token(rival.user, by=rival.user)
    revoke_token(boss, by=boss)

    seen = AuditEvent.objects.visible_to(boss)

    assert sorted(entry.action for entry in seen) == [
        "api_token.create", "api_token.revoke", "member.add", "team.create", "user.create",
    ]  # fmt: skip
    assert not {entry.pk for entry in seen} & {e.pk for e in AuditEvent.objects.visible_to(rival.user)}
    # What another team's admin did about a person stays that team's.
    add_member(team=rival.team, email="second@example.org", name="S", role=Role.INTERVIEWER, by=rival.user)
    add_member(team=team, email="second@example.org", role=Role.INTERVIEWER, by=boss)
    assert rival.user.email not in {entry.by for entry in AuditEvent.objects.visible_to(boss)}


def test_token_itself_is_not_in_the_trail() -> None:
    user = UserFactory()
    secret = create_token(user, by=user)
    (event,) = history.event_model_of(User).objects.filter(pgh_context__metadata__action="api_token.create")
    assert event.api_token_at is not None
    key = Token.objects.get(user=user).key
    assert not any(text in str(event.__dict__) for text in (secret, key))
    revoke_token(user, by=user)
    user.refresh_from_db()
    assert user.api_token_at is None


def test_changes_of_an_action_show_values_before_and_after(admin: Membership) -> None:
    member = MembershipFactory(team=admin.team, role=Role.INTERVIEWER)
    change_role(member, role=Role.RECRUITER, is_calibrator=True, by=admin.user)
    entry = AuditEvent.objects.get(metadata__action="member.change")

    (change,) = history.changes_of(entry.pk)

    assert change.verb == "Changed"
    assert set(change.fields) == {("role", "interviewer", "recruiter"), ("calibrator", "no", "yes")}


def test_changes_of_an_action_take_one_query(admin: Membership, django_assert_num_queries: Any) -> None:
    adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="own", by=admin.user)
    entry = AuditEvent.objects.get()
    with django_assert_num_queries(1):
        history.changes_of(entry.pk)


def test_scorecards_values_are_not_in_the_trail(admin: Membership) -> None:
    from hiring.scoring.models import Rating, Scorecard

    assert history.hides_values(Scorecard)
    assert history.hides_values(Rating)
    assert not history.hides_values(Team)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"share_rating": 0.6}, "share_rating"),
        ({"band_unlikely": 0.9}, "band_likely"),
        ({"target_reliability": 1.0}, "target_reliability"),
        ({"single_rating_reliability": 0.0}, "single_rating_reliability"),
        ({"weight_controlled": 0.9}, "weight_production"),
        ({"suppress_under": 2}, "suppress_under"),
        ({"retention_days": 30}, "retention_days"),
        ({"kappa": float("nan")}, "kappa"),
        ({"transfer": 1.5}, "transfer"),
        ({"blind_mode": "never"}, "blind_mode"),
        ({"version": 9}, "version"),
    ],
)
def test_policy_that_cannot_be_is_refused_by_field(
    admin: Membership, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        adopt_policy(team=admin.team, values=values, reason="try", by=admin.user)

    assert field in [name for name, _ in refusal.value.problems]
    assert not TeamPolicy.objects.exists()


def test_policy_needs_a_reason_and_a_change(admin: Membership) -> None:
    with pytest.raises(InvalidInput):
        adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="  ", by=admin.user)
    with pytest.raises(InvalidInput, match="Nothing would change"):
        adopt_policy(team=admin.team, values={"kappa": 0.5}, reason="same", by=admin.user)


def test_adopted_policy_carries_the_rest_over_and_never_changes(admin: Membership) -> None:
    adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="a", by=admin.user)
    second = adopt_policy(team=admin.team, values={"transfer": 0.3}, reason="b", by=admin.user)

    assert (second.version, second.kappa, second.transfer) == (2, 0.4, 0.3)
    with pytest.raises(DatabaseError), transaction.atomic():
        TeamPolicy.objects.filter(pk=second.pk).update(kappa=0.1)
    assert TeamPolicy.objects.current_for(TeamFactory().pk).version == 0


def test_create_team_makes_team_and_admin(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_team", "acme", "Acme", "--admin", "ada@example.org", "--format", "json")

    facts = json.loads(capsys.readouterr().out)
    assert facts == {"team": "acme", "name": "Acme", "admin": "ada@example.org", "account_created": True}
    assert Membership.objects.get().role == Role.ADMIN


@pytest.mark.parametrize(
    ("key", "email", "words"),
    [
        ("Ac me", "ada@example.org", "key"),
        ("acme", "no-address", "email"),
        ("taken", "ada@example.org", "key"),
    ],
)
def test_create_team_with_bad_input_writes_nothing(key: str, email: str, words: str) -> None:
    TeamFactory(key="taken")
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("create_team", key, "Acme", "--admin", email)

    assert refusal.value.returncode == 2
    assert (Team.objects.count(), User.objects.count()) == (1, 0)


def test_request_without_an_action_still_names_the_person(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    client.post("/accounts/password/change/", {"oldpassword": "x", "password1": "y", "password2": "z"})
    with pghistory.context(url="/form/", user=user.pk, by=user.email):
        Team.objects.create(key="t", name="T")

    assert last_facts(Team.objects.get(key="t"))["by"] == user.email
