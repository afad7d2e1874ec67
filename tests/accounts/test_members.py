"""Who may belong to a team, who decides, and how soon it counts."""

import pytest
from django.test import Client

from accounts.access import has_permission, require
from accounts.actions import add_member, change_role, create_team, deactivate_member, reactivate_member
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Membership, Team, User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role, permissions_of
from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

P = Permission
# Written out by hand, so that a change of the table is a change here too.
TABLE: dict[str, set[Permission]] = {
    Role.ADMIN: set(P) - {P.CALIBRATE},
    Role.RECRUITER: {
        P.VIEW_CONTENT, P.EDIT_CONTENT, P.EDIT_LOOPS, P.VIEW_PIPELINE, P.EDIT_PIPELINE, P.SCORE, P.READ_PANEL,
        P.VIEW_DEBRIEF, P.FORCE_DEBRIEF, P.REVIEW_OUTCOME, P.VIEW_DASHBOARD, P.VIEW_REPORTS,
    },
    Role.HIRING_MANAGER: {
        P.VIEW_CONTENT, P.EDIT_LOOPS, P.VIEW_PIPELINE, P.SCORE, P.READ_PANEL, P.VIEW_DEBRIEF, P.FORCE_DEBRIEF, P.DECIDE,
        P.REVIEW_OUTCOME, P.VIEW_DASHBOARD, P.VIEW_REPORTS,
    },
    Role.INTERVIEWER: {P.VIEW_CONTENT, P.SCORE, P.READ_PANEL},
    Role.LEADERSHIP: {P.VIEW_DASHBOARD, P.VIEW_REPORTS},
    Role.OUTSIDE: {P.SCORE},
}  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("permission", list(Permission))
def test_role_grants_what_the_table_says(role: str, permission: Permission) -> None:
    member = MembershipFactory(role=role)

    assert has_permission(member.user, permission, team=member.team) is (permission in TABLE[role])


def test_calibrator_adds_one_permission_to_any_role() -> None:
    for role in ROLE_PERMISSIONS:
        extra = permissions_of(role, is_calibrator=True) - permissions_of(role, is_calibrator=False)
        assert extra == {P.CALIBRATE}


def test_no_role_reaches_another_team() -> None:
    rival = TeamFactory()
    for role in Role.values:
        member = MembershipFactory(role=role, is_calibrator=True)
        assert not any(has_permission(member.user, permission, team=rival) for permission in P)


def test_operator_without_membership_holds_nothing() -> None:
    operator = User.objects.create_superuser("op@example.org", name="Op")

    assert not any(has_permission(operator, permission, team=TeamFactory()) for permission in P)


@pytest.fixture
def admin() -> Membership:
    return MembershipFactory(role=Role.ADMIN)


def test_add_member_creates_the_account_once(admin: Membership) -> None:
    first = add_member(
        team=admin.team, email="New@Example.org", name="New", role=Role.INTERVIEWER, by=admin.user
    )
    elsewhere = TeamFactory()
    second = add_member(team=elsewhere, email="new@example.org", role=Role.RECRUITER, by=None)

    assert first.user == second.user
    assert not first.user.has_usable_password()


def test_add_member_without_account_asks_for_a_name(admin: Membership) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_member(team=admin.team, email="new@example.org", role=Role.INTERVIEWER, by=admin.user)

    assert refusal.value.problems[0][0] == "name"
    assert not User.objects.filter(email="new@example.org").exists()


def test_add_member_twice_is_refused(admin: Membership) -> None:
    member = MembershipFactory(team=admin.team)
    with pytest.raises(Conflict, match="already"):
        add_member(team=admin.team, email=member.user.email.upper(), role=Role.RECRUITER, by=admin.user)
    deactivate_member(member, by=admin.user)
    with pytest.raises(Conflict, match="Reactivate"):
        add_member(team=admin.team, email=member.user.email, role=Role.RECRUITER, by=admin.user)


@pytest.mark.parametrize("granter", Role.values)
@pytest.mark.parametrize("granted", Role.values)
def test_only_team_admins_grant_roles(granter: str, granted: str) -> None:
    by = MembershipFactory(role=granter)
    MembershipFactory(team=by.team, role=Role.ADMIN)
    person = UserFactory()

    if granter == Role.ADMIN:
        assert add_member(team=by.team, email=person.email, role=granted, by=by.user).role == granted
    else:
        with pytest.raises(Conflict):
            add_member(team=by.team, email=person.email, role=granted, by=by.user)
        assert not Membership.objects.filter(user=person).exists()


