"""The outcome review: the same competencies re-rated on the job, beside what the loop said."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from hiring.calibration.readers import LevelView, levels_for
from hiring.outcomes import actions
from hiring.outcomes.models import OutcomeReview
from hiring.pipeline.models import Application, ApplicationState
from hiring.scoring.visibility import owes_scorecard
from web.render import Crumb, render_page

LEVELS = [
    (1, "1 aware"),
    (2, "2 assisted"),
    (3, "3 independent"),
    (4, "4 proven"),
    (5, "5 sets the standard"),
]
PERIODS = [(90, "90 days"), (180, "180 days"), (365, "365 days")]


class ReviewForm(forms.Form):
    """One level per competency of the role; what was not seen on the job is left open."""

    days = forms.TypedChoiceField(label="After", choices=PERIODS, coerce=int, widget=forms.RadioSelect)
    still_employed = forms.BooleanField(label="Still in the job", required=False, initial=True)
    would_hire_again = forms.ChoiceField(
        label="Would you hire this person again?",
        choices=[("", "No answer"), ("yes", "Yes"), ("no", "No")],
        required=False,
    )
    comment = forms.CharField(
        label="What stood out", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, views: list[LevelView], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competencies = {view.requirement.competency.key: view.requirement.competency for view in views}
        for key, competency in self.competencies.items():
            self.fields[f"level-{key}"] = forms.TypedChoiceField(
                label=competency.name,
                choices=[("", "Not seen yet"), *LEVELS],
                coerce=int,
                empty_value=None,
                required=False,
            )

    def levels(self) -> dict[Any, int]:
        """The levels given, by competency."""
        return {
            competency: self.cleaned_data[f"level-{key}"]
            for key, competency in self.competencies.items()
            if self.cleaned_data[f"level-{key}"] is not None
        }


@dataclass(frozen=True)
class ReviewLine:
    """A competency with its field, what the loop said of it, and what earlier reviews did."""

    view: LevelView
    field: forms.BoundField
    earlier: list[str]


@dataclass(frozen=True)
class ReviewPage:
    """The review of somebody who was hired, a line for each competency of the role."""

    application: Application
    form: ReviewForm
    lines: list[ReviewLine]

    @property
    def crumbs(self) -> list[Crumb]:
        """The debriefs that led to a decision, and this person's."""
        debriefs = f"/t/{self.application.team.key}/debriefs/"
        return [
            Crumb("Debriefs", f"{debriefs}?show=decided"),
            Crumb(self.application.candidate.name, f"{debriefs}{self.application.pk}/"),
        ]


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Record how somebody who was hired does on the job."""
    require(request.user, Permission.REVIEW_OUTCOME, team=team)
    application = get_object_or_404(
        Application.objects.visible_to(request.user)
        .in_team(team)
        .exclude(owes_scorecard(request.user, "pk"))
        .filter(state=ApplicationState.HIRED)
        .select_related("candidate", "opening__profile", "team", "debrief__run"),
        pk=pk,
    )
    debrief = getattr(application, "debrief", None)
    policy = TeamPolicy.objects.current_for(team.pk)
    views = levels_for(application, run=debrief.run if debrief else None, policy=policy).levels
    form = ReviewForm(views, request.POST or None, initial={"days": _due(application)})
    if request.method == "POST" and form.is_valid():
        again = form.cleaned_data["would_hire_again"]
        try:
            actions.review_outcome(
                application=application,
                days=form.cleaned_data["days"],
                levels=form.levels(),
                by=request.user,
                still_employed=form.cleaned_data["still_employed"],
                would_hire_again={"yes": True, "no": False}.get(again),
                comment=form.cleaned_data["comment"],
            )
        except ActionError as error:
            form.add_error(None, f"{error.message} {' '.join(text for _, text in error.problems)}".strip())
        else:
            messages.success(request, f"The review of {application.candidate} is recorded.")
            return redirect("debrief", team=team.key, pk=application.pk)
    page = ReviewPage(application, form, _lines(application, views, form))
    return render_page(request, "outcomes/review.html", page, status=422 if form.errors else 200)


def _due(application: Application) -> int:
    """The review that is due by now, counted from the decision."""
    if application.closed_at is None:
        return PERIODS[0][0]
    age = timezone.now() - application.closed_at
    return max((days for days, _ in PERIODS if age >= timedelta(days=days)), default=PERIODS[0][0])


def _lines(application: Application, views: list[LevelView], form: ReviewForm) -> list[ReviewLine]:
    earlier: dict[int, list[str]] = {}
    reviews = OutcomeReview.objects.filter(application=application).prefetch_related("ratings")
    for row in reviews.order_by("days"):
        for rating in row.ratings.all():
            earlier.setdefault(rating.competency_id, []).append(f"{row.days} days: {rating.level}")
    return [
        ReviewLine(
            view,
            form[f"level-{view.requirement.competency.key}"],
            earlier.get(view.requirement.competency_id, []),
        )
        for view in views
    ]
