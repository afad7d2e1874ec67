"""Interviews: one per stage, who holds them, when, and what became of them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.access import has_permission, require
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Team, User
from accounts.permissions import Permission
from events.actions import record
from events.kinds import FactKind
from hiring.pipeline.facts import ASSIGNED, CANCELLED, HELD, PLANNED, RELEASED, RESCHEDULED
from hiring.pipeline.models import ENDED, Application, Assignment, Interview, InterviewState
from loops.models import Stage
from rubrics.models import Question


def _running(application: Application) -> None:
    if application.state in ENDED:
        raise ActionError(
            f"{application.candidate} is no longer interviewing: {application.get_state_display().lower()}."
        )


def schedule_interview(
    application: Application,
    stage: Stage,
    *,
    by: User,
    scheduled_at: datetime | None = None,
    interviewers: Iterable[User] = (),
    place: str = "",
) -> Interview:
    """Plan one stage of the loop for an application, with its interviewers; once per live stage."""
    require(by, Permission.EDIT_PIPELINE, team=application.team)
    if stage.loop_id != application.opening.loop_id:
        raise InvalidInput(
            f"{stage} is not a stage of {application.opening.loop}.",
            problems=[("stage", "Choose a stage of the opening's loop.")],
        )
    try:
        with audit.recording("interview.schedule", by=by, team=application.team):
            _running(Application.objects.select_for_update(of=("self",)).get(pk=application.pk))
            interview = Interview.objects.create(
                team=application.team,
                application=application,
                stage=stage,
                scheduled_at=scheduled_at,
                place=place,
            )
            _tell(PLANNED, interview, by=by)
            for interviewer in interviewers:
                assign_interviewer(interview, interviewer, by=by)
    except IntegrityError as error:
        if "one_live_interview_per_stage" not in str(error):
            raise
        raise Conflict(
            f"{stage} is planned for {application.candidate} already. Change or cancel that interview."
        ) from error
    return interview


def plan_further_session(
    application: Application, stage: Stage, *, question: Question, interviewer: User, by: User
) -> Interview:
    """Plan a further session of ``stage`` that asks ``question`` alone, without a time yet.

    Within an action that has locked the application and asked for the right.
    """
    _running(application)
    held = Interview.objects.filter(application=application, stage=stage)
    last = held.exclude(state=InterviewState.CANCELLED).aggregate(last=Max("session"))["last"] or 0
    interview: Interview = Interview.objects.create(
        team=application.team,
        application=application,
        stage=stage,
        session=last + 1,
        extra_question=question,
    )
    _tell(PLANNED, interview, by=by)
    assign(interview, interviewer, by=by)
    return interview


def schedule_loop(application: Application, *, by: User) -> list[Interview]:
    """Plan every stage that has no interview yet, without times or interviewers."""
    require(by, Permission.EDIT_PIPELINE, team=application.team)
    with audit.recording("application.schedule_loop", by=by, team=application.team):
        _running(Application.objects.select_for_update(of=("self",)).get(pk=application.pk))
        live = Interview.objects.filter(application=application).exclude(state=InterviewState.CANCELLED)
        stages = Stage.objects.filter(loop=application.opening.loop_id).exclude(
            pk__in=live.values("stage_id")
        )
        made = Interview.objects.bulk_create(
            Interview(team=application.team, application=application, stage=stage) for stage in stages
        )
        for interview in made:
            _tell(PLANNED, interview, by=by)
        return made


def reschedule_interview(
    interview: Interview, *, scheduled_at: datetime | None, by: User, place: str | None = None
) -> Interview:
    """Change time or place of a planned interview."""
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    with audit.recording("interview.reschedule", by=by, team=interview.team):
        interview = _locked(interview)
        if interview.state != InterviewState.PLANNED:
            raise ActionError(
                f"This interview is {interview.get_state_display().lower()}; its time stays on record."
            )
        interview.scheduled_at = scheduled_at
        if place is not None:
            interview.place = place.strip()
        interview.save(update_fields=["scheduled_at", "place"])
        _tell(RESCHEDULED, interview, by=by)
    return interview


def assign_interviewer(interview: Interview, interviewer: User, *, by: User) -> Assignment:
    """Let ``interviewer`` hold the interview and owe a scorecard; taken back on if released earlier."""
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    return assign(interview, interviewer, by=by)


def assign(interview: Interview, interviewer: User, *, by: User) -> Assignment:
    """The same, within an action that has asked for the right."""
    if not interviewer.is_active or not has_permission(interviewer, Permission.SCORE, team=interview.team):
        raise InvalidInput(
            f"{interviewer} cannot score in {interview.team}.",
            problems=[("interviewer", "Choose an active member whose role may score interviews.")],
        )
    with audit.recording("interview.assign", by=by, team=interview.team):
        interview = _locked(interview)
        if interview.state == InterviewState.CANCELLED:
            raise ActionError("This interview is cancelled. Plan it again before assigning anybody.")
        _running(interview.application)
        assignment, created = Assignment.objects.select_for_update().get_or_create(
            interview=interview, interviewer=interviewer
        )
        again = not created and assignment.released_at is not None
        if again:
            assignment.released_at, assignment.release_reason = None, ""
            assignment.save(update_fields=["released_at", "release_reason"])
        if created or again:
            _tell_of_holder(ASSIGNED, assignment, team=interview.team, by=by)
    return assignment


def release_interviewer(assignment: Assignment, *, reason: str, by: User) -> Assignment:
    """Let an interviewer off: recruiters may, and the interviewer too. Not once a scorecard is in."""
    team = assignment.interview.team
    if by.pk != assignment.interviewer_id:
        require(by, Permission.EDIT_PIPELINE, team=team)
    else:
        require(by, Permission.SCORE, team=team)
    reason = reason.strip()
    if not reason or len(reason) > 200:
        raise InvalidInput(
            "The interviewer was not released.", problems=[("reason", "Say why, in at most 200 characters.")]
        )
    with audit.recording("interview.release", by=by, team=team, reason=reason):
        assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if assignment.released_at is not None:
            return assignment
        if assignment.submitted_at is not None:
            raise ActionError(
                f"{assignment.interviewer} has submitted a scorecard for this interview; it stays on record."
            )
        assignment.released_at, assignment.release_reason = timezone.now(), reason
        assignment.save(update_fields=["released_at", "release_reason"])
        _tell_of_holder(RELEASED, assignment, team=team, by=by)
    return assignment


def cancel_interview(interview: Interview, *, reason: str, by: User) -> Interview:
    """Cancel a planned interview; nobody owes a scorecard on it any more."""
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    if not reason.strip():
        raise InvalidInput("A cancellation needs a reason.", problems=[("reason", "Say why in one line.")])
    with audit.recording("interview.cancel", by=by, team=interview.team, reason=reason.strip()):
        interview = _locked(interview)
        if interview.state == InterviewState.DONE:
            raise ActionError("This interview was held and cannot be cancelled. Release who cannot score it.")
        if interview.state == InterviewState.PLANNED:
            cancel(interview, by=by)
    return interview


def cancel(interview: Interview, *, by: User) -> None:
    """Cancel a planned interview within an action that has locked it and asked for the right."""
    interview.state = InterviewState.CANCELLED
    interview.save(update_fields=["state"])
    _tell(CANCELLED, interview, by=by)


def mark_held(interview: Interview, *, by: User) -> Interview:
    """Say that the interview took place: its interviewers owe their scorecards from now on."""
    assigned = Assignment.objects.filter(interview=interview, interviewer=by, released_at=None).exists()
    require(by, Permission.SCORE if assigned else Permission.EDIT_PIPELINE, team=interview.team)
    with audit.recording("interview.hold", by=by, team=interview.team):
        interview = _locked(interview)
        if interview.state == InterviewState.CANCELLED:
            raise ActionError("This interview is cancelled. Plan it again if it took place after all.")
        hold(interview, by=by)
    return interview


def hold(interview: Interview, *, by: User) -> None:
    """Note that a planned interview took place, within an action that has locked it."""
    if interview.state == InterviewState.PLANNED:
        interview.state = InterviewState.DONE
        interview.save(update_fields=["state"])
        _tell(HELD, interview, by=by)


def _tell(kind: FactKind, interview: Interview, *, by: User) -> None:
    record(
        kind,
        interview,
        team=interview.team,
        by=by,
        application=interview.application_id,
        stage=interview.stage_id,
    )


def _tell_of_holder(kind: FactKind, assignment: Assignment, *, team: Team, by: User) -> None:
    record(
        kind,
        assignment,
        team=team,
        by=by,
        interview=assignment.interview_id,
        interviewer=assignment.interviewer_id,
    )


def _locked(interview: Interview) -> Interview:
    """The row as it stands now, held until the transaction ends."""
    return (
        Interview.objects.select_for_update(of=("self",))
        .select_related("team", "application__candidate", "application__opening")
        .get(pk=interview.pk)
    )
