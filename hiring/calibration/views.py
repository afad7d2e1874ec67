"""The calibration page: what the newest run found, for those who look after the measuring."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import require
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.calibration.actions import KIND, request_run
from hiring.calibration.links import MovedQuestion, PanelLinks, links_of, moved
from hiring.calibration.models import Anchoring, CalibrationRun, CriterionEstimate, InterviewerEstimate
from hiring.calibration.readers import panel
from hiring.scoring.models import Scorecard
from jobs.models import Job
from web.render import render_page

PER_PAGE = 25
SHOWN_RUNS = 10


@dataclass(frozen=True)
class CalibrationPage:
    """The newest runs of a team, newest first, and the work on the next one if it is under way."""

    runs: list[CalibrationRun]
    job: Job | None

    @property
    def run(self) -> CalibrationRun | None:
        """The run whose numbers are shown."""
        return self.runs[0] if self.runs else None


@dataclass(frozen=True)
class RunPage(CalibrationPage):
    """What the newest run found. ``n_since`` counts the scorecards submitted after its data were read."""

    policy: TeamPolicy
    panel: list[InterviewerEstimate]
    #: Interviewers with too few scorecards to be shown.
    n_few: int
    page_obj: Page[CriterionEstimate]
    search: str
    #: Criteria that stand out, and whether they alone are listed.
    n_criteria_out: int
    only_out: bool
    n_since: int
    links: PanelLinks
    #: Questions whose later ratings differ from the earlier ones.
    moved: list[MovedQuestion]
    #: Criteria that one interviewer alone has rated: difficulty and severity are one there.
    n_alone: int

    @property
    def anchoring(self) -> Anchoring | None:
        """What anchors the scale; None in runs before there were vignettes."""
        return self.runs[0].anchoring

    @property
    def flagged(self) -> list[InterviewerEstimate]:
        """Interviewers of the panel who stand out, by name."""
        return [row for row in self.panel if row.stand_outs]


def _calibrator(request: MemberRequest, team: Team) -> User:
    require(request.user, Permission.CALIBRATE, team=team)
    return request.user


@never_cache
@require_GET
def calibration(request: MemberRequest, team: Team) -> HttpResponse:
    """The newest run: warnings first, then interviewers by name, then criteria."""
    _calibrator(request, team)
    runs = list(CalibrationRun.objects.in_team(team).select_related("scale", "requested_by")[:SHOWN_RUNS])
    job = Job.objects.in_team(team).filter(kind=KIND).exclude(state="done").first()
    page = _of_run(request, team, runs, job) if runs else CalibrationPage(runs, job)
    return render_page(request, "calibration/calibration.html", page)


def _of_run(request: MemberRequest, team: Team, runs: list[CalibrationRun], job: Job | None) -> RunPage:
    run = runs[0]
    policy = TeamPolicy.objects.current_for(team.pk)
    search, only_out = request.GET.get("q", "").strip(), request.GET.get("show") == "standing-out"
    criteria = run.criteria.select_related("criterion__competency", "criterion__question").order_by(
        "-difficulty", "pk"
    )
    if only_out:
        criteria = criteria.standing_out()
    if search:
        criteria = criteria.filter(
            Q(criterion__question__title__icontains=search) | Q(criterion__competency__name__icontains=search)
        )
    since = Scorecard.objects.in_team(team).submitted().filter(submitted_at__gt=run.data_until)
    return RunPage(
        runs=runs,
        job=job,
        policy=policy,
        panel=panel(run, policy=policy),
        n_few=run.interviewers.filter(n_scorecards__lt=policy.estimates_from).count(),
        page_obj=Paginator(criteria, PER_PAGE).get_page(request.GET.get("page")),
        search=search,
        n_criteria_out=run.criteria.standing_out().count(),
        only_out=only_out,
        n_since=since.count(),
        links=links_of(run),
        moved=moved(run.question_tests),
        n_alone=run.criteria.filter(n_interviewers=1).count(),
    )


@require_POST
def run_now(request: MemberRequest, team: Team) -> HttpResponse:
    """Ask for a run now; one that waits already is brought forward."""
    job = request_run(team=team, by=_calibrator(request, team))
    return redirect("job_status", team=team.key, pk=job.pk)
