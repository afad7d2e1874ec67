"""Who may see whose scorecard: the one place where blindness is decided.

- One's own cards, always.
- As long as one owes a scorecard on an application, nothing of anyone else's on that
  application, whatever one's role. What owing means is said by ``Assignment.objects.owing()``.
- An interviewer who owes nothing and has submitted, still assigned, sees the others'
  submitted cards, if the team's blind mode says "after own"; otherwise from the debrief on.
- Members with the debrief right see submitted cards once the debrief is open. An interviewer who submitted reads it
  too (``took_part``): every blind mode says so from then on.
- Where the team's blind mode says that nothing is blind, the panel and readers see submitted cards at once.
- An outside interviewer, who came by a link, sees nobody else's card.
- A shadow's card is seen by its author alone; it enters nothing.

A decision ends what is owed: what is submitted then is late and counts in no figure, so there is
nothing left to keep blind.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import TeamPolicy, User
from accounts.models.policy import BlindMode
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.pipeline.models import Application, Assignment
from hiring.scoring.states import ScorecardState

Q_ = TypeVar("Q_", bound="QuerySet")  # type: ignore[type-arg]


def owes_scorecard(user: User, application_ref: str) -> Exists:
    """Condition: ``user`` still owes a scorecard on the application named by ``application_ref``."""
    mine = Assignment.objects.owing().filter(interviewer=user)
    return Exists(mine.filter(interview__application_id=OuterRef(application_ref)))


def owes_on(application_id: int, user: User, *, besides: Assignment | None = None) -> bool:
    """Whether ``user`` still owes a scorecard on one application, on another assignment than ``besides``."""
    mine = Assignment.objects.owing().filter(interviewer=user, interview__application_id=application_id)
    return (mine if besides is None else mine.exclude(pk=besides.pk)).exists()


def took_part(user: User, application_ref: str) -> Exists:
    """Condition: ``user`` has a submitted scorecard on the application named by ``application_ref``, and was not
    released since: whoever sees the others' cards once they are revealed, as an interviewer.
    """
    mine = Assignment.objects.filter(
        interviewer=user,
        released_at=None,
        submitted_at__isnull=False,
        interview__team_id__in=team_ids_with(user, Permission.READ_PANEL),
    )
    return Exists(mine.filter(interview__application_id=OuterRef(application_ref)))


def blind_on(applications: Iterable[int], people: Iterable[User]) -> set[tuple[int, int]]:
    """Pairs of application and person who owes a scorecard there, and so hears nothing of colleagues'. One query."""
    rows = Assignment.objects.owing().filter(
        interview__application_id__in=set(applications), interviewer__in=list(people)
    )
    return set(rows.values_list("interview__application_id", "interviewer_id"))


def visible_scorecards(cards: Q_, user: User | AnonymousUser, *, as_if_nothing_owed: bool = False) -> Q_:
    """Narrow ``cards`` to what ``user`` may see."""
    if not user.is_authenticated:
        return cards.none()
    submitted = Q(state__in=[ScorecardState.SUBMITTED, ScorecardState.AMENDED, ScorecardState.LATE])
    revealed = Q(interview__application__debriefed_at__isnull=False)
    blind_mode = Subquery(
        TeamPolicy.objects.filter(team_id=OuterRef("team_id")).order_by("-version").values("blind_mode")[:1]
    )
    never_blind = Q(blind_mode=BlindMode.NEVER_BLIND)
    # Whoever was released, say for a conflict of interest, is out, even with a card of their own on record.
    holds = Assignment.objects.filter(
        interviewer=user,
        released_at=None,
        interview__application_id=OuterRef("interview__application_id"),
    )
    own_submitted = Exists(holds.filter(submitted_at__isnull=False))
    scores_in = team_ids_with(user, Permission.SCORE)
    own = Q(interviewer=user, team_id__in=scores_in)
    as_interviewer = Q(team_id__in=team_ids_with(user, Permission.READ_PANEL)) & (
        (Q(own_submitted) & (revealed | Q(blind_mode=None) | Q(blind_mode=BlindMode.AFTER_OWN)))
        | (Q(Exists(holds)) & never_blind)
    )
    as_reader = Q(team_id__in=team_ids_with(user, Permission.VIEW_DEBRIEF)) & (revealed | never_blind)
    nothing_owed = (
        Q() if as_if_nothing_owed else never_blind | ~Q(owes_scorecard(user, "interview__application_id"))
    )
    return cards.alias(blind_mode=blind_mode).filter(
        own | (submitted & nothing_owed & (as_interviewer | as_reader))
    )


def is_revealed(application: Application) -> bool:
    """Whether everybody's scores on ``application`` are revealed to those who may read debriefs."""
    return application.debriefed_at is not None
