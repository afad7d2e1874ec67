"""Interviews: when they are, and what became of them."""

from datetime import datetime

from accounts import audit
from accounts.access import has_permission, require
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import User
from accounts.permissions import Permission
from events.actions import record
from events.kinds import FactKind
from hiring.pipeline.facts import CANCELLED, HELD, RESCHEDULED
from hiring.pipeline.models import DECIDED, ENDED, Application, Assignment, Interview, InterviewState


def refuse_ended(application: Application) -> None:
    """Nothing is planned on an application that has ended."""
    if application.state in ENDED:
        raise ActionError(
            f"{application.candidate} is no longer interviewing: {application.get_state_display().lower()}."
        )


def reschedule_interview(
    interview: Interview, *, scheduled_at: datetime | None, by: User, place: str | None = None
) -> Interview:
    """Change time or place of a planned interview."""
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    with audit.recording("interview.reschedule", by=by, team=interview.team):
        interview = locked_interview(interview)
        if interview.state != InterviewState.PLANNED:
            raise ActionError(
                f"This interview is {interview.get_state_display().lower()}; its time stays on record."
            )
        interview.scheduled_at = scheduled_at
        if place is not None:
            interview.place = place.strip()
        interview.save(update_fields=["scheduled_at", "place"])
        tell(RESCHEDULED, interview, by=by)
    return interview


def cancel_interview(interview: Interview, *, reason: str, by: User) -> Interview:
    """Cancel a planned interview; nobody owes a scorecard on it any more."""
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    if not reason.strip():
        raise InvalidInput("A cancellation needs a reason.", problems=[("reason", "Say why in one line.")])
    with audit.recording("interview.cancel", by=by, team=interview.team, reason=reason.strip()):
        owed = Assignment.objects.owing().filter(interview=interview, interviewer=by)
        if owed.exists():
            keep_blind(interview, by)
        interview = locked_interview(interview)
        if interview.state == InterviewState.DONE:
            raise ActionError("This interview was held and cannot be cancelled. Release who cannot score it.")
        if interview.state == InterviewState.PLANNED:
            cancel(interview, by=by)
    return interview


def cancel(interview: Interview, *, by: User) -> None:
    """Cancel a planned interview within an action that has locked it and asked for the right."""
    interview.state = InterviewState.CANCELLED
    interview.save(update_fields=["state"])
    tell(CANCELLED, interview, by=by)


def keep_blind(interview: Interview, by: User) -> None:
    """Refuse that who reads debriefs ends their own blindness, once there is something to be blind to.

    Raises Conflict. Whoever is let off owes nothing any more, and may read what colleagues wrote.
    """
    application = interview.application
    if application.state in DECIDED or not has_permission(by, Permission.VIEW_DEBRIEF, team=interview.team):
        return
    others = Assignment.objects.filter(interview__application=application, submitted_at__isnull=False)
    if others.exclude(interviewer=by).exists():
        raise Conflict(
            "A colleague’s scorecard is in, and whoever is let off may read it. Ask a recruiter who owes none on "
            f"{application.candidate} to do this."
        )


def mark_held(interview: Interview, *, by: User) -> Interview:
    """Say that the interview took place: its interviewers owe their scorecards from now on."""
    assigned = Assignment.objects.filter(interview=interview, interviewer=by, released_at=None).exists()
    require(by, Permission.SCORE if assigned else Permission.EDIT_PIPELINE, team=interview.team)
    with audit.recording("interview.hold", by=by, team=interview.team):
        interview = locked_interview(interview)
        if interview.state == InterviewState.CANCELLED:
            raise ActionError("This interview is cancelled. Plan it again if it took place after all.")
        hold(interview, by=by)
    return interview


def hold(interview: Interview, *, by: User) -> None:
    """Note that a planned interview took place, within an action that has locked it."""
    if interview.state == InterviewState.PLANNED:
        interview.state = InterviewState.DONE
        interview.save(update_fields=["state"])
        tell(HELD, interview, by=by)


def tell(kind: FactKind, interview: Interview, *, by: User) -> None:
    """Announce something about an interview."""
    record(
        kind,
        interview,
        team=interview.team,
        by=by,
        application=interview.application_id,
        stage=interview.stage_id,
    )


def locked_interview(interview: Interview) -> Interview:
    """The row as it stands now, held until the transaction ends."""
    return (
        Interview.objects.select_for_update(of=("self",))
        .select_related("team", "application__candidate", "application__opening")
        .get(pk=interview.pk)
    )
