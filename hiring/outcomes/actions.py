"""Record how it turned out on the job."""

from collections.abc import Mapping

from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from events.actions import record
from hiring.outcomes.facts import REVIEWED
from hiring.outcomes.models import OutcomeRating, OutcomeReview
from hiring.pipeline.models import Application, ApplicationState
from roles.models import Competency, Requirement


def review_outcome(
    *,
    application: Application,
    days: int,
    levels: Mapping[Competency, int],
    by: User,
    still_employed: bool = True,
    would_hire_again: bool | None = None,
    comment: str = "",
) -> OutcomeReview:
    """Record the levels shown on the job, by competency; a second review at the same time replaces nothing."""
    if application.state != ApplicationState.HIRED:
        raise Conflict("Outcomes are recorded for people who were hired.")
    if days not in (90, 180, 365):
        raise InvalidInput(
            "A review is made after 90, 180 or 365 days.", problems=[("days", "Choose one of them.")]
        )
    required = set(
        Requirement.objects.filter(profile_id=application.opening.profile_id).values_list(
            "competency_id", flat=True
        )
    )
    wrong = [
        (c.key, "Not a competency of the role, or a level outside 1 to 5.")
        for c, level in levels.items()
        if c.pk not in required or not 1 <= level <= 5
    ]
    if wrong or not levels:
        raise InvalidInput(
            "The review was not recorded.", problems=wrong or [("levels", "Rate at least one.")]
        )
    with audit.recording("outcome.review", by=by, team=application.team):
        if OutcomeReview.objects.filter(application=application, days=days, reviewer=by).exists():
            raise Conflict(f"You have already reviewed this person after {days} days.")
        review: OutcomeReview = OutcomeReview.objects.create(
            team_id=application.team_id,
            application=application,
            days=days,
            reviewer=by,
            reviewed_at=timezone.now(),
            still_employed=still_employed,
            would_hire_again=would_hire_again,
            comment=comment,
        )
        OutcomeRating.objects.bulk_create(
            OutcomeRating(review=review, competency=competency, level=level)
            for competency, level in levels.items()
        )
        record(REVIEWED, review, team=application.team, by=by, application=application.pk)
        return review
