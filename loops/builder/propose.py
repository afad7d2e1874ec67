"""Proposing a loop: wishes, a first answer at once, a better one from the worker, and keeping it as a draft."""

from dataclasses import dataclass, replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import has_permission
from accounts.admin.refusals import person, show_refusal
from accounts.errors import ActionError
from accounts.http import set_team
from accounts.inputs import row_id
from accounts.models import Team
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from figures.frontier import Measure, frontier
from figures.layout import HALF
from figures.page import PageFigure, draw
from figures.types import FrontierPoint
from jobs.views import JobPage
from loops import actions
from loops.builder.beside import loops_beside
from loops.builder.jobs import job_of
from loops.builder.pages import builder_url
from loops.builder.replaced import remember_replaced
from loops.builder.several import several_query
from loops.builder.wishes import KINDS, WishesForm, as_query, query_of, understood, with_value, without
from loops.coverage import gap_of_plan
from loops.designing import store
from loops.designing.answers import Answer, More
from loops.designing.differences import DIFFERENCES_FROM
from loops.designing.ground import Ground
from loops.designing.wishes import MOST_DIFFERENCE, Wishes
from loops.gaps import LoopGap
from loops.lint import most_minutes
from loops.models import Loop, LoopDesign
from loops.plans import plan_of
from loops.shapes import as_json, from_json, shape_of
from roles.models import RoleProfile
from rubrics.models import Question, QuestionExposure
from web.render import render_page

_MOST_PROFILES = 100
# Wishes that the short form asks for; where others are set, the rest of the form is open.
_SHORT = {"minutes", "sessions", "hours", "people", "take_homes", "every", "free", "objective", "pin", "ban"}
_MEASURES: tuple[tuple[str, Measure], ...] = (("gap", "gap"), ("value", "decision value"))
# Two figures side by side.
_PANEL = replace(HALF, width=640)


@dataclass(frozen=True)
class ProposedQuestion:
    """A question of a proposal, and the addresses that would hold on to it or leave it out."""

    title: str
    key: str
    minutes: int
    realism: str
    pinned: bool
    pin_url: str
    ban_url: str


@dataclass(frozen=True)
class ProposedStage:
    """A session of a proposal; ``without`` is how far the gap would grow if it were left out."""

    name: str
    minutes: int
    interviewers: int
    questions: list[ProposedQuestion]
    without: float


@dataclass(frozen=True)
class LetGo:
    """What somebody said of questions, and the address without it."""

    title: str
    back_url: str


@dataclass(frozen=True)
class NumberRow:
    """A row of numbers in the form: of a kind of stage or a competency; by field its name, label and value."""

    label: str
    cells: list[tuple[str, str, str]]


@dataclass(frozen=True)
class MoreLimits:
    """The rarely used wishes as the form shows them; ``is_open`` where one of them is set."""

    is_open: bool
    usual_competencies: int
    kinds: list[NumberRow]
    raters: list[NumberRow]
    apart: list[LetGo]
    questions: list[tuple[str, str]]
    differences_from: str = DIFFERENCES_FROM
    most_difference: int = MOST_DIFFERENCE


