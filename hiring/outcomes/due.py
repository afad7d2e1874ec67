"""Which reviews are due: 90, 180 and 365 days after the hire, and who is to give them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Team, User
from hiring.outcomes.models import PERIODS, OutcomeReview, ReviewRequest
from hiring.pipeline.models import Application, ApplicationState
from hiring.scoring.visibility import owes_scorecard

PERIOD_DAYS = tuple(days for days, _ in PERIODS)
# A review may be given this much before its day; an earlier one would be another review.
TOLERANCE = timedelta(days=14)
# Reviews are looked for this long after the last day; what is older is history.
_LAST = timedelta(days=180)


@dataclass(frozen=True)
class DueReview:
    """One review of one hire: its day, and what has come of it."""

    application: Application
    days: int
    at: datetime
    #: Until the next review takes its place on the list.
    until: datetime
    given: tuple[OutcomeReview, ...]
    asked: tuple[ReviewRequest, ...]

    @property
    def opens(self) -> datetime:
        """From when it may be given."""
        return self.at - TOLERANCE

    def is_open(self, now: datetime) -> bool:
        """Whether it is to be given now."""
        return self.opens <= now < self.until and not self.given


def opens_at(application: Application, days: int) -> datetime:
    """From when the review after ``days`` may be given to somebody who was hired."""
    if application.closed_at is None:
        raise ValueError(f"{application} is not closed, so nothing is counted from it.")
    return application.closed_at + timedelta(days=days) - TOLERANCE


def due_in(team: Team, user: User | None) -> list[DueReview]:
    """Every review of the team's hires that ``user`` may see (None: all), oldest day first. Three queries."""
    hires = Application.objects.filter(team=team, state=ApplicationState.HIRED, closed_at__isnull=False)
    if user is not None:
        hires = hires.filter(pk__in=Application.objects.visible_to(user).values("pk"))
        hires = hires.exclude(owes_scorecard(user, "pk"))
    rows = list(hires.select_related("candidate", "team", "opening__hiring_manager", "opening__profile"))
    reviews = OutcomeReview.objects.in_team(team).standing().select_related("reviewer", "request")
    given: dict[tuple[int, int], list[OutcomeReview]] = {}
    for review in reviews:
        given.setdefault((review.application_id, review.days), []).append(review)
    asked: dict[tuple[int, int], list[ReviewRequest]] = {}
    for request in ReviewRequest.objects.in_team(team):
        asked.setdefault((request.application_id, request.days), []).append(request)
    found = []
    for row in rows:
        if row.closed_at is None:
            continue
        for number, days in enumerate(PERIOD_DAYS):
            at = row.closed_at + timedelta(days=days)
            after = PERIOD_DAYS[number + 1] if number + 1 < len(PERIOD_DAYS) else None
            until = at + _LAST if after is None else row.closed_at + timedelta(days=after) - TOLERANCE
            key = (row.pk, days)
            found.append(
                DueReview(row, days, at, until, tuple(given.get(key, ())), tuple(asked.get(key, ())))
            )
    return sorted(found, key=lambda due: (due.at, due.application.pk))


def due_for(user: User, team: Team, *, now: datetime) -> list[DueReview]:
    """Reviews that ``user`` is to give now: of people hired for openings whose hiring manager they are."""
    return [
        due
        for due in due_in(team, user)
        if due.is_open(now) and due.application.opening.hiring_manager_id == user.pk
    ]
