"""A mirror for interviewers: how one's own scorecards look, seen by nobody else here."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from accounts.models import Team, TeamPolicy, User
from hiring.scoring.models import Rating, Scorecard


class Median(Aggregate):
    """The middle value; PostgreSQL computes it."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Mirror:
    """Counts over one's own counting scorecards of one team."""

    cards: int
    answered: int
    rated: int
    with_evidence: int
    not_assessed: int
    time_to_submit: timedelta | None
    shown_from: int

    @property
    def enough(self) -> bool:
        """Whether there are enough scorecards for a share to say something of the interviewer."""
        return self.cards >= self.shown_from

    @property
    def median(self) -> str:
        """Median time from the interview to the scorecard, in words."""
        if self.time_to_submit is None:
            return "not enough data"
        minutes = max(int(self.time_to_submit.total_seconds() // 60), 0)
        if minutes < 60:
            return f"{minutes} min"
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest:02}" if hours < 24 else f"{hours // 24} d {hours % 24} h"


def of(user: User, team: Team, *, policy: TeamPolicy) -> Mirror:
    """Read one's mirror in two queries, whatever the number of scorecards."""
    own = Scorecard.objects.in_team(team).submitted().filter(interviewer=user)
    taken = ExpressionWrapper(F("submitted_at") - F("interview__scheduled_at"), output_field=DurationField())
    cards = own.aggregate(
        n=Count("pk"), median=Median(taken, filter=Q(interview__scheduled_at__isnull=False))
    )
    rated = Q(point__isnull=False)
    counts: dict[str, int] = Rating.objects.filter(scorecard__in=own).aggregate(
        answered=Count("pk"),
        rated=Count("pk", filter=rated),
        evidence=Count("pk", filter=rated & ~Q(evidence="")),
        skipped=Count("pk", filter=~Q(not_assessed="")),
    )
    return Mirror(
        cards=cards["n"],
        answered=counts["answered"],
        rated=counts["rated"],
        with_evidence=counts["evidence"],
        not_assessed=counts["skipped"],
        time_to_submit=cards["median"],
        shown_from=policy.own_counts_from,
    )
