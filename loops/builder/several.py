"""Several roles at once: a loop for each, how many interviews they share, and what sharing costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.access import has_permission
from accounts.admin.refusals import person, show_refusal
from accounts.errors import ActionError
from accounts.http import set_team
from accounts.inputs import row_id, whole_number
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from jobs.views import JobPage
from loops.builder.jobs import job_of
from loops.builder.wishes import WishesForm, query_of, understood
from loops.designing import store
from loops.designing.answers import Answer
from loops.designing.several import FEWEST_ROLES, MOST_ROLES, SeveralAnswer, Sharing, session_of
from loops.designing.wishes import Wishes
from loops.lint import most_minutes
from loops.models import LoopDesign
from loops.shapes import as_json
from roles.models import RoleProfile
from web.render import render_page

_MOST_PROFILES = 100


@dataclass(frozen=True)
class RoleChoice:
    """A role that may be designed for, and whether it is."""

    profile: RoleProfile
    chosen: bool


@dataclass(frozen=True)
class SharedStage:
    """A stage of a role's loop; ``shared`` where every role's loop holds it."""

    name: str
    minutes: int
    interviewers: int
    shared: bool


@dataclass(frozen=True)
class RoleLoop:
    """One role's loop, and by how much its gap is larger than that of the best for it alone."""

    profile: RoleProfile
    found: Answer
    cost: float
    stages: list[SharedStage]

    @property
    def stages_json(self) -> str:
        """The stages as a form sends them."""
        return as_json(self.found.shape)


@dataclass(frozen=True)
class SharingRow:
    """A number of shared sessions in the table of what sharing costs, and the address that shows its loops."""

    sharing: Sharing
    costs: list[float]
    url: str
    is_shown: bool

    @property
    def mean_cost(self) -> float:
        """What sharing costs the mean gap."""
        return sum(self.costs) / len(self.costs)


@dataclass(frozen=True)
class SeveralPage:
    """Roles, wishes, and what came of them."""

    profile: RoleProfile
    profiles: list[RoleProfile]
    choices: list[RoleChoice]
    wishes: Wishes
    found: SeveralAnswer | None
    design: LoopDesign | None
    job: JobPage | None
    may_ask: bool
    query: str
    shown: int

    @property
    def enough(self) -> bool:
        """Whether there are as many roles as sharing takes."""
        return FEWEST_ROLES <= len(self.profiles) <= MOST_ROLES

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Roles and wishes as hidden fields of a form."""
        return [(name, value) for name, values in QueryDict(self.query).lists() for value in values]

    @property
    def wish_fields(self) -> list[tuple[str, str]]:
        """The wishes that this page does not ask for."""
        asked = ("profile", "role", "minutes", "hours")
        return [(name, value) for name, value in self.fields if name not in asked]

    @property
    def hours_wished(self) -> str:
        """Interviewers' hours as the form shows them."""
        wished = self.wishes.interviewer_minutes
        return "" if wished is None else f"{wished / 60:g}"

    @property
    def rows(self) -> list[SharingRow]:
        """What sharing costs, by number of shared sessions."""
        sharings = self.found.sharings if self.found else ()
        return [
            SharingRow(
                each,
                [loop.gap - alone.gap for loop, alone in zip(each.loops, sharings[0].loops, strict=True)],
                f"?{self.query}&shared={each.least}#loops",
                each.least == self.shown,
            )
            for each in sharings
        ]

    @cached_property
    def _row(self) -> SharingRow | None:
        return next((row for row in self.rows if row.is_shown), None)

    @property
    def sharing(self) -> Sharing | None:
        """The loops that are shown."""
        return self._row.sharing if self._row else None

    @property
    def loops(self) -> list[RoleLoop]:
        """The loops that are shown, by role."""
        if self._row is None:
            return []
        shared = self._row.sharing.shared
        return [
            RoleLoop(
                profile,
                found,
                cost,
                [
                    SharedStage(each.name, each.minutes, each.interviewers, session_of(each) in shared)
                    for each in found.shape
                ],
            )
            for profile, found, cost in zip(
                self.profiles, self._row.sharing.loops, self._row.costs, strict=True
            )
        ]

    @property
    def job_html(self) -> str:
        """How far the worker is, as on every page that waits for work."""
        return render_to_string("components/job.html", vars(self.job)) if self.job else ""

    @property
    def several_url(self) -> str:
        return reverse("admin:loops_loop_several")

    @property
    def propose_url(self) -> str:
        """Back to the proposal for the first of them."""
        return f"{reverse('admin:loops_loop_propose')}?{query_of(self.wishes, profile=self.profile.pk)}"


