"""Outcome reviews: which are due, giving one, amending one's own, and the page behind a mail's link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import has_permission, require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Membership, Team
from accounts.permissions import Permission
from hiring.outcomes import actions, requests
from hiring.outcomes.due import PERIOD_DAYS, DueReview, due_in, opens_at
from hiring.outcomes.forms import AskForm, ReviewForm, ReviewLine, initial_of, lines_of
from hiring.outcomes.models import OutcomeReview, ReviewRequest
from hiring.outcomes.words import LEVELS, LevelWords
from hiring.pipeline.models import Application, ApplicationState
from hiring.scoring.visibility import owes_scorecard
from web.render import Crumb, render_page

# Reviews that come this soon are on the list.
AHEAD = timedelta(days=60)
MOST = 100


@dataclass(frozen=True)
class OutcomesPage:
    """Which reviews are to be given now, which come, which were given, and which nobody gave."""

    team: Team
    now: datetime
    open: list[DueReview]
    ahead: list[DueReview]
    given: list[DueReview]
    n_missed: int
    sees_validity: bool

    @property
    def crumbs(self) -> list[Crumb]:
        """The decisions that led here."""
        return [Crumb("Debriefs", f"/t/{self.team.key}/debriefs/?show=decided")]


@dataclass(frozen=True)
class ReviewPage:
    """The review of somebody who was hired, a line for each competency of the role; no level of the loop's."""

    application: Application
    days: int | None
    form: ReviewForm
    lines: list[ReviewLine]
    opens: datetime | None
    mine: OutcomeReview | None
    amends: bool
    author: str
    levels: tuple[LevelWords, ...] = LEVELS

    @property
    def crumbs(self) -> list[Crumb]:
        """The list of reviews."""
        return [Crumb("Outcome reviews", f"/t/{self.application.team.key}/outcomes/")]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields that are about the person as a whole."""
        names = ("still_employed", "would_hire_again", "comment", "reason")
        return [self.form[name] for name in names if name in self.form.fields]


@never_cache
@require_safe
def outcomes(request: MemberRequest, team: Team) -> HttpResponse:
    """List the reviews of a team's hires by where they stand."""
    require(request.user, Permission.REVIEW_OUTCOME, team=team)
    now = timezone.now()
    rows = due_in(team, request.user)
    page = OutcomesPage(
        team=team,
        now=now,
        open=[due for due in rows if due.is_open(now)][:MOST],
        ahead=[due for due in rows if not due.given and now < due.opens <= now + AHEAD][:MOST],
        given=[due for due in reversed(rows) if due.given][:MOST],
        n_missed=sum(1 for due in rows if not due.given and due.until <= now),
        sees_validity=any(
            has_permission(request.user, each, team=team)
            for each in (Permission.VIEW_DASHBOARD, Permission.CALIBRATE)
        ),
    )
    return render_page(request, "outcomes/outcomes.html", page)


def _hired(request: MemberRequest, team: Team, pk: int) -> Application:
    require(request.user, Permission.REVIEW_OUTCOME, team=team)
    return get_object_or_404(
        Application.objects.visible_to(request.user)
        .in_team(team)
        .exclude(owes_scorecard(request.user, "pk"))
        .filter(state=ApplicationState.HIRED)
        .select_related("candidate", "opening__profile", "team"),
        pk=pk,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Record how somebody who was hired does on the job, or amend what one recorded."""
    application = _hired(request, team, pk)
    days = _days(request.POST.get("days") or request.GET.get("days"), application)
    mine = (
        OutcomeReview.objects.standing()
        .filter(application=application, days=days, reviewer=request.user)
        .select_related("application__team", "application__opening", "request")
        .first()
    )
    amends = mine is not None
    form = ReviewForm(
        application, request.POST or None, amends=amends, initial=initial_of(mine) if mine else None
    )
    if request.method == "POST" and form.is_valid():
        said = {
            "levels": form.levels(),
            "still_employed": form.cleaned_data["still_employed"],
            "would_hire_again": form.again(),
            "comment": form.cleaned_data["comment"],
            "by": request.user,
        }
        try:
            if mine is not None:
                actions.amend_review(mine, reason=form.cleaned_data["reason"], **said)
            else:
                actions.review_outcome(application=application, days=days, **said)
        except ActionError as error:
            form.add_error(None, _words(error))
        else:
            messages.success(request, f"The review of {application.candidate} is recorded.")
            return redirect("outcomes", team=team.key)
    page = _page(application, days, form, mine=mine, author=str(request.user))
    return render_page(request, "outcomes/review.html", page, status=422 if form.errors else 200)


@require_POST
def ask(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Ask somebody without an account for a review, by mail."""
    application = _hired(request, team, pk)
    require(request.user, Permission.EDIT_PIPELINE, team=team)
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nobody was asked: write a name and a whole e-mail address.")
        return redirect("outcomes", team=team.key)
    try:
        asked = requests.ask_by_link(application=application, by=request.user, **form.cleaned_data)
    except ActionError as error:
        messages.error(request, _words(error))
    else:
        messages.success(request, f"{asked.name} gets a mail with a link to this one review.")
    return redirect("outcomes", team=team.key)


@dataclass(frozen=True)
class LinkUsedPage:
    """What stands behind a link that opens nothing (any more)."""

    thanks: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Give one review without an account; whoever has become a member meanwhile signs in."""
    asked = requests.request_of(token)
    if asked is None:
        return render_page(request, "outcomes/link_used.html", LinkUsedPage(thanks=False), status=410)
    application = asked.application
    if _is_member(asked):
        return redirect("outcome_review", team=application.team.key, pk=application.pk)
    form = ReviewForm(application, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_by_link(
                request=asked,
                levels=form.levels(),
                still_employed=form.cleaned_data["still_employed"],
                would_hire_again=form.again(),
                comment=form.cleaned_data["comment"],
            )
        except ActionError as error:
            form.add_error(None, _words(error))
        else:
            return render_page(request, "outcomes/link_used.html", LinkUsedPage(thanks=True))
    page = _page(application, asked.days, form, mine=None, author=asked.name)
    return render_page(request, "outcomes/review_by_link.html", page, status=422 if form.errors else 200)


def _is_member(asked: ReviewRequest) -> bool:
    return Membership.objects.filter(
        team=asked.team, user__email__iexact=asked.email, is_active=True
    ).exists()


def _page(
    application: Application, days: int, form: ReviewForm, *, mine: OutcomeReview | None, author: str
) -> ReviewPage:
    opens = opens_at(application, days) if application.closed_at else None
    early = opens is not None and opens > timezone.now()
    return ReviewPage(
        application=application,
        days=days,
        form=form,
        lines=lines_of(form, application),
        opens=opens if early else None,
        mine=mine,
        amends=mine is not None,
        author=author,
    )


def _days(said: str | None, application: Application) -> int:
    """The review that the address names, else the latest that can be given by now, else the first."""
    for days in PERIOD_DAYS:
        if said == str(days):
            return days
    if application.closed_at is None:
        return PERIOD_DAYS[0]
    open_now = [days for days in PERIOD_DAYS if opens_at(application, days) <= timezone.now()]
    return open_now[-1] if open_now else PERIOD_DAYS[0]


def _words(error: ActionError) -> str:
    return f"{error.message} {' '.join(text for _, text in error.problems)}".strip()
