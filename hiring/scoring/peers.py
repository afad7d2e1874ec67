"""Other people's submitted cards, beside one's own, as far as the blindness rules let them be seen."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from accounts.models import User
from hiring.pipeline.models import Interview
from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.visibility import owes_on

# A loop has a handful of interviews with a few interviewers; more than this is not a panel.
MOST = 60


@dataclass(frozen=True)
class Peers:
    """Cards of the panel in the order of its stages; none as long as one owes a scorecard oneself."""

    owing: bool = False
    cards: list[Scorecard] = field(default_factory=list)


def of(interview: Interview, user: User) -> Peers:
    """Return what the submitted page shows of the panel: cards, or why there are none yet.

    Everything starts at ``visible_to``; as long as one owes a scorecard on the application
    nothing is counted, named or ordered here.
    """
    if owes_on(interview.application_id, user):
        return Peers(owing=True)
    cards = (
        Scorecard.objects.visible_to(user)
        .submitted()
        .filter(interview__application=interview.application_id)
        .exclude(interviewer=user)
        .select_related("interviewer", "interview__stage")
        .prefetch_related(
            Prefetch("ratings", Rating.objects.select_related("criterion__competency", "criterion__question"))
        )
        .order_by("interview__stage__position", "submitted_at", "pk")[:MOST]
    )
    return Peers(cards=list(cards))
