"""Two loops side by side: what each asks, in which stages, and what each leaves untested for the same role."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.http import set_team
from accounts.inputs import row_id
from accounts.models import TeamPolicy
from loops import remembered
from loops.builder.pages import builder_url
from loops.builder.state import comparable
from loops.builder.views import find_loop
from loops.coverage import gap_of_plan
from loops.designing import store
from loops.designing.ground import Ground
from loops.designing.wishes import wishes_like
from loops.gaps import CompetencyGap, LoopGap
from loops.models import Loop
from loops.plans import Plan, PlannedQuestion
from loops.shapes import plan_of_shape
from rubrics.models import Question, QuestionExposure
from web.context import current_team
from web.render import Crumb, render_page

# The best known for the loop's time, in place of a loop's id.
BEST = "best"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of one side; ``both`` where the other side asks it too."""

    question: PlannedQuestion
    both: bool


@dataclass(frozen=True, slots=True)
class AskedStage:
    """A stage of one side."""

    name: str
    minutes: int
    interviewers: int
    questions: list[AskedQuestion]


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One of the two: what it is called, where it leads, what it leaves untested, and its stages."""

    name: str
    url: str
    gap: LoopGap
    stages: list[AskedStage]


@dataclass(frozen=True, slots=True)
class Pair:
    """One competency on both sides; ``change`` is the gap there less the gap here."""

    here: CompetencyGap
    there: CompetencyGap

    @property
    def change(self) -> float:
        """Negative where the other side leaves less."""
        return self.there.gap - self.here.gap


@dataclass(frozen=True)
class SideBySide:
    """Both sides, and what else the loop may be laid beside; ``there`` is None until something is chosen."""

    loop: Loop
    here: ComparedSide
    there: ComparedSide | None
    pairs: list[Pair]
    others: QuerySet[Loop]
    chosen: str
    has_best: bool
    crumbs: list[Crumb]

    @property
    def sides(self) -> list[ComparedSide]:
        """This loop, and the one beside it."""
        return [self.here, *([self.there] if self.there else [])]

    @property
    def change(self) -> float:
        """The whole gap there less the whole gap here."""
        return self.there.gap.gap - self.here.gap.gap if self.there else 0.0

    @property
    def less(self) -> float:
        """By how much the other leaves less."""
        return -self.change

    @property
    def propose_url(self) -> str:
        """Where the best for the loop's time is looked for and kept."""
        return f"{reverse('admin:loops_loop_propose')}?loop={self.loop.pk}"


@require_GET
def side_by_side(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay a loop beside another of the team or the library, or beside the best known for its time."""
    find_loop(request, pk)
    loop = Loop.objects.with_stages().select_related("team").get(pk=pk)
    set_team(request, current_team(request) if loop.team.is_library else loop.team)
    policy = TeamPolicy.objects.current_for(loop.team_id)
    leaks = QuestionExposure.objects.leaks_in(loop.team_id)
    plan = remembered.plan(loop, leaks=leaks)
    others, wanted = comparable(loop), request.GET.get("other", "")
    best = _best(loop, plan, policy, leaks)
    beside = _beside(wanted, others, best, plan, leaks)
    here = _side(loop.name, builder_url(loop.pk), plan, beside[2] if beside else None, policy)
    there = _side(beside[0], beside[1], beside[2], plan, policy) if beside else None
    page = SideBySide(
        loop=loop,
        here=here,
        there=there,
        pairs=_pairs(here.gap, there.gap) if there else [],
        others=others,
        chosen=wanted if beside else "",
        has_best=best is not None,
        crumbs=[
            Crumb("Loops", reverse("admin:loops_loop_changelist")),
            Crumb(loop.name, builder_url(loop.pk)),
        ],
    )
    return render_page(request, "loops/side_by_side.html", page)


def _best(loop: Loop, plan: Plan, policy: TeamPolicy, leaks: Mapping[str, float]) -> Plan | None:
    """The best known for the time that the loop takes."""
    if not plan.stages:
        return None
    ground = Ground(loop.team, loop.profile, policy, (), store.stock_of(loop.team, leaks))
    found = store.answer_of(store.known(ground, wishes_like(plan, policy)))
    if found is None or not found.shape:
        return None
    asked = {pk for stage in found.shape for pk in (*stage.questions, *stage.alternates)}
    rows = remembered.questions(Question.objects.filter(pk__in=asked, team=loop.team), leaks=leaks)
    return plan_of_shape(plan, found.shape, {row.pk: row for row in rows})


def _beside(
    wanted: str, others: QuerySet[Loop], best: Plan | None, plan: Plan, leaks: Mapping[str, float]
) -> tuple[str, str, Plan] | None:
    """Name, address and plan of what was chosen; None where nothing was, or it is not among what may be."""
    if wanted == BEST:
        return ("The best at this budget", "", best) if best is not None else None
    other = next((row for row in others if row.pk == row_id(wanted)), None)
    if other is None:
        return None
    name = other.name if other.team.is_library else f"{other.name}, version {other.version}"
    return name, builder_url(other.pk), remembered.published_plan(other, leaks=leaks).in_place_of(plan)


def _side(name: str, url: str, plan: Plan, beside: Plan | None, policy: TeamPolicy) -> ComparedSide:
    also = {row.key for _, row in beside.questions()} if beside else set()
    return ComparedSide(
        name=name,
        url=url,
        gap=gap_of_plan(plan, policy=policy, with_warnings=False),
        stages=[
            AskedStage(
                name=stage.name,
                minutes=stage.minutes,
                interviewers=stage.interviewers,
                questions=[AskedQuestion(row, row.key in also) for row in stage.questions],
            )
            for stage in plan.stages
        ],
    )


def _pairs(here: LoopGap, there: LoopGap) -> list[Pair]:
    """Competencies by how much the two differ in them, most first."""
    theirs = {row.key: row for row in there.competencies}
    pairs = [Pair(row, theirs[row.key]) for row in here.competencies]
    return sorted(pairs, key=lambda pair: (-abs(round(pair.change, 4)), -pair.here.weight))
