"""Record how it turned out on the job."""

from collections.abc import Mapping

from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from events.actions import record
from hiring.outcomes.due import PERIOD_DAYS, opens_at
from hiring.outcomes.facts import REVIEWED
from hiring.outcomes.models import OutcomeRating, OutcomeReview, ReviewRequest
from hiring.pipeline.models import Application, ApplicationState
from roles.models import Competency, Requirement
from web.templatetags.moments import day_within

SHORTEST_REASON = 10


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
    """Record the levels shown on the job, by competency; once for each person and date.

    Raises Conflict before the time of the review has come, naming the day, and for a second one.
    """
    _check(application, days, levels)
    with audit.recording("outcome.review", by=by, team=application.team):
        Application.objects.select_for_update().get(pk=application.pk)
        if OutcomeReview.objects.filter(application=application, days=days, reviewer=by).exists():
            raise Conflict(
                f"You have already reviewed this person after {days} days. Amend that review, with a reason."
            )
        request = ReviewRequest.objects.filter(application=application, days=days, person=by).first()
        return _store(
            OutcomeReview(
                application=application,
                days=days,
                reviewer=by,
                request=request,
                still_employed=still_employed,
                would_hire_again=would_hire_again,
                comment=comment,
            ),
            levels,
        )


def review_by_link(
    *,
    request: ReviewRequest,
    levels: Mapping[Competency, int],
    still_employed: bool = True,
    would_hire_again: bool | None = None,
    comment: str = "",
) -> OutcomeReview:
    """Record what somebody without an account was asked for; their link is used up by it."""
    application = request.application
    _check(application, request.days, levels)
    reason = f"by link, {request.name}"
    with audit.recording("outcome.review", by=None, team=application.team, reason=reason):
        locked = ReviewRequest.objects.select_for_update().get(pk=request.pk)
        if locked.expires_at <= timezone.now() or locked.reviews.exists():
            raise Conflict("This link has been used or has expired. Ask the recruiter for another.")
        return _store(
            OutcomeReview(
                application=application,
                days=locked.days,
                request=locked,
                still_employed=still_employed,
                would_hire_again=would_hire_again,
                comment=comment,
            ),
            levels,
        )


def amend_review(
    review: OutcomeReview,
    *,
    levels: Mapping[Competency, int],
    reason: str,
    by: User,
    still_employed: bool = True,
    would_hire_again: bool | None = None,
    comment: str = "",
) -> OutcomeReview:
    """Record a new version of one's own review, with a reason; the one before stays on record."""
    application = review.application
    if review.reviewer_id != by.pk:
        raise Conflict("A review is amended by the person who gave it.")
    if len(reason.strip()) < SHORTEST_REASON:
        text = f"Say in {SHORTEST_REASON} characters or more what was wrong."
        raise InvalidInput("The review was not amended.", problems=[("reason", text)])
    _check(application, review.days, levels)
    with audit.recording("outcome.amend", by=by, team=application.team, reason=reason.strip()):
        Application.objects.select_for_update().get(pk=application.pk)
        rows = OutcomeReview.objects.filter(application=application, days=review.days, reviewer=by)
        newest = rows.order_by("-version").first()
        if newest is None or newest.pk != review.pk:
            raise Conflict("You have amended this review meanwhile. Look at the newest version first.")
        return _store(
            OutcomeReview(
                application=application,
                days=review.days,
                reviewer=by,
                request=review.request,
                version=newest.version + 1,
                amend_reason=reason.strip(),
                still_employed=still_employed,
                would_hire_again=would_hire_again,
                comment=comment,
            ),
            levels,
        )


def _check(application: Application, days: int, levels: Mapping[Competency, int]) -> None:
    if application.state != ApplicationState.HIRED or application.closed_at is None:
        raise Conflict("Outcomes are recorded for people who were hired.")
    if days not in PERIOD_DAYS:
        raise InvalidInput(
            "A review is made after 90, 180 or 365 days.", problems=[("days", "Choose one of them.")]
        )
    opens = opens_at(application, days)
    if timezone.now() < opens:
        raise Conflict(
            f"It is too early for the review after {days} days. It can be given from {day_within(opens)}."
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


def _store(review: OutcomeReview, levels: Mapping[Competency, int]) -> OutcomeReview:
    team = review.application.team
    review.team, review.reviewed_at = team, timezone.now()
    review.save(force_insert=True)
    OutcomeRating.objects.bulk_create(
        OutcomeRating(review=review, competency=competency, level=level)
        for competency, level in levels.items()
    )
    record(REVIEWED, review, team=team, by=review.reviewer, application=review.application_id)
    return review
