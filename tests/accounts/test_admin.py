"""The admin shows and changes one's own teams only."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import adopt_policy, change_role, rename_team
from accounts.models import AuditEvent, Membership, Team, TeamPolicy
from accounts.permissions import Role
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

LISTS = [
    "accounts_team",
    "accounts_membership",
    "accounts_user",
    "accounts_teampolicy",
    "accounts_auditevent",
]


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def admin() -> Membership:
    return MembershipFactory(role=Role.ADMIN, user__name="Ada Admin", team__name="Acme")


@pytest.fixture
def rival() -> Membership:
    return MembershipFactory(role=Role.ADMIN, user__name="CANARY-Rival", team__name="CANARY-Team")


@pytest.fixture
def signed_in(client: Client, admin: Membership) -> Client:
    client.force_login(admin.user)
    return client


@pytest.mark.parametrize("page", LISTS)
def test_list_shows_own_team_and_nothing_of_a_rival(
    signed_in: Client, admin: Membership, rival: Membership, page: str
) -> None:
    adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="own reason", by=admin.user)
    adopt_policy(team=rival.team, values={"kappa": 0.4}, reason="CANARY reason", by=rival.user)

    answer = signed_in.get(address(f"{page}_changelist"))

    assert answer.status_code == 200
    assert b"CANARY" not in answer.content
    own = {
        "accounts_team": "Acme",
        "accounts_teampolicy": "own reason",
        "accounts_auditevent": "policy.adopt",
    }
    assert own.get(page, "Ada Admin") in answer.content.decode()


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.LEADERSHIP])
def test_list_is_closed_to_other_roles(client: Client, page: str, role: str) -> None:
    client.force_login(MembershipFactory(role=role, is_calibrator=True).user)

    assert client.get(address(f"{page}_changelist")).status_code in {302, 403}


def test_recruiter_sees_people_but_neither_members_nor_audit(client: Client) -> None:
    client.force_login(MembershipFactory(role=Role.RECRUITER).user)

    codes = [client.get(address(f"{page}_changelist")).status_code for page in LISTS]

    assert codes == [403, 403, 200, 403, 403]


def test_rows_of_a_rival_do_not_exist(signed_in: Client, rival: Membership) -> None:
    policy = adopt_policy(team=rival.team, values={"kappa": 0.4}, reason="r", by=rival.user)
    entry = AuditEvent.objects.filter(metadata__team=rival.team_id).first()
    assert entry is not None
    for name, pk in (
        ("accounts_team", rival.team_id),
        ("accounts_membership", rival.pk),
        ("accounts_user", rival.user_id),
        ("accounts_teampolicy", policy.pk),
        ("accounts_auditevent", entry.pk),
    ):
        for view in ("change", "history"):
            answer = signed_in.get(address(f"{name}_{view}", pk), follow=True)
            assert b"CANARY" not in answer.content, (name, view)
    assert signed_in.get(address("accounts_membership_deactivate", rival.pk)).status_code == 403
    rival.refresh_from_db()
    assert rival.is_active


@pytest.mark.parametrize("page", LISTS)
def test_list_takes_the_same_number_of_queries_at_one_and_three_rows(
    signed_in: Client, admin: Membership, page: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    adopt_policy(team=admin.team, values={"kappa": 0.4}, reason="r", by=admin.user)
    signed_in.get(address(f"{page}_changelist"))
    with CaptureQueriesContext(connection) as before:
        signed_in.get(address(f"{page}_changelist"))
    for n in range(3):
        MembershipFactory(team=admin.team)
        adopt_policy(team=admin.team, values={"kappa": 0.1 + n / 10}, reason="r", by=admin.user)
    with CaptureQueriesContext(connection) as after:
        signed_in.get(address(f"{page}_changelist"))

    assert len(after) == len(before)
    assert len(after) < 16


def test_member_is_added_by_address(signed_in: Client, admin: Membership) -> None:
    answer = signed_in.post(
        address("accounts_membership_add"),
        {"email": "new@example.org", "name": "New Person", "role": Role.RECRUITER, "function": ""},
        follow=True,
    )

    assert "Forgot your password" in answer.content.decode()
    member = Membership.objects.get(user__email="new@example.org")
    assert (member.team, member.role) == (admin.team, Role.RECRUITER)


def test_refusal_is_shown_in_the_form_with_what_was_typed(signed_in: Client, admin: Membership) -> None:
    answer = signed_in.post(
        address("accounts_membership_add"),
        {"email": "new@example.org", "name": "", "role": Role.RECRUITER, "function": "Design team"},
    )

    assert answer.status_code == 200
    html = answer.content.decode()
    assert "write the person&#x27;s name" in html
    assert "Design team" in html
    assert Membership.objects.filter(team=admin.team).count() == 1


def test_team_admin_cannot_change_own_role_in_the_form(signed_in: Client, admin: Membership) -> None:
    MembershipFactory(team=admin.team, role=Role.ADMIN)
    answer = signed_in.post(
        address("accounts_membership_change", admin.pk),
        {"role": Role.ADMIN, "is_calibrator": "on", "function": ""},
    )

    assert "your own membership" in answer.content.decode()
    admin.refresh_from_db()
    assert not admin.is_calibrator


def test_member_of_another_team_cannot_be_made_by_naming_the_team(
    signed_in: Client, rival: Membership
) -> None:
    signed_in.post(
        address("accounts_membership_add"),
        {
            "team": rival.team_id,
            "email": "spy@example.org",
            "name": "Spy",
            "role": Role.ADMIN,
            "function": "",
        },
    )

    assert not Membership.objects.filter(team=rival.team, user__email="spy@example.org").exists()


def test_admin_of_two_teams_is_asked_which(signed_in: Client, admin: Membership, rival: Membership) -> None:
    second = MembershipFactory(user=admin.user, role=Role.ADMIN).team
    html = signed_in.get(address("accounts_membership_add")).content.decode()
    assert second.name in html
    assert rival.team.name not in html

    form = {
        "team": second.pk,
        "email": "n@example.org",
        "name": "N",
        "role": Role.INTERVIEWER,
        "function": "",
    }
    signed_in.post(address("accounts_membership_add"), form)

    assert Membership.objects.get(user__email="n@example.org").team == second


def test_member_is_deactivated_and_brought_back(signed_in: Client, admin: Membership) -> None:
    member = MembershipFactory(team=admin.team)
    signed_in.post(address("accounts_membership_deactivate", member.pk))
    member.refresh_from_db()
    assert not member.is_active

    signed_in.post(address("accounts_membership_reactivate", member.pk))
    member.refresh_from_db()
    assert member.is_active


def test_policy_form_starts_from_the_values_in_force_and_adopts(signed_in: Client, admin: Membership) -> None:
    adopt_policy(team=admin.team, values={"kappa": 0.75}, reason="r", by=admin.user)
    page = signed_in.get(address("accounts_teampolicy_add"))
    initial = page.context["adminform"].form.initial
    assert initial["kappa"] == 0.75

    form = {name: value for name, value in initial.items() if name != "team"} | {
        "transfer": 0.4,
        "reason": "Pilot",
    }
    signed_in.post(address("accounts_teampolicy_add"), form)

    policy = TeamPolicy.objects.current_for(admin.team_id)
    assert (policy.version, policy.kappa, policy.transfer, policy.adopted_by) == (2, 0.75, 0.4, admin.user)


def test_policy_with_shares_that_do_not_add_up_is_refused_in_words(
    signed_in: Client, admin: Membership
) -> None:
    initial = signed_in.get(address("accounts_teampolicy_add")).context["adminform"].form.initial

    answer = signed_in.post(
        address("accounts_teampolicy_add"), initial | {"share_rating": 0.9, "reason": "x"}
    )

    assert "must add up to 1" in answer.content.decode()
    assert not TeamPolicy.objects.exists()


def test_audit_entry_says_who_what_why(signed_in: Client, admin: Membership) -> None:
    member = MembershipFactory(team=admin.team, role=Role.INTERVIEWER)
    change_role(member, role=Role.RECRUITER, is_calibrator=False, by=admin.user, reason="moved to hiring")
    entry = AuditEvent.objects.get(metadata__action="member.change")

    listing = signed_in.get(address("accounts_auditevent_changelist")).content.decode()
    page = signed_in.get(address("accounts_auditevent_change", entry.pk)).content.decode()

    assert "moved to hiring" in listing
    assert admin.user.email in listing
    assert "<del>interviewer</del> → recruiter" in page


def test_audit_filters_by_person_and_kind(signed_in: Client, admin: Membership) -> None:
    rename_team(admin.team, name="Acme Two", by=admin.user)
    adopt_policy(
        team=admin.team, values={"kappa": 0.4}, reason="CANARY", by=MembershipFactory(team=admin.team).user
    )
    listing = address("accounts_auditevent_changelist")

    assert b"CANARY" in signed_in.get(listing).content
    assert b"CANARY" not in signed_in.get(listing, {"person": admin.user_id}).content
    assert b"CANARY" not in signed_in.get(listing, {"kind": "team"}).content
    assert b"team.rename" in signed_in.get(listing, {"kind": "team", "person": admin.user_id}).content


def test_history_of_a_row_shows_raw_writes_too(signed_in: Client, admin: Membership) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_team SET name = 'By hand' WHERE id = %s", [admin.team_id])

    html = signed_in.get(address("accounts_team_history", admin.team_id)).content.decode()

    assert "<del>Acme</del> → By hand" in html
    assert "outside the product" in html


def test_nothing_can_be_deleted_in_the_admin(signed_in: Client, admin: Membership) -> None:
    member = MembershipFactory(team=admin.team)
    for name, pk in (("accounts_team", admin.team_id), ("accounts_membership", member.pk)):
        assert signed_in.post(address(f"{name}_delete", pk), {"post": "yes"}).status_code == 403
        signed_in.post(
            address(f"{name}_changelist"),
            {"action": "delete_selected", "_selected_action": pk, "post": "yes"},
        )
    assert Team.objects.filter(pk=admin.team_id).exists()
    assert Membership.objects.filter(pk=member.pk).exists()
