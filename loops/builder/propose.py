"""Proposing a loop: wishes, a first answer at once, a better one from the worker, and keeping it as a draft."""

from dataclasses import dataclass
from functools import partial

from django import forms
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
from accounts.inputs import LARGEST_ID, row_id
from accounts.models import Team
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from figures.frontier import frontier
from figures.page import PageFigure, draw
from figures.types import FrontierPoint
from jobs.models import Job
from jobs.views import JobPage, page_of
from loops import actions
from loops.builder.pages import builder_url
from loops.coverage import gap_of_plan
from loops.designing import store
from loops.designing.answers import Answer, More
from loops.designing.wishes import LEAST_MINUTES, MOST_MINUTES, OBJECTIVES, Wishes
from loops.gaps import LoopGap
from loops.lint import most_minutes
from loops.models import Loop, LoopDesign
from loops.plans import plan_of
from loops.shapes import as_json, from_json
from roles.models import RoleProfile
from rubrics.models import Question, QuestionExposure
from web.render import render_page

_MOST_PROFILES = 100


class WishesForm(forms.Form):
    """What is wished for; the address carries it, so that a proposal can be sent to a colleague."""

    profile = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    loop = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    minutes = forms.IntegerField(min_value=LEAST_MINUTES, max_value=MOST_MINUTES, required=False)
    sessions = forms.IntegerField(min_value=1, max_value=30, required=False)
    hours = forms.FloatField(min_value=0.25, max_value=100, required=False)
    people = forms.ChoiceField(
        choices=[("1", "one"), ("2", "one or two"), ("3", "one to three")], required=False
    )
    take_homes = forms.ChoiceField(choices=[("yes", "allowed"), ("no", "none")], required=False)
    every = forms.BooleanField(required=False)
    free = forms.BooleanField(required=False)
    objective = forms.ChoiceField(choices=list(OBJECTIVES.items()), required=False)

    def wishes(self, values: QueryDict, minutes: int) -> Wishes:
        """What the form says; ``minutes`` where it says none."""
        given = self.cleaned_data
        hours = given.get("hours")
        return Wishes(
            minutes=given.get("minutes") or minutes,
            sessions=given.get("sessions"),
            interviewer_minutes=round(60 * hours) if hours else None,
            interviewers=tuple(range(1, int(given.get("people") or 2) + 1)),
            take_homes=given.get("take_homes") != "no",
            every=bool(given.get("every")),
            rules=not given.get("free"),
            objective=given.get("objective") or "gap",
            pinned=tuple(sorted({key[:80] for key in values.getlist("pin")}))[:30],
            banned=tuple(sorted({key[:80] for key in values.getlist("ban")}))[:200],
        )


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
class LeftOut:
    """A question that is left out because somebody said so."""

    title: str
    back_url: str


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
    left_out: list[LeftOut]
    design: LoopDesign | None
    job: JobPage | None
    picture: PageFigure | None
    may_keep: bool
    query: str

    @property
    def is_final(self) -> bool:
        """Whether the worker has looked for the best."""
        return self.design is not None and self.design.finished_at is not None

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
    def stages_json(self) -> str:
        """The stages as a form sends them."""
        return as_json(self.found.shape)


def propose(request: HttpRequest) -> HttpResponse:
    """Show wishes and the best loop known for them; POST has a worker look for the best."""
    values = request.POST if request.method == "POST" else request.GET
    if not values.get("profile") and not values.get("loop"):
        return redirect("admin:loops_loop_changelist")  # from where each loop leads here
    profile, loop = _subject(request, values)
    form = WishesForm(values)
    team = profile.team
    ground = store.ground_of(team, profile)
    plan = plan_of(loop, leaks=QuestionExposure.objects.leaks_in(team.pk)) if loop else ground.plan
    if not form.is_valid():
        said = (f"{form[name].label}: {' '.join(map(str, texts))}" for name, texts in form.errors.items())
        messages.error(request, f"Not understood, so the usual wishes are shown. {' '.join(said)}")
        form = WishesForm({"profile": profile.pk, "loop": loop.pk if loop else ""})
        form.is_valid()
    try:
        wishes = form.wishes(values, most_minutes(plan, ground.policy))
    except ActionError as error:
        show_refusal(request, error)
        wishes = Wishes(minutes=most_minutes(plan, ground.policy))
    query = _query(values)
    if request.method == "POST":
        if not has_permission(person(request), Permission.EDIT_LOOPS, team=team):
            raise PermissionDenied("Your role does not include building loops.")
        try:
            store.ask(ground, wishes, by=person(request))
        except ActionError as error:
            show_refusal(request, error)
        return redirect(f"{reverse('admin:loops_loop_propose')}?{query}")
    set_team(request, team)
    design = store.known(ground, wishes)
    found = store.answer_of(design) or store.answer(ground, wishes, exact=False)
    own = None
    if loop is not None:
        own = gap_of_plan(plan.against(profile), policy=ground.policy, with_warnings=False)
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
                LeftOut(row.title, _without(query, "ban", row.key))
                for row in ground.bank
                if row.key in wishes.banned
            ],
            design=design,
            job=_job(design),
            picture=_picture(found, own),
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
            actions.reshape(draft, shape, by=by)
    except ActionError as error:
        show_refusal(request, error)
        return redirect(f"{reverse('admin:loops_loop_propose')}?{request.POST.get('query', '')}")
    messages.success(request, f"{draft} is the proposal now. Change what does not fit.")
    return redirect(builder_url(draft.pk))


