"""Debriefs: the list, the page, opening one, recording a decision."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import has_permission, require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.inputs import LARGEST_ID, whole_number
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from hiring.calibration.actions import last_run_failed
from hiring.decisions import actions
from hiring.decisions.debrief import DebriefView, build, submitted_count
from hiring.decisions.forms import DecisionForm, OpenForm
from hiring.decisions.live.actions import may_lead
from hiring.decisions.live.page import LiveView, live_view
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.decisions.next_session import PlannedSession, may_plan, planned_questions
from hiring.decisions.rule import short_must_haves
from hiring.pipeline.models import (
    DECIDED,
    ENDED,
    Application,
    ApplicationQuerySet,
    ApplicationState,
    Assignment,
    Opening,
)
from hiring.scoring.late import being_written, late_cards
from hiring.scoring.models import Scorecard
from hiring.scoring.visibility import owes_scorecard
from web.render import Crumb, render_page

PER_PAGE = 25
FILTERS = (
    ("open", "To decide", Q(state=ApplicationState.DEBRIEF)),
    ("running", "Interviewing", Q(state=ApplicationState.ACTIVE)),
    ("decided", "Decided", Q(state__in=DECIDED)),
)


@dataclass(frozen=True)
class DebriefsPage:
    """Applications at one of three stations. ``tabs`` holds (key, label, how many) for each of them."""

    page_obj: Page[Application]
    tabs: list[tuple[str, str, int]]
    chosen: str
    openings: QuerySet[Opening]
    #: Key of the opening whose applications alone are listed, or nothing.
    opening: str

    @property
    def verdicts(self) -> dict[str, str]:
        return dict(Verdict.choices)


@dataclass(frozen=True)
class ApplicationPage:
    """What is shown of an application to everybody who may see debriefs, those who still owe a scorecard too."""

    application: Application

    @property
    def crumbs(self) -> list[Crumb]:
        """The list, and the opening's part of it."""
        opening, debriefs = self.application.opening, f"/t/{self.application.team.key}/debriefs/"
        return [Crumb("Debriefs", debriefs), Crumb(opening.title, f"{debriefs}?opening={opening.key}")]


@dataclass(frozen=True)
class WaitingPage(ApplicationPage):
    """A debrief that is not open yet: whose scorecards it waits for, and who may open it before."""

    missing: list[Assignment]
    #: Who was let off and why, where the reader looks after the pipeline.
    let_off: list[Assignment]
    may_let_off: bool
    n_submitted: int
    may_open: bool
    open_form: OpenForm


@dataclass(frozen=True)
class DebriefPage(ApplicationPage):
    """An open debrief with its decisions, newest first."""

    view: DebriefView
    decisions: list[Decision]
    may_decide: bool
    may_bring: bool
    may_withdraw: bool
    form: DecisionForm
    #: The debrief held as a meeting, once somebody began it.
    meeting: LiveView | None
    may_start: bool
    #: Further sessions that are planned, and whether this person may plan one.
    planned: list[PlannedSession]
    may_plan: bool
    #: Scorecards submitted after the decision: shown, and in no figure.
    late: list[Scorecard]
    #: Whose scorecards an early debrief still waits for.
    missing: list[Assignment]
    #: Whether the newest calibration ended in a failure, so that levels do not come by waiting.
    run_failed: bool
    #: How many scorecards somebody has begun and not submitted; a decision makes them late.
    drafts: int

    @property
    def standing(self) -> Decision | None:
        """The decision that counts."""
        return self.decisions[0] if self.decisions else None

    @property
    def undecided(self) -> bool:
        """Whether more evidence could still count."""
        return self.application.state not in ENDED

    @property
    def columns(self) -> int:
        """Columns of the matrix: one for each interviewer, five around them."""
        return len(self.view.interviewers) + 5


def application_of(request: MemberRequest, team: Team, pk: int, *, reading: bool = False) -> Application:
    """The application whose debrief is asked for; 404 for outsiders, 403 without the right.

    Only ``reading`` also opens to an interviewer who took part, once the debrief is open and nothing is owed.
    """
    rows: ApplicationQuerySet = Application.objects.in_team(team).select_related(
        "candidate",
        "opening__profile",
        "opening__loop",
        "opening__hiring_manager",
        "team",
        "debrief__run",
        "debrief__opened_by",
    )
    if not has_permission(request.user, Permission.VIEW_DEBRIEF, team=team):
        mine = rows.filter(debrief__in=Debrief.objects.visible_to(request.user))
        found: Application | None = mine.filter(pk=pk).first() if reading else None
        if found is not None:
            return found
    require(request.user, Permission.VIEW_DEBRIEF, team=team)
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


@never_cache
@require_GET
def debriefs(request: MemberRequest, team: Team) -> HttpResponse:
    """Applications by where they stand; never in order of score."""
    user = request.user
    reads = has_permission(user, Permission.VIEW_DEBRIEF, team=team)
    if not reads:
        require(user, Permission.READ_PANEL, team=team)
    chosen = request.GET.get("show", FILTERS[0][0])
    condition = next((q for key, _, q in FILTERS if key == chosen), FILTERS[0][2])
    opening = request.GET.get("opening", "")
    # An interviewer finds the open debriefs of those they scored, and nothing of anybody else.
    mine: ApplicationQuerySet = Application.objects.in_team(team)
    mine = mine.visible_to(user) if reads else mine.filter(debrief__in=Debrief.objects.visible_to(user))
    counts = mine.aggregate(**{key: Count("pk", filter=q) for key, _, q in FILTERS})
    rows = mine.filter(condition)
    if opening:
        rows = rows.filter(opening__key=opening)
    standing = Decision.objects.filter(application_id=OuterRef("pk")).order_by("-pk").values("verdict")[:1]
    rows = (
        rows.with_scorecards_in(request.user)
        .select_related("candidate", "opening")
        .annotate(verdict=Subquery(standing))
        .order_by("-applied_at", "pk")
    )
    page = DebriefsPage(
        page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        tabs=[(key, label, counts[key]) for key, label, _ in FILTERS],
        chosen=chosen,
        openings=Opening.objects.in_team(team)
        .filter(Exists(mine.filter(opening=OuterRef("pk"))))
        .only("key", "title")
        .order_by("title")[:100],
        opening=opening,
    )
    return render_page(request, "decisions/debriefs.html", page)


