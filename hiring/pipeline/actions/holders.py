"""Who holds an interview: assigning, letting off, handing over to a colleague."""

from django.utils import timezone

from accounts import audit
from accounts.access import has_permission, require
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Team, User
from accounts.permissions import Permission
from events.actions import record
from events.kinds import FactKind
from hiring.pipeline.actions.interviews import keep_blind, locked_interview, refuse_ended
from hiring.pipeline.facts import ASSIGNED, RELEASED
from hiring.pipeline.models import Assignment, Interview, InterviewState

LONGEST_REASON = 200


def assign_interviewer(
    interview: Interview, interviewer: User, *, by: User, shadow: bool = False
) -> Assignment:
    """Let ``interviewer`` hold the interview and owe a scorecard; taken back on if released earlier.

    A ``shadow`` listens to learn: nobody waits for the card, and it enters no number.
    """
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    with audit.recording("interview.assign", by=by, team=interview.team):
        # The assignment before the interview, as everywhere: who submits at this moment is waited for.
        Assignment.objects.select_for_update().filter(interview=interview, interviewer=interviewer).first()
        return assign(locked_interview(interview), interviewer, by=by, shadow=shadow)


def assign(interview: Interview, interviewer: User, *, by: User, shadow: bool = False) -> Assignment:
    """Make somebody hold an interview that is locked, within an action that has asked for the right."""
    if not interviewer.is_active or not has_permission(interviewer, Permission.SCORE, team=interview.team):
        raise InvalidInput(
            f"{interviewer} cannot score in {interview.team}.",
            problems=[("interviewer", "Choose an active member whose role may score interviews.")],
        )
    if interview.state == InterviewState.CANCELLED:
        raise ActionError("This interview is cancelled. Plan it again before assigning anybody.")
    refuse_ended(interview.application)
    assignment, created = Assignment.objects.select_for_update().get_or_create(
        interview=interview, interviewer=interviewer, defaults={"shadow": shadow}
    )
    again = not created and assignment.released_at is not None
    if again:
        assignment.released_at, assignment.release_reason, assignment.handed_to = None, "", None
        assignment.assigned_at, assignment.shadow = timezone.now(), shadow
        assignment.save()
    if created or again:
        _tell(ASSIGNED, assignment, team=interview.team, by=by)
    return assignment


def release_interviewer(assignment: Assignment, *, reason: str, by: User) -> Assignment:
    """Let an interviewer off: recruiters may, and the interviewer too. Not once a scorecard is in.

    Raises Conflict where somebody who reads debriefs lets themselves off an application on which a colleague's card
    is in: that would end their own blindness.
    """
    team = assignment.interview.team
    require(by, _right_over(assignment, by), team=team)
    reason = _one_line(reason)
    with audit.recording("interview.release", by=by, team=team, reason=reason):
        assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if assignment.released_at is None:
            _release(assignment, reason=reason, by=by)
    return assignment


def hand_over(assignment: Assignment, *, to: User, reason: str, by: User) -> Assignment:
    """Let a named colleague hold the interview in place of its interviewer; return theirs.

    The interviewer may, and so may recruiters. A draft that was begun stays its author's and is not handed over.
    Raises as ``release_interviewer`` and ``assign_interviewer`` do, and Conflict where the colleague holds it already.
    """
    team = assignment.interview.team
    require(by, _right_over(assignment, by), team=team)
    reason = _one_line(reason)
    with audit.recording("interview.hand_over", by=by, team=team, reason=reason):
        assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
        taken = Assignment.objects.filter(
            interview=assignment.interview_id, interviewer=to, released_at=None
        ).first()
        if assignment.released_at is not None:
            if taken is not None and assignment.handed_to_id == to.pk:
                return taken  # a second click
            raise Conflict("This interview is no longer yours to hand over.")
        if taken is not None:
            raise Conflict(f"{to} holds this interview already. Choose somebody else, or decline.")
        if to.pk == assignment.interviewer_id:
            raise Conflict("Choose a colleague to hand it to.")
        _release(assignment, reason=reason, by=by, to=to)
        return assign(locked_interview(assignment.interview), to, by=by, shadow=assignment.shadow)


def _right_over(assignment: Assignment, by: User) -> Permission:
    return Permission.SCORE if by.pk == assignment.interviewer_id else Permission.EDIT_PIPELINE


def _one_line(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(
            "Nothing was changed.", problems=[("reason", f"Say why, in at most {LONGEST_REASON} characters.")]
        )
    return reason


def _release(assignment: Assignment, *, reason: str, by: User, to: User | None = None) -> None:
    if assignment.submitted_at is not None:
        raise ActionError(
            f"{assignment.interviewer} has submitted a scorecard for this interview; it stays on record."
        )
    if by.pk == assignment.interviewer_id:
        keep_blind(assignment.interview, by)
    assignment.released_at, assignment.release_reason, assignment.handed_to = timezone.now(), reason, to
    assignment.save(update_fields=["released_at", "release_reason", "handed_to"])
    _tell(RELEASED, assignment, team=assignment.interview.team, by=by)


def _tell(kind: FactKind, assignment: Assignment, *, team: Team, by: User) -> None:
    record(
        kind,
        assignment,
        team=team,
        by=by,
        interview=assignment.interview_id,
        interviewer=assignment.interviewer_id,
    )