@require_GET
def open_design(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from finished work to the page that shows it."""
    design = _design(request, pk)
    query = QueryDict(mutable=True)
    query["profile"] = str(design.profile_id)
    for name, value in _as_query(Wishes.from_dict(design.wishes)).items():
        query.setlist(name, value)
    return redirect(f"{reverse('admin:loops_loop_propose')}?{query.urlencode()}")


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the best so far."""
    design = _design(request, pk)
    if not has_permission(person(request), Permission.EDIT_LOOPS, team=design.team):
        raise PermissionDenied("Your role does not include building loops.")
    store.stop(design, by=person(request))
    return redirect("admin:loops_loop_design", design.pk)


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


def _job(design: LoopDesign | None) -> JobPage | None:
    """The work that fills the design in, while there is any."""
    if design is None or design.finished_at is not None:
        return None
    jobs = Job.objects.filter(team_id=design.team_id, kind=store.KIND, payload__design=design.pk)
    job = jobs.select_related("team").order_by("-pk").first()
    return page_of(job) if job is not None else None


def _stages(found: Answer, wishes: Wishes, query: str, ground: store.Ground) -> list[ProposedStage]:
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
            pin_url=_without(query, "pin", row.key) if pinned else _with(query, "pin", row.key),
            ban_url=_with(_bare(query, "pin", row.key), "ban", row.key),
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


def _picture(found: Answer, own: LoopGap | None) -> PageFigure | None:
    points = [FrontierPoint(round(point.minutes), point.gap) for point in found.frontier]
    if len(points) < 2:
        return None
    here = FrontierPoint(own.minutes, own.gap, "this loop") if own and own.minutes else None
    return draw("frontier", partial(frontier, points, current=here))


def _query(values: QueryDict) -> str:
    kept = values.copy()
    for name in list(kept):
        if name not in {*WishesForm.base_fields, "pin", "ban"}:
            del kept[name]
    return str(kept.urlencode())


def _bare(query: str, name: str, value: str) -> str:
    kept = QueryDict(query, mutable=True)
    kept.setlist(name, [each for each in kept.getlist(name) if each != value])
    return str(kept.urlencode())


def _without(query: str, name: str, value: str) -> str:
    return f"?{_bare(query, name, value)}"


def _with(query: str, name: str, value: str) -> str:
    kept = QueryDict(_bare(query, name, value), mutable=True)
    kept.appendlist(name, value)
    return f"?{kept.urlencode()}"


def _as_query(wishes: Wishes) -> dict[str, list[str]]:
    """Wishes as the form's fields."""
    said = {
        "minutes": [str(wishes.minutes)],
        "sessions": [str(wishes.sessions)] if wishes.sessions else [],
        "hours": [f"{wishes.interviewer_minutes / 60:g}"] if wishes.interviewer_minutes else [],
        "people": [str(max(wishes.interviewers))],
        "take_homes": ["yes" if wishes.take_homes else "no"],
        "every": ["on"] if wishes.every else [],
        "free": [] if wishes.rules else ["on"],
        "objective": [wishes.objective],
        "pin": list(wishes.pinned),
        "ban": list(wishes.banned),
    }
    return {name: value for name, value in said.items() if value}
