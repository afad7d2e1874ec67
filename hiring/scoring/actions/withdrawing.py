"""Taking one rating back after its card was submitted: by its author, or by a recruiter who may read it."""

from django.http import Http404

from accounts import audit
from accounts.access import has_permission
from accounts.errors import ActionError, InvalidInput
from accounts.models import User
from accounts.permissions import Permission
from events.actions import record
from hiring.scoring.actions.access import lock_undecided
from hiring.scoring.facts import WITHDRAWN
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from hiring.scoring.withdrawals import Withdrawal
from web.reasons import lacks_words

LONGEST_REASON = 2000


def withdraw_rating(rating: Rating, *, reason: str, by: User) -> Withdrawal:
    """Let a submitted rating count no longer; it stays readable, marked with the reason. Twice is once.

    The author may, and recruiters who see the card. Where an amendment after the reveal left an earlier value in the
    levels, that goes with it. Raises Frozen after the decision and ActionError for a rating that does not stand.
    """
    team = rating.scorecard.team
    author = rating.scorecard.interviewer_id == by.pk
    if not Scorecard.objects.visible_to(by).filter(pk=rating.scorecard_id).exists():
        raise Http404("You see no such scorecard.")
    if not author and not has_permission(by, Permission.EDIT_PIPELINE, team=team):
        raise ActionError("A rating is withdrawn by its author or by a recruiter.")
    reason = reason.strip()
    wordless = lacks_words(reason, fewest=3) or (
        "Say it in a line or two." if len(reason) > LONGEST_REASON else ""
    )
    if wordless:
        raise InvalidInput("The rating was not withdrawn.", problems=[("reason", wordless)])
    with audit.recording("rating.withdraw", by=by, team=team, reason=reason):
        card = (
            Scorecard.objects.select_for_update(of=("self",))
            .select_related("interview")
            .get(pk=rating.scorecard_id)
        )
        lock_undecided(card)
        if card.state != ScorecardState.SUBMITTED or rating.point is None:
            raise ActionError("Only a rating on a submitted scorecard that stands can be withdrawn.")
        known = Withdrawal.objects.filter(rating=rating).first()
        if known is not None:
            return known
        versions = Rating.objects.filter(
            scorecard__interview=card.interview_id,
            scorecard__interviewer=card.interviewer_id,
            criterion=rating.criterion_id,
            withdrawal=None,
        )
        for each in versions.counting().exclude(pk=rating.pk):
            Withdrawal.objects.create(rating=each, reason=reason, withdrawn_by=by)
        withdrawal: Withdrawal = Withdrawal.objects.create(rating=rating, reason=reason, withdrawn_by=by)
        record(
            WITHDRAWN,
            card,
            team=team,
            by=by,
            interview=card.interview_id,
            application=card.interview.application_id,
        )
    return withdrawal
