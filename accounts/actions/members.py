"""Who belongs to a team and in which role.

Roles are granted downward only: nobody gives what they do not hold, nobody changes
their own role, and a team keeps at least one team admin.
"""

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.actions.tokens import revoke_token
from accounts.actions.users import create_user, find_user
from accounts.errors import Conflict, InvalidInput
from accounts.models import Membership, Team, User
from accounts.models.teams import is_outsider
from accounts.permissions import Permission, Role, permissions_of
from accounts.signals import member_left


def add_member(
    *,
    team: Team,
    email: str,
    role: str,
    by: User | None,
    name: str = "",
    is_calibrator: bool = False,
    function: str = "",
) -> Membership:
    """Make the person with this address a member; ``name`` is needed if there is no account yet.

    Raises Conflict if the person is a member already (also a deactivated one: reactivate instead).
    """
    _check_role(role)
    _check_grant(role, team=team, by=by)
    user = find_user(email)
    if by is not None and user == by:
        raise Conflict("You cannot give yourself a role. Ask another team admin.")
    known = Membership.objects.filter(team=team, user=user).first() if user is not None else None
    if known is not None:
        raise Conflict(
            f"{user} is a member already."
            if known.is_active
            else f"{user} was a member and has been deactivated. Reactivate that membership instead."
        )
    with audit.recording("member.add", by=by, team=team):
        if user is None:
            if not name.strip():
                problem = ("name", "Nobody has an account with this address yet: write the person's name.")
                raise InvalidInput("A new account needs a name.", problems=[problem])
            user = create_user(email=email, name=name, by=by)
        member = Membership(
            team=team, user=user, role=role, is_calibrator=is_calibrator, function=function.strip()
        )
        refuse_invalid(member)
        member.save()
    return member


def add_outsider(*, team: Team, email: str, name: str, by: User) -> User:
    """Return the account of somebody from outside who scores by a link; made now if there is none.

    The caller has asked for the right to plan interviews. Raises Conflict for an address that has an account of its
    own kind: a link that signs in to that would be a way around its password.
    """
    user = find_user(email)
    if user is not None and not is_outsider(user):
        raise Conflict(f"{user.email} has an account of its own: assign {user}, or have them made a member.")
    with audit.recording("member.add_outsider", by=by, team=team):
        if user is None:
            if not name.strip():
                raise InvalidInput("Write the person's name.", problems=[("name", "Who is it?")])
            user = create_user(email=email, name=name, by=by)
        member, _ = Membership.objects.get_or_create(team=team, user=user, defaults={"role": Role.OUTSIDE})
        if not member.is_active:
            raise Conflict(f"{user} was deactivated by a team admin.")
    return user


def change_role(
    member: Membership,
    *,
    role: str,
    is_calibrator: bool,
    by: User | None,
    function: str | None = None,
    reason: str = "",
) -> Membership:
    """Give a member another role, or the calibrator permission, or take them."""
    _check_role(role)
    with audit.recording("member.change", by=by, team=member.team, reason=reason):
        stored = _locked(member)
        if (role, is_calibrator) != (stored.role, stored.is_calibrator):
            _refuse_own(stored, by)
            _check_grant(role, team=stored.team, by=by)
            _check_grant(stored.role, team=stored.team, by=by)
        if role != Role.ADMIN:
            _keep_an_admin(stored)
        stored.role, stored.is_calibrator = role, is_calibrator
        if function is not None:
            stored.function = function.strip()
        refuse_invalid(stored)
        stored.save(update_fields=["role", "is_calibrator", "function"])
    return stored


def deactivate_member(member: Membership, *, by: User | None, reason: str = "") -> Membership:
    """End a membership: the person's open sessions and tokens reach nothing of the team from now on.

    With the last membership the person's API token goes.
    """
    with audit.recording("member.deactivate", by=by, team=member.team, reason=reason):
        stored = _locked(member)
        _refuse_own(stored, by)
        _check_grant(stored.role, team=stored.team, by=by)
        _keep_an_admin(stored)
        stored.is_active = False
        stored.save(update_fields=["is_active"])
        if not Membership.objects.filter(user=stored.user, is_active=True).exists():
            revoke_token(stored.user, by=by)
        member_left.send(sender=Membership, member=stored, by=by)
    return stored


def reactivate_member(member: Membership, *, by: User | None, reason: str = "") -> Membership:
    """Let a former member back in, in the role they had."""
    with audit.recording("member.reactivate", by=by, team=member.team, reason=reason):
        stored = _locked(member)
        _refuse_own(stored, by)
        _check_grant(stored.role, team=stored.team, by=by)
        stored.is_active = True
        stored.save(update_fields=["is_active"])
    return stored


def _locked(member: Membership) -> Membership:
    """Fetch a membership afresh while nobody else can change the team's members."""
    Team.objects.select_for_update().get(pk=member.team_id)
    return Membership.objects.select_related("team", "user").get(pk=member.pk)


def _check_role(role: str) -> None:
    if role not in Role.values:
        known = ", ".join(Role.values)
        raise InvalidInput(f"There is no role {role!r}.", problems=[("role", f"Choose one of: {known}.")])


def _check_grant(role: str, *, team: Team, by: User | None) -> None:
    """Nobody hands out, changes or takes a role that includes more than their own."""
    if by is None:
        return
    own = Membership.objects.filter(team=team, user=by, is_active=True).first()
    held = own.permissions if own is not None else frozenset()
    if Permission.EDIT_MEMBERS not in held:
        raise Conflict("Only a team admin may change who belongs to the team.")
    if not permissions_of(role, is_calibrator=False) <= held | {Permission.CALIBRATE}:
        raise Conflict(f"Your own role does not include all of {Role(role).label.lower()}.")


def _refuse_own(member: Membership, by: User | None) -> None:
    if by is not None and member.user_id == by.pk:
        raise Conflict("You cannot change your own membership. Ask another team admin.")


def _keep_an_admin(member: Membership) -> None:
    if member.role != Role.ADMIN or not member.is_active:
        return
    others = Membership.objects.filter(team=member.team, role=Role.ADMIN, is_active=True).exclude(
        pk=member.pk
    )
    if not others.exists():
        raise Conflict(
            f"{member.user} is the last team admin of {member.team}. Make somebody else team admin first."
        )
