"""Who may see whose scorecard: the one place where blindness is decided.

- One's own cards, always.
- As long as one owes a scorecard on an application (an assignment not released, no
  submitted card), nothing of anyone else's on that application, whatever one's role.
- An interviewer who owes nothing and has submitted sees the others' submitted cards,
  if the team's blind mode says "after own"; otherwise from the debrief on.
- Members with the debrief right see submitted cards once the debrief is open.
"""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import TeamPolicy, User
from accounts.models.policy import BlindMode
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.pipeline.models import Assignment, InterviewState

Q_ = TypeVar("Q_", bound="QuerySet")  # type: ignore[type-arg]


def owes_scorecard(user: User, application_ref: str) -> Exists:
    """Condition: ``user`` still owes a scorecard on the application named by ``application_ref``."""
    from hiring.scoring.models import Scorecard, ScorecardState  # noqa: PLC0415 -- it imports this module's caller

    submitted = Scorecard.objects.filter(
        interview_id=OuterRef("interview_id"), interviewer=user, state=ScorecardState.SUBMITTED
    )
    return Exists(
        Assignment.objects.filter(
            ~Exists(submitted),
            interviewer=user,
            released_at=None,
            interview__application_id=OuterRef(application_ref),
        ).exclude(interview__state=InterviewState.CANCELLED)
    )


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
    own_submitted = Exists(
        Scorecard.objects.filter(
            interviewer=user,
            state=ScorecardState.SUBMITTED,
            interview__application_id=OuterRef("interview__application_id"),
        )
    )
    own = Q(interviewer=user, team_id__in=team_ids_with(user, Permission.SCORE))
    as_interviewer = (
        Q(team_id__in=team_ids_with(user, Permission.SCORE))
        & Q(own_submitted)
        & (revealed | Q(blind_mode=None) | Q(blind_mode=BlindMode.AFTER_OWN))
    )
    as_reader = Q(team_id__in=team_ids_with(user, Permission.VIEW_DEBRIEF)) & revealed
    return (
        cards.alias(blind_mode=blind_mode, application_pk=F("interview__application_id"))
        .filter(
            own | (submitted & ~Q(owes_scorecard(user, "interview__application_id")) & (as_interviewer | as_reader))
        )
    )
