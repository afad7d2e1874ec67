"""Constraint changes put to the candidate: when, by whose clock, and taken back if it was a slip."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts import audit
from accounts.errors import ActionError, Frozen
from accounts.models import User
from hiring.scoring.actions.access import lock_own_draft
from hiring.scoring.actions.drafts import FROZEN
from hiring.scoring.errors import ForeignInjection
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.models import InjectionReveal, Scorecard, ScorecardState
from rubrics.models import Injection

# How long a reveal can be taken back, and what a slow network may add to it.
UNDO = timedelta(minutes=1)
GRACE = timedelta(seconds=5)


def reveal_injection(
    card: Scorecard, injection: Injection, *, by: User, ago: timedelta = timedelta(0)
) -> InjectionReveal:
    """Note that a constraint change was put to the candidate. The first time counts.

    ``ago`` is how long before this request it happened, by the device's clock: without a network a form tells
    of it later. The server's clock does the counting, so a device with the wrong time does no harm; the time
    is marked as told by the device, and never lies before the interview, or the draft, began.
    """
    with audit.recording("scorecard.reveal", by=by, team=card.team):
        card = lock_own_draft(card, by, after_decision=True)
        existing = InjectionReveal.objects.filter(scorecard=card, injection=injection).first()
        if existing is not None:
            return existing
        if card.state != ScorecardState.DRAFT:
            raise Frozen(FROZEN)
        if injection.question_id not in InterviewGuide.load_for(card.interview).questions:
            raise ForeignInjection
        at, by_device = _when(card, max(ago, timedelta(0)))
        return InjectionReveal.objects.create(
            scorecard=card, injection=injection, revealed_at=at, by_device=by_device
        )


def _when(card: Scorecard, ago: timedelta) -> tuple[datetime, bool]:
    now = timezone.now()
    if ago <= GRACE:
        return now, False
    planned = card.interview.scheduled_at
    began = min(planned, card.created_at) if planned else card.created_at
    return min(max(now - ago, began), now), True


def undo_reveal(card: Scorecard, injection: Injection, *, by: User, ago: timedelta = timedelta(0)) -> None:
    """Take back a reveal that was a slip, within a minute of it; what is not revealed stays as it is.

    ``ago`` as in ``reveal_injection``. Raises ActionError once the minute is over: the candidate has heard it.
    """
    with audit.recording("scorecard.undo_reveal", by=by, team=card.team):
        card = lock_own_draft(card, by, after_decision=True)
        if card.state != ScorecardState.DRAFT:
            raise Frozen(FROZEN)
        found = InjectionReveal.objects.filter(scorecard=card, injection=injection).first()
        if found is None:
            return
        if timezone.now() - max(ago, timedelta(0)) - found.revealed_at > UNDO + GRACE:
            raise ActionError("A change can be taken back within a minute of its reveal; this one stays.")
        found.delete()
