"""What every page's shell needs: team, rights, navigation."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from accounts.http import team_of
from accounts.models import Membership, Team, User
from accounts.permissions import Permission
from web.navigation import bar
from web.render import context_of

#: A person's teams in the menu; nobody is a member of more.
_MOST_TEAMS = 50


@dataclass(frozen=True)
class Shell:
    """Whose page it is, in which team, and what they may do there."""

    teams: list[Team]
    team: Team | None
    membership: Membership | None

    @property
    def granted(self) -> frozenset[Permission]:
        """What the person may do in the team."""
        return self.membership.permissions if self.membership else frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the bar, as a team's member sees it on one page."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class ShellOnPage:
    """What templates/base.html and all that it includes know besides their page; nothing of it for visitors."""

    team: Team | None = None
    teams: list[Team] = field(default_factory=list)
    membership: Membership | None = None
    #: Whether the person may, by the permission's name.
    can: dict[str, bool] = field(default_factory=dict)
    nav: list[Link] = field(default_factory=list)


def shell_of(request: HttpRequest, user: User) -> Shell:
    """Read the shell of a member's page: the team in the path, else the one last used, else the first. One query."""
    memberships = list(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("team")
        .order_by("team__is_library", "team__name")[:_MOST_TEAMS]
    )
    teams = [row.team for row in memberships]
    team = team_of(request) or _last_used(request, teams)
    membership = next((row for row in memberships if team is not None and row.team_id == team.pk), None)
    return Shell(teams, team, membership)


def current_team(request: HttpRequest) -> Team | None:
    """The team in the path, else the one last used, else the user's only or first ordinary team."""
    team = team_of(request)
    if team is not None or not request.user.is_authenticated:
        return team
    mine = Team.objects.visible_to(request.user).order_by("is_library", "name")[:_MOST_TEAMS]
    return _last_used(request, list(mine))


def _last_used(request: HttpRequest, teams: list[Team]) -> Team | None:
    last = request.session.get("team")
    return next((team for team in teams if team.key == last), teams[0] if teams else None)


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor of templates/base.html. Two queries for members, none for visitors."""
    user = getattr(request, "user", None)
    # The admin has a shell of its own, save on those of its pages that set ``request.team`` to wear ours.
    elsewhere = request.path.startswith(("/admin/", "/api/")) and team_of(request) is None
    if not isinstance(user, User) or elsewhere:
        return context_of(ShellOnPage())
    found = shell_of(request, user)
    return context_of(
        ShellOnPage(
            team=found.team,
            teams=found.teams,
            membership=found.membership,
            can={permission.value: permission in found.granted for permission in Permission},
            nav=_links(request, found),
        )
    )


def _links(request: HttpRequest, found: Shell) -> list[Link]:
    if found.team is None:
        return []
    addresses = [(entry.label, entry.address(found.team)) for entry in bar(found.granted)]
    return [Link(label, url, request.path.startswith(url)) for label, url in addresses]