def several(request: HttpRequest) -> HttpResponse:
    """Show roles, wishes and what is known for them; POST has a worker look for it."""
    values = request.POST if request.method == "POST" else request.GET
    if not values.get("profile") and not values.get("role"):
        return redirect("admin:loops_loop_changelist")  # from where each loop leads here
    profiles = _profiles(request, values)
    first = profiles[0]
    team = first.team
    grounds = store.grounds_of(team, profiles)
    plan = grounds[0].plan
    form = understood(request, WishesForm(values, plan), plan)
    usual = most_minutes(plan, grounds[0].policy)
    try:
        wishes = form.wishes(values, usual)
    except ActionError as error:
        show_refusal(request, error)
        wishes = Wishes(minutes=usual)
    query = several_query(wishes, [each.pk for each in profiles])
    if request.method == "POST":
        if not has_permission(person(request), Permission.EDIT_LOOPS, team=team):
            raise PermissionDenied("Your role does not include building loops.")
        try:
            store.ask_several(grounds, wishes, by=person(request))
        except ActionError as error:
            show_refusal(request, error)
        return redirect(f"{reverse('admin:loops_loop_several')}?{query}")
    set_team(request, team)
    design = store.known_several(grounds, wishes)
    found = None
    if design is not None and design.finished_at is not None:
        found = SeveralAnswer.read(design.found)
    chosen = {each.pk for each in profiles}
    known = RoleProfile.objects.latest_published().filter(team=team).order_by("name")[:_MOST_PROFILES]
    return render_page(
        request,
        "loops/several.html",
        SeveralPage(
            profile=first,
            profiles=profiles,
            choices=[RoleChoice(each, each.pk in chosen) for each in known],
            wishes=wishes,
            found=found,
            design=design,
            job=job_of(design, store.SEVERAL),
            may_ask=has_permission(person(request), Permission.EDIT_LOOPS, team=team),
            query=query,
            shown=_shown(request, found),
        ),
    )


def several_query(wishes: Wishes, profiles: Sequence[int]) -> str:
    """The address of loops for several roles."""
    query = QueryDict(query_of(wishes, profile=profiles[0]), mutable=True)
    query.setlist("role", [str(pk) for pk in profiles])
    return str(query.urlencode())


def _profiles(request: HttpRequest, values: QueryDict) -> list[RoleProfile]:
    """The roles asked for, all of the first one's team, in the order of their names."""
    mine = team_ids_with(person(request), Permission.VIEW_CONTENT)
    named = values.getlist("role")[:_MOST_PROFILES]
    wanted = [row_id(each) for each in (*named, values.get("profile"))]
    rows = RoleProfile.objects.filter(team__in=mine, pk__in=[pk for pk in wanted if pk])
    found = list(
        rows.select_related("team").prefetch_related("requirements__competency").order_by("name", "pk")
    )
    team = next((each.team_id for pk in wanted for each in found if each.pk == pk), None)
    if team is None:
        raise Http404
    return [each for each in found if each.team_id == team and (not named or str(each.pk) in named)] or [
        each for each in found if each.team_id == team
    ][:1]


def _shown(request: HttpRequest, found: SeveralAnswer | None) -> int:
    """Which number of shared sessions is shown: the one asked for, else the largest that costs next to nothing."""
    sharings = found.sharings if found else ()
    asked = whole_number(request.GET.get("shared", ""), low=0, high=len(sharings) - 1) if sharings else None
    if asked is not None:
        return asked
    cheap = [each.least for each in sharings if each.gap <= sharings[0].gap + _NEXT_TO_NOTHING]
    return max(cheap, default=0)


# Half a point of the mean gap.
_NEXT_TO_NOTHING = 0.005