@never_cache
@require_GET
def debrief(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """The debrief of one application, or what it is waiting for."""
    application = application_of(request, team, pk, reading=True)
    return _page(request, team, application)


def _page(
    request: MemberRequest,
    team: Team,
    application: Application,
    *,
    decision_form: DecisionForm | None = None,
    open_form: OpenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    if Application.objects.filter(owes_scorecard(user, "pk"), pk=application.pk).exists():
        return render_page(request, "decisions/blind.html", ApplicationPage(application), status=status)
    opened = getattr(application, "debrief", None)
    if opened is None:
        plans = has_permission(user, Permission.EDIT_PIPELINE, team=team)
        waiting = WaitingPage(
            application,
            missing=actions.missing_scorecards(application),
            let_off=actions.let_off(application) if plans else [],
            may_let_off=plans,
            n_submitted=submitted_count(application),
            may_open=has_permission(user, Permission.FORCE_DEBRIEF, team=team),
            open_form=open_form or OpenForm(),
        )
        return render_page(request, "decisions/waiting.html", waiting, status=status)
    policy = TeamPolicy.objects.current_for(team.pk)
    view = build(application, opened, user=user, policy=policy)
    page = DebriefPage(
        application,
        view=view,
        decisions=list(application.decisions.select_related("decided_by").order_by("-pk")[:20]),
        may_decide=has_permission(user, Permission.DECIDE, team=team),
        may_bring=_may_bring(request, team),
        meeting=live_view(opened, view, user=user),
        planned=planned_questions(application),
        may_plan=may_plan(user, application),
        may_start=application.state not in ENDED and may_lead(opened, user),
        may_withdraw=has_permission(user, Permission.EDIT_PIPELINE, team=team)
        and application.state not in DECIDED,
        form=decision_form or DecisionForm(short=[row.view for row in view.must_haves_short]),
        late=late_cards(application, user),
        drafts=being_written(application),
        missing=[] if application.state in ENDED else actions.missing_scorecards(application),
        run_failed=last_run_failed(team.pk),
    )
    return render_page(request, "decisions/debrief.html", page, status=status)


@require_POST
def open_now(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Open the debrief: at once when all is in, with a reason before."""
    application = application_of(request, team, pk)
    require(request.user, Permission.FORCE_DEBRIEF, team=team)
    form = OpenForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.open_debrief(application=application, by=request.user, reason=reason)
    except ActionError as error:
        messages.error(
            request, " ".join([error.message, *(text for field, text in error.problems if field == "reason")])
        )
        return _page(request, team, application, open_form=form, status=error.status)
    messages.success(request, f"The debrief of {application.candidate} is open.")
    return redirect("debrief", team=team.key, pk=application.pk)


def _may_bring(request: MemberRequest, team: Team) -> bool:
    """Whoever decides, opens debriefs or calibrates may ask for newer levels."""
    asked = (Permission.DECIDE, Permission.FORCE_DEBRIEF, Permission.CALIBRATE)
    return any(has_permission(request.user, right, team=team) for right in asked)


@require_POST
def bring_up_to_date(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Ask for the run that a debrief waits for, now rather than when its turn comes."""
    application = application_of(request, team, pk)
    owing = Application.objects.filter(owes_scorecard(request.user, "pk"), pk=application.pk).exists()
    if owing or not _may_bring(request, team):
        raise PermissionDenied("Only who decides, opens debriefs or calibrates asks for newer levels.")
    actions.bring_up_to_date(application=application, by=request.user)
    messages.success(request, "The levels are being worked out anew. Reload in a moment.")
    return redirect("debrief", team=team.key, pk=application.pk)


@require_POST
def record(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    application = application_of(request, team, pk)
    require(request.user, Permission.DECIDE, team=team)
    opened = getattr(application, "debrief", None)
    short = short_must_haves(application, opened.run) if opened is not None else []
    form = DecisionForm(request.POST, short=short)
    if not form.is_valid():
        return _page(request, team, application, decision_form=form, status=422)
    try:
        decision = actions.decide(
            application=application,
            verdict=form.cleaned_data["verdict"],
            reason=form.cleaned_data["reason"],
            confidence=int(form.cleaned_data["confidence"]),
            against=form.cleaned_data.get("against", []),
            seen=whole_number(request.POST.get("seen", ""), low=0, high=LARGEST_ID),
            by=request.user,
        )
    except ActionError as error:
        for field, text in error.problems:
            form.add_error(field if field in form.fields else None, text)
        messages.error(request, error.message)
        return _page(request, team, application, decision_form=form, status=error.status)
    messages.success(
        request, f"Recorded: {decision.get_verdict_display().lower()} for {application.candidate}."
    )
    return redirect("debrief", team=team.key, pk=application.pk)