@dataclass(frozen=True)
class ProposePage:
    """Wishes and what came of them; ``loop`` is the draft or loop it began from."""

    form: WishesForm
    wishes: Wishes
    profile: RoleProfile
    profiles: list[RoleProfile]
    loop: Loop | None
    own: LoopGap | None
    found: Answer
    stages: list[ProposedStage]
    left_out: list[LetGo]
    limits: MoreLimits
    design: LoopDesign | None
    job: JobPage | None
    pictures: list[PageFigure]
    standing: list[FrontierPoint]
    may_keep: bool
    query: str

    @property
    def is_final(self) -> bool:
        """Whether the worker has looked for the best."""
        return self.design is not None and self.design.finished_at is not None

    @property
    def lacks_rest(self) -> bool:
        """Whether the best is known, and other lengths and the price of the rules are not."""
        stopped = self.design is not None and self.design.stop_asked
        return self.is_final and bool(self.found.shape) and not self.found.whole and not stopped

    @property
    def exposed(self) -> str:
        """The limit of what is known outside, in percent, as the form shows it."""
        return "" if self.wishes.exposed is None else f"{100 * self.wishes.exposed:g}"

    @property
    def several_url(self) -> str:
        """Where loops for this role and others are designed together."""
        return f"{reverse('admin:loops_loop_several')}?{query_of(self.wishes, profile=self.profile.pk)}"

    @property
    def more(self) -> list[More]:
        """What one thing more would buy, an hour first where other lengths have been worked out."""
        later = [each for each in self.found.frontier if each.minutes >= self.wishes.minutes + 60]
        hour = (
            [More("One more hour of the candidate’s time", later[0].gap - self.found.gap)]
            if later and later[0].minutes <= self.wishes.minutes + 90
            else []
        )
        return [*hour, *self.found.more]

    @property
    def hours_wished(self) -> str:
        """Interviewers' hours as the form shows them."""
        wished = self.wishes.interviewer_minutes
        return "" if wished is None else f"{wished / 60:g}"

    @property
    def most_people(self) -> int:
        """The most interviewers a session may have."""
        return max(self.wishes.interviewers)

    @property
    def job_html(self) -> str:
        """How far the worker is, as on every page that waits for work."""
        return render_to_string("components/job.html", vars(self.job)) if self.job else ""

    @property
    def propose_url(self) -> str:
        return reverse("admin:loops_loop_propose")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The wishes as hidden fields of a form."""
        return [(name, value) for name, values in QueryDict(self.query).lists() for value in values]

    @property
    def stages_json(self) -> str:
        """The stages as a form sends them."""
        return as_json(self.found.shape)


def propose(request: HttpRequest) -> HttpResponse:
    """Show wishes and the best loop known for them; POST has a worker look for the best."""
    values = request.POST if request.method == "POST" else request.GET
    if not values.get("profile") and not values.get("loop"):
        return redirect("admin:loops_loop_changelist")  # from where each loop leads here
    profile, loop = _subject(request, values)
    team = profile.team
    ground = store.ground_of(team, profile)
    plan = plan_of(loop, leaks=QuestionExposure.objects.leaks_in(team.pk)) if loop else ground.plan
    form = understood(request, WishesForm(values, ground.plan), ground.plan)
    try:
        wishes = form.wishes(values, most_minutes(plan, ground.policy))
    except ActionError as error:
        show_refusal(request, error)
        wishes = Wishes(minutes=most_minutes(plan, ground.policy))
    query = query_of(wishes, profile=profile.pk, loop=loop.pk if loop else None)
    if request.method == "POST":
        if not has_permission(person(request), Permission.EDIT_LOOPS, team=team):
            raise PermissionDenied("Your role does not include building loops.")
        try:
            store.ask(ground, wishes, by=person(request), at_once=True)
        except ActionError as error:
            show_refusal(request, error)
        return redirect(f"{reverse('admin:loops_loop_propose')}?{query}")
    if not all(value for _, each in values.lists() for value in each):
        return redirect(f"{reverse('admin:loops_loop_propose')}?{query}")  # short enough to send on
    set_team(request, team)
    design = store.known(ground, wishes)
    found = store.so_far(design) or store.first_answer(ground, wishes)
    own = None
    if loop is not None:
        own = gap_of_plan(plan.against(profile), policy=ground.policy, with_warnings=False)
    standing = loops_beside(ground, own, found) if found.frontier else []
    return render_page(
        request,
        "loops/propose.html",
        ProposePage(
            form=form,
            wishes=wishes,
            profile=profile,
            profiles=_profiles(team),
            loop=loop,
            own=own,
            found=found,
            stages=_stages(found, wishes, query, ground),
            left_out=[
                LetGo(row.title, f"?{without(query, 'ban', row.key)}")
                for row in ground.bank
                if row.key in wishes.banned
            ],
            limits=_limits(ground, wishes, query),
            design=design,
            job=job_of(design, store.KIND),
            pictures=_pictures(found, standing),
            standing=standing,
            may_keep=has_permission(person(request), Permission.EDIT_LOOPS, team=team),
            query=query,
        ),
    )


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Make the stages shown a draft's: of the one it began from, or of a new one."""
    profile, loop = _subject(request, request.POST)
    by, team = person(request), profile.team
    if not has_permission(by, Permission.EDIT_LOOPS, team=team):
        raise PermissionDenied("Your role does not include building loops.")
    try:
        shape = from_json(request.POST.get("stages", ""))
        with transaction.atomic():
            draft = loop if loop is not None and loop.is_draft and "new" not in request.POST else None
            if draft is None:
                draft = actions.create_loop(
                    team=team,
                    profile=profile,
                    name=request.POST.get("name", "") or f"Proposed loop for {profile.name}",
                    budget_minutes=request.POST.get("minutes"),
                    by=by,
                )
            before = shape_of(Loop.objects.with_stages().get(pk=draft.pk))
            actions.reshape(draft, shape, by=by)
            if before:
                remember_replaced(request, draft, before)
    except ActionError as error:
        show_refusal(request, error)
        return redirect(f"{reverse('admin:loops_loop_propose')}?{request.POST.get('query', '')}")
    said = f"{draft} is the proposal now. Change what does not fit."
    if before:
        said += " Undo brings the stages back that stood here."
    if before and (draft.rationale or any(draft.candidate_notes.values())):
        said += " What candidates are told, and why it asks what it asks, was written for those: read it in Details."
    messages.success(request, said)
    return redirect(builder_url(draft.pk))