def test_admin_of_another_team_grants_nothing(admin: Membership) -> None:
    rival = TeamFactory()
    with pytest.raises(Conflict):
        add_member(team=rival, email=UserFactory().email, role=Role.INTERVIEWER, by=admin.user)


def test_nobody_changes_their_own_membership(admin: Membership) -> None:
    MembershipFactory(team=admin.team, role=Role.ADMIN)
    for change in (
        lambda: change_role(admin, role=Role.RECRUITER, is_calibrator=False, by=admin.user),
        lambda: change_role(admin, role=Role.ADMIN, is_calibrator=True, by=admin.user),
        lambda: deactivate_member(admin, by=admin.user),
    ):
        with pytest.raises(Conflict, match="your own"):
            change()
    # Where the person works is not a right.
    assert (
        change_role(admin, role=Role.ADMIN, is_calibrator=False, function="Ops", by=admin.user).function
        == "Ops"
    )


def test_last_team_admin_stays(admin: Membership) -> None:
    other = MembershipFactory(team=admin.team, role=Role.ADMIN)
    deactivate_member(other, by=admin.user)

    with pytest.raises(Conflict, match="last team admin"):
        deactivate_member(admin, by=None)
    with pytest.raises(Conflict, match="last team admin"):
        change_role(admin, role=Role.RECRUITER, is_calibrator=False, by=None)


def test_stale_copy_of_a_member_does_not_bring_back_an_old_role(admin: Membership) -> None:
    member = MembershipFactory(team=admin.team, role=Role.INTERVIEWER)
    stale = Membership.objects.get(pk=member.pk)
    change_role(member, role=Role.RECRUITER, is_calibrator=False, by=admin.user)

    deactivate_member(stale, by=admin.user)

    member.refresh_from_db()
    assert (member.role, member.is_active) == (Role.RECRUITER, False)


def test_taken_right_counts_at_once_for_a_user_object_in_hand(admin: Membership) -> None:
    member = MembershipFactory(team=admin.team, role=Role.RECRUITER)
    assert has_permission(member.user, P.EDIT_LOOPS, team=admin.team)

    change_role(member, role=Role.INTERVIEWER, is_calibrator=False, by=admin.user)
    assert not has_permission(member.user, P.EDIT_LOOPS, team=admin.team)
    deactivate_member(member, by=admin.user)
    assert not has_permission(member.user, P.SCORE, team=admin.team)
    reactivate_member(member, by=admin.user)
    assert has_permission(member.user, P.SCORE, team=admin.team)


def test_deactivated_members_open_session_reaches_nothing(admin: Membership, client: Client) -> None:
    from jobs.models import Job

    member = MembershipFactory(team=admin.team, role=Role.RECRUITER)
    job = Job.objects.create(team=admin.team, kind="x", unique_key="x", requested_by=member.user)
    client.force_login(member.user)
    address = f"/t/{admin.team.key}/jobs/{job.pk}/"
    assert client.get(address).status_code == 200

    deactivate_member(member, by=admin.user)

    assert client.get(address).status_code == 404
    assert client.get("/admin/").status_code != 200


def test_require_hides_from_outsiders_and_refuses_insiders(admin: Membership) -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    insider = MembershipFactory(team=admin.team, role=Role.INTERVIEWER)
    with pytest.raises(Http404):
        require(UserFactory(), P.EDIT_LOOPS, team=admin.team)
    with pytest.raises(PermissionDenied):
        require(insider.user, P.EDIT_LOOPS, team=admin.team)
    require(admin.user, P.EDIT_LOOPS, team=admin.team)


@pytest.mark.parametrize("key", ["", "Acme", "a b", "../x", "acme"])
def test_create_team_refuses_keys_that_cannot_be_had(key: str) -> None:
    Team.objects.create(key="acme", name="Acme")

    with pytest.raises(InvalidInput) as refusal:
        create_team(key=key, name="New", by=None)

    assert refusal.value.problems[0][0] == "key"


def test_refused_action_changes_nothing(admin: Membership) -> None:
    member = MembershipFactory(team=admin.team)
    with pytest.raises(ActionError):
        change_role(member, role="emperor", is_calibrator=True, by=admin.user)

    member.refresh_from_db()
    assert (member.role, member.is_calibrator) == (Role.INTERVIEWER, False)
