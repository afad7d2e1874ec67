"""Where a new loop begins: empty, or from a template of the library."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.admin.refusals import person, show_refusal
from accounts.errors import ActionError
from accounts.http import set_team
from accounts.models import Team, TeamPolicy
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from loops import actions
from loops.builder.forms import NewLoop, read
from loops.coverage import gap_of_plan
from loops.gaps import LoopGap
from loops.models import Loop
from loops.plans import plan_of
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from web.context import current_team
from web.render import render_page

# A page shows so many at most.
MOST_TEMPLATES = 60


@dataclass(frozen=True, slots=True)
class Template:
    """A loop of the library with its gap under the chosen team's policy."""

    loop: Loop
    gap: LoopGap
    stages: int
    questions: int

    @property
    def bound(self) -> float | None:
        """What no loop of the library's questions in the same time goes below, as its author found it."""
        found = self.loop.expected_gap.get("bound")
        return None if found is None else float(found)


@dataclass(frozen=True, slots=True)
class RoleTemplates:
    """The templates of one role, longest first."""

    role: str
    templates: list[Template]


@dataclass(frozen=True)
class StartPage:
    """Both ways to begin in the chosen team, one of those in which the person builds loops."""

    teams_to_build_in: list[Team]
    chosen: Team
    profiles: QuerySet[RoleProfile]
    roles: list[RoleTemplates]
    #: The role whose templates are shown alone; empty for all.
    wanted: str
    all_roles: list[str]

    @property
    def templates(self) -> int:
        """How many there are."""
        return sum(len(role.templates) for role in self.roles)

    @property
    def start_url(self) -> str:
        """Where an empty loop is asked for, and another team chosen."""
        return reverse("admin:loops_loop_add")


def start(request: HttpRequest) -> HttpResponse:
    """Show both ways to begin; POST begins empty. The admin has checked that the person builds loops."""
    teams = _teams(request)
    team = _chosen(request, teams)
    if request.method == "POST":
        return _create(request, team)
    set_team(request, team)  # the shell of the ordinary pages
    profiles = RoleProfile.objects.latest_published().filter(team=team).order_by("name")[:100]
    roles = _templates(team)
    wanted = request.GET.get("role", "")
    shown = [role for role in roles if role.role == wanted]
    page = StartPage(
        teams, team, profiles, shown or roles, wanted if shown else "", [role.role for role in roles]
    )
    return render_page(request, "loops/start.html", page)


def _create(request: HttpRequest, team: Team) -> HttpResponse:
    profiles = RoleProfile.objects.filter(team=team)
    try:
        form = read(NewLoop(request.POST))
        profile = get_object_or_404(profiles, pk=form.cleaned_data["profile"])
        loop = actions.create_loop(
            team=team,
            profile=profile,
            name=request.POST.get("name", ""),
            budget_minutes=request.POST.get("budget_minutes"),
            by=person(request),
        )
    except ActionError as error:
        show_refusal(request, error)
        return redirect(f"{reverse('admin:loops_loop_add')}?team={team.key}")
    messages.success(request, f"{loop} is a draft. Add its first stage.")
    return redirect("admin:loops_loop_builder", loop.pk)


def _teams(request: HttpRequest) -> list[Team]:
    ids = team_ids_with(person(request), Permission.EDIT_LOOPS)
    return list(Team.objects.filter(pk__in=ids).order_by("is_library", "name")[:100])


def _chosen(request: HttpRequest, teams: list[Team]) -> Team:
    """The team asked for, else the one at hand, else the first."""
    values = request.POST if request.method == "POST" else request.GET
    wanted = values.get("team", "")
    if wanted:
        for team in teams:
            if team.key == wanted:
                return team
        raise Http404
    own = current_team(request)
    return next((team for team in teams if own is not None and team.pk == own.pk), teams[0])


def _templates(team: Team) -> list[RoleTemplates]:
    """Published loops of the library by role, longest first; a contrast loop comes last."""
    rows = Loop.objects.latest_published().filter(team__is_library=True).with_plan()
    policy = TeamPolicy.objects.current_for(team.pk)
    leaks = QuestionExposure.objects.leaks_in(team.pk)
    found = []
    for loop in rows.order_by("profile__name", "name")[:MOST_TEMPLATES]:
        plan = plan_of(loop, leaks=leaks)
        found.append(
            Template(
                loop=loop,
                gap=gap_of_plan(plan, policy=policy, with_warnings=False),
                stages=len(plan.stages),
                questions=sum(len(stage.questions) for stage in plan.stages),
            )
        )
    found.sort(key=lambda row: (row.loop.profile.name, row.loop.contrast, -row.gap.minutes))
    return [
        RoleTemplates(role, list(rows)) for role, rows in groupby(found, lambda row: row.loop.profile.name)
    ]
