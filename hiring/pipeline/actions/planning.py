"""Planning interviews: a stage, a further session of one, or all that a loop has."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max

from accounts import audit
from accounts.access import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.permissions import Permission
from hiring.pipeline.actions.holders import assign, assign_interviewer
from hiring.pipeline.actions.interviews import refuse_ended, tell
from hiring.pipeline.facts import PLANNED
from hiring.pipeline.models import Application, Interview, InterviewState
from loops.models import Stage
from rubrics.models import Question


def schedule_interview(
    application: Application,
    stage: Stage,
    *,
    by: User,
    scheduled_at: datetime | None = None,
    interviewers: Iterable[User] = (),
    place: str = "",
    session: int = 1,
) -> Interview:
    """Plan one stage of the loop for an application, with its interviewers; each session of a stage once.

    Session 2 of a stage is planned where the first left something open.
    """
    require(by, Permission.EDIT_PIPELINE, team=application.team)
    if stage.loop_id != application.opening.loop_id:
        raise InvalidInput(
            f"{stage} is not a stage of {application.opening.loop}.",
            problems=[("stage", "Choose a stage of the opening's loop.")],
        )
    try:
        with audit.recording("interview.schedule", by=by, team=application.team):
            refuse_ended(Application.objects.select_for_update(of=("self",)).get(pk=application.pk))
            interview = Interview.objects.create(
                team=application.team,
                application=application,
                stage=stage,
                scheduled_at=scheduled_at,
                place=place,
                session=session,
            )
            tell(PLANNED, interview, by=by)
            for interviewer in interviewers:
                assign_interviewer(interview, interviewer, by=by)
    except IntegrityError as error:
        if "one_live_interview_per_stage" not in str(error):
            raise
        raise Conflict(
            f"{stage} is planned for {application.candidate} already. Change or cancel that interview, or plan "
            "another session of it."
        ) from error
    return interview


def plan_further_session(
    application: Application, stage: Stage, *, question: Question, interviewer: User, by: User
) -> Interview:
    """Plan the next session of ``stage``, which asks ``question`` alone, without a time yet.

    Within an action that has locked the application and asked for the right.
    """
    refuse_ended(application)
    interview = _next_session(application, stage, question=question, by=by)
    assign(interview, interviewer, by=by)
    return interview


def plan_another_session(interview: Interview, *, by: User) -> Interview:
    """Plan the stage of ``interview`` once more for the same candidate, without time or interviewers."""
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    with audit.recording("interview.schedule", by=by, team=interview.team):
        application = Application.objects.select_for_update(of=("self",)).get(pk=interview.application_id)
        refuse_ended(application)
        return _next_session(application, interview.stage, question=None, by=by)


def _next_session(
    application: Application, stage: Stage, *, question: Question | None, by: User
) -> Interview:
    live = Interview.objects.filter(application=application, stage=stage).exclude(
        state=InterviewState.CANCELLED
    )
    interview: Interview = Interview.objects.create(
        team=application.team,
        application=application,
        stage=stage,
        session=(live.aggregate(last=Max("session"))["last"] or 0) + 1,
        extra_question=question,
    )
    tell(PLANNED, interview, by=by)
    return interview


def schedule_loop(application: Application, *, by: User) -> list[Interview]:
    """Plan every stage that has no interview yet, without times or interviewers."""
    require(by, Permission.EDIT_PIPELINE, team=application.team)
    with audit.recording("application.schedule_loop", by=by, team=application.team):
        refuse_ended(Application.objects.select_for_update(of=("self",)).get(pk=application.pk))
        live = Interview.objects.filter(application=application).exclude(state=InterviewState.CANCELLED)
        stages = Stage.objects.filter(loop=application.opening.loop_id).exclude(
            pk__in=live.values("stage_id")
        )
        made = Interview.objects.bulk_create(
            Interview(team=application.team, application=application, stage=stage) for stage in stages
        )
        for interview in made:
            tell(PLANNED, interview, by=by)
        return made
