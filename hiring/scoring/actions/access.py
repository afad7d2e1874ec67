"""Who may score what, checked at every write."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import require
from accounts.errors import ActionError, Frozen
from accounts.models import User
from accounts.permissions import Permission
from hiring.pipeline.models import DECIDED, Application, Assignment, Interview, InterviewState
from hiring.scoring.models import Scorecard

DECIDED_ALREADY = "The decision on this application is recorded; its scorecards can no longer change."


def lock_assignment(interview: Interview, by: User, *, after_decision: bool = False) -> Interview:
    """Return the interview as it stands if ``by`` is to score it; holds the assignment until the end.

    Raises Http404 for outsiders and for members not assigned, as if it were absent, and Frozen once the
    application is decided, unless the caller minds a draft that was begun before (``after_decision``).
    """
    require(by, Permission.SCORE, team=interview.team)
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("interview__team", "interview__application", "interview__stage")
        .filter(interview=interview, interviewer=by, released_at=None)
        .first()
    )
    if assignment is None:
        raise Http404("You are not assigned to this interview.")
    interview = assignment.interview
    if interview.state == InterviewState.CANCELLED:
        raise ActionError("This interview was cancelled; there is nothing to score.")
    if not after_decision and is_decided(interview):
        raise Frozen(DECIDED_ALREADY)
    return interview


def is_decided(interview: Interview) -> bool:
    """Whether hire or no hire is on record."""
    return interview.application.state in DECIDED


def lock_application(card: Scorecard) -> bool:
    """Hold the application until the transaction ends, so that a decision made meanwhile waits or is seen.

    Returns whether it is decided: what is submitted then is late and counts in no figure. Drafts are saved
    without: two people writing do not wait for each other.
    """
    state = (
        Application.objects.select_for_update(of=("self",))
        .values_list("state", flat=True)
        .get(pk=card.interview.application_id)
    )
    return state in DECIDED


def lock_undecided(card: Scorecard) -> None:
    """Hold the application like ``lock_application``; raises Frozen where it is decided."""
    if lock_application(card):
        raise Frozen(DECIDED_ALREADY)


def lock_own_draft(card: Scorecard, by: User, *, after_decision: bool = False) -> Scorecard:
    """Return the card as it stands, held until the transaction ends. Only its interviewer may have it.

    ``after_decision``: the caller finishes a draft, which its author may do whatever was decided meanwhile.
    """
    if card.interviewer_id != by.pk:
        raise PermissionDenied("Only the interviewer who wrote a scorecard can change it.")
    lock_assignment(card.interview, by, after_decision=after_decision)
    return (
        Scorecard.objects.select_for_update(of=("self",)).select_related("interview", "team").get(pk=card.pk)
    )
