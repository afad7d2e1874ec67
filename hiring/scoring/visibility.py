"""Who may see whose scorecard: the one place where blindness is decided.

- One's own cards, always.
- As long as one owes a scorecard on an application (an assignment not released, no
  submitted card), nothing of anyone else's on that application, whatever one's role.
- An interviewer who owes nothing and has submitted, still assigned, sees the others'
  submitted cards, if the team's blind mode says "after own"; otherwise from the debrief on.
- Members with the debrief right see submitted cards once the debrief is open.

A decision ends what is owed: cards can no longer be submitted then, so there is
nothing left to keep blind.
"""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import TeamPolicy, User
from accounts.models.policy import BlindMode
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.pipeline.models import Application, ApplicationState, Assignment, InterviewState

Q_ = TypeVar("Q_", bound="QuerySet")  # type: ignore[type-arg]
_DECIDED = (ApplicationState.HIRED, ApplicationState.DECLINED)


def owed(user: User) -> "QuerySet[Assignment]":
    """Assignments on which ``user`` still owes a scorecard, whether the interview was held yet or not."""
    from hiring.scoring.models import Scorecard, ScorecardState  # noqa: PLC0415 -- it imports this module's caller

    submitted = Scorecard.objects.filter(
        interview_id=OuterRef("interview_id"), interviewer=user, state=ScorecardState.SUBMITTED
    )
    return (
        Assignment.objects.filter(~Exists(submitted), interviewer=user, released_at=None)
        .exclude(interview__state=InterviewState.CANCELLED)
        .exclude(interview__application__state__in=_DECIDED)
    )


def owes_scorecard(user: User, application_ref: str) -> Exists:
    """Condition: ``user`` still owes a scorecard on the application named by ``application_ref``."""
    return Exists(owed(user).filter(interview__application_id=OuterRef(application_ref)))


def owes_on(application_id: int, user: User) -> bool:
    """Whether ``user`` still owes a scorecard on one application."""
    return owed(user).filter(interview__application_id=application_id).exists()


def visible_scorecards(cards: Q_, user: User | AnonymousUser) -> Q_:
    """Narrow ``cards`` to what ``user`` may see."""
    from hiring.scoring.models import Scorecard, ScorecardState  # noqa: PLC0415 -- it imports this module's caller

    if not user.is_authenticated:
        return cards.none()
    submitted = Q(state__in=[ScorecardState.SUBMITTED, ScorecardState.AMENDED])
    revealed = Q(interview__application__debriefed_at__isnull=False)
    blind_mode = Subquery(
        TeamPolicy.objects.filter(team_id=OuterRef("team_id")).order_by("-version").values("blind_mode")[:1]
    )
    # Whoever was released, say for a conflict of interest, is out, even with a card of their own on record.
    still_assigned = Assignment.objects.filter(
        interview_id=OuterRef("interview_id"), interviewer=user, released_at=None
    )
    own_submitted = Exists(
        Scorecard.objects.filter(
            Exists(still_assigned),
            interviewer=user,
            state=ScorecardState.SUBMITTED,
            interview__application_id=OuterRef("interview__application_id"),
        )
    )
    scores_in = team_ids_with(user, Permission.SCORE)
    own = Q(interviewer=user, team_id__in=scores_in)
    as_interviewer = (
        Q(team_id__in=scores_in)
        & Q(own_submitted)
        & (revealed | Q(blind_mode=None) | Q(blind_mode=BlindMode.AFTER_OWN))
    )
    as_reader = Q(team_id__in=team_ids_with(user, Permission.VIEW_DEBRIEF)) & revealed
    nothing_owed = ~Q(owes_scorecard(user, "interview__application_id"))
    return cards.alias(blind_mode=blind_mode).filter(
        own | (submitted & nothing_owed & (as_interviewer | as_reader))
    )


def is_revealed(application: Application) -> bool:
    """Whether everybody's scores on ``application`` are revealed to those who may read debriefs."""
    return application.debriefed_at is not None
