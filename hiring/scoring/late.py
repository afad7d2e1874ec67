"""What came too late for a decision, and what is about to: cards submitted after it, and drafts before it."""

from django.db.models import Exists, OuterRef, Prefetch

from accounts.models import User
from hiring.pipeline.models import DECIDED, Application, Assignment
from hiring.scoring.models import Rating, Scorecard, ScorecardState


def late_cards(application: Application, user: User) -> list[Scorecard]:
    """Cards submitted after the decision, as far as ``user`` may see scorecards of the application."""
    ratings = Prefetch("ratings", Rating.objects.select_related("criterion__competency"))
    return list(
        Scorecard.objects.visible_to(user)
        .late()
        .filter(interview__application=application)
        .select_related("interviewer", "interview__stage")
        .prefetch_related(ratings)
        .order_by("submitted_at", "pk")
    )


def late_count(application: Application) -> int:
    """How many cards came in after the decision, for whoever may read everything of the application."""
    return Scorecard.objects.late().filter(interview__application=application).count()


def being_written(application: Application) -> int:
    """How many scorecards are begun and not submitted, amendments among them; none once it is decided.

    A number and no more: what stands in a draft, and whose it is, is nobody's but its author's.
    """
    if application.state in DECIDED:
        return 0
    drafts = Scorecard.objects.filter(
        interview=OuterRef("interview"), interviewer=OuterRef("interviewer"), state=ScorecardState.DRAFT
    )
    holding = Assignment.objects.filter(interview__application=application, released_at=None)
    return holding.filter(Exists(drafts)).count()