@require_GET
def open_design(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from finished work to the page that shows it."""
    design = _design(request, pk)
    wishes = Wishes.from_dict(design.wishes)
    beside = row_id(request.GET.get("loop"))
    if design.others and design.profile_id is not None:
        query = several_query(wishes, [design.profile_id, *design.others])
        return redirect(f"{reverse('admin:loops_loop_several')}?{query}")
    query = query_of(wishes, profile=design.profile_id)
    if beside is not None:
        query += f"&loop={beside}"
    return redirect(f"{reverse('admin:loops_loop_propose')}?{query}")


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the best so far."""
    design = _design(request, pk)
    if not has_permission(person(request), Permission.EDIT_LOOPS, team=design.team):
        raise PermissionDenied("Your role does not include building loops.")
    store.stop(design, by=person(request))
    back = reverse("admin:loops_loop_design", args=[design.pk])
    beside = row_id(request.POST.get("loop"))
    return redirect(f"{back}?loop={beside}" if beside is not None else back)


def _design(request: HttpRequest, pk: int) -> LoopDesign:
    mine = team_ids_with(person(request), Permission.VIEW_CONTENT)
    return get_object_or_404(LoopDesign.objects.filter(team__in=mine).select_related("team"), pk=pk)


def _subject(request: HttpRequest, values: QueryDict) -> tuple[RoleProfile, Loop | None]:
    """The role, and the loop it began from; both of a team whose content this person sees."""
    mine = team_ids_with(person(request), Permission.VIEW_CONTENT)
    loop = None
    if loop_pk := row_id(values.get("loop")):
        loops = Loop.objects.filter(team__in=mine).with_plan().select_related("team")
        loop = get_object_or_404(loops, pk=loop_pk)
    wanted = row_id(values.get("profile")) or (loop.profile_id if loop else None)
    rows = RoleProfile.objects.filter(team__in=mine).prefetch_related("requirements__competency")
    profile = rows.select_related("team").filter(pk=wanted).first() if wanted else None
    if profile is None or (loop is not None and loop.team_id != profile.team_id):
        raise Http404
    return profile, loop


def _profiles(team: Team) -> list[RoleProfile]:
    return list(RoleProfile.objects.latest_published().filter(team=team).order_by("name")[:_MOST_PROFILES])


def _stages(found: Answer, wishes: Wishes, query: str, ground: Ground) -> list[ProposedStage]:
    questions = {row.pk: row for row in ground.bank}
    missing = {pk for stage in found.shape for pk in stage.questions} - questions.keys()
    titles = dict(Question.objects.filter(pk__in=missing).values_list("pk", "title")) if missing else {}

    def shown(pk: int) -> ProposedQuestion:
        row = questions.get(pk)
        if row is None:
            return ProposedQuestion(titles.get(pk, "A question that is gone"), "", 0, "", False, "", "")
        pinned = row.key in wishes.pinned
        return ProposedQuestion(
            title=row.title,
            key=row.key,
            minutes=row.minutes,
            realism=row.realism,
            pinned=pinned,
            pin_url="?" + (without if pinned else with_value)(query, "pin", row.key),
            ban_url="?" + with_value(without(query, "pin", row.key), "ban", row.key),
        )

    return [
        ProposedStage(
            name=stage.name,
            minutes=stage.minutes,
            interviewers=stage.interviewers,
            questions=[shown(pk) for pk in stage.questions],
            without=without,
        )
        for stage, without in zip(found.shape, found.without, strict=True)
    ]


def _limits(ground: Ground, wishes: Wishes, query: str) -> MoreLimits:
    titles = {row.key: row.title for row in ground.bank}
    said = as_query(wishes)

    def cell(name: str, label: str) -> tuple[str, str, str]:
        return name, label, said.get(name, [""])[0]

    return MoreLimits(
        is_open=bool({*said} - _SHORT),
        usual_competencies=ground.policy.max_competencies_per_session,
        kinds=[
            NumberRow(
                label,
                [
                    cell(f"least_{kind}", f"{label}, stages at least"),
                    cell(f"most_{kind}", f"{label}, stages at most"),
                    cell(f"trained_{kind}", f"{label}, people trained"),
                ],
            )
            for kind, label in KINDS
        ],
        raters=[
            NumberRow(row.name, [cell(f"rate_{row.key}", f"People who can rate {row.name}")])
            for row in ground.plan.requirements
        ],
        apart=[
            LetGo(
                " and ".join(titles.get(key, key) for key in group),
                f"?{without(query, 'apart', ','.join(group))}",
            )
            for group in wishes.apart
        ],
        questions=sorted(titles.items(), key=lambda each: each[1].casefold()),
    )


def _pictures(found: Answer, standing: list[FrontierPoint]) -> list[PageFigure]:
    """The best for each length by gap and by decision value, with the loops that stand beside it."""
    points = [
        FrontierPoint(round(each.minutes), each.gap, value=each.decision_value, bound=each.bound)
        for each in found.frontier
    ]
    if len(points) < 2:
        return []
    return [
        draw(f"frontier-{name}", partial(frontier, points, loops=standing, measure=measure), wide=_PANEL)
        for name, measure in _MEASURES
    ]
