"""Plan the next best question as an interview, when more evidence is asked for."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from accounts import audit
from accounts.access import has_permission
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.permissions import Permission
from hiring.calibration.next_questions import NextQuestion, next_questions
from hiring.decisions.models import Debrief
from hiring.pipeline.actions.planning import plan_further_session
from hiring.pipeline.models import Application, Interview, InterviewState
from loops.models import Stage
from rubrics.models import Criterion, Question


@dataclass(frozen=True)
class PlannedSession:
    """A further session that is planned: its question, and who asks it."""

    interview: Interview
    people: list[str]


def may_plan(user: User, application: Application) -> bool:
    """Whether ``user`` plans a further session: who decides, and who plans interviews anyway."""
    rights = (Permission.DECIDE, Permission.EDIT_PIPELINE)
    return any(has_permission(user, right, team=application.team) for right in rights)


def planned_questions(application: Application) -> list[PlannedSession]:
    """Further sessions that are planned and not held yet, the oldest first. Two queries."""
    rows = (
        Interview.objects.filter(
            application=application, state=InterviewState.PLANNED, extra_question__isnull=False
        )
        .select_related("extra_question", "stage")
        .prefetch_related("assignments__interviewer")
        .order_by("pk")
    )
    return [
        PlannedSession(
            row, [each.interviewer.name for each in row.assignments.all() if each.released_at is None]
        )
        for row in rows
    ]


def plan_next_question(
    *, debrief: Debrief, question: str, competency: str, interviewer: int, by: User
) -> Interview:
    """Plan a further session that asks ``question``, by key, alone, held by ``interviewer``, by id.

    Both must be among what the debrief names as settling most. The session belongs to the stage of the loop that
    fits best, and has no time yet. Raises Conflict where it is planned already or nothing can be asked any more.
    """
    application = debrief.application
    if not Debrief.objects.visible_to(by).filter(pk=debrief.pk).exists() or not may_plan(by, application):
        raise PermissionDenied("Who decides, or plans interviews, plans a further session.")
    with audit.recording("debrief.plan_next_question", by=by, team=debrief.team):
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        named = next_questions(locked, debrief.run).questions
        row = _chosen(named, question, competency)
        person = User.objects.filter(pk=interviewer).first() if interviewer in row.people else None
        if person is None:
            raise InvalidInput(
                "The session was not planned.",
                problems=[("interviewer", "Choose one of those named: they have not met the candidate.")],
            )
        asked = row.criterion.question
        again = Interview.objects.filter(
            application=locked, state=InterviewState.PLANNED, extra_question__key=asked.key
        )
        if again.exists():
            raise Conflict(f"A session that asks {asked.title} is planned already.")
        stage = fitting_stage(locked, row.criterion)
        return plan_further_session(locked, stage, question=_newest(asked), interviewer=person, by=by)


def _chosen(named: list[NextQuestion], question: str, competency: str) -> NextQuestion:
    for row in named:
        if (row.criterion.question.key, row.criterion.competency.key) == (question, competency):
            return row
    raise InvalidInput(
        "The session was not planned.",
        problems=[("question", "Choose one of the questions that the debrief names as settling most.")],
    )


def _newest(question: Question) -> Question:
    """The version that the team asks today."""
    found: Question | None = (
        Question.objects.in_team(question.team).latest_published().filter(key=question.key).first()
    )
    return found or question


def fitting_stage(application: Application, criterion: Criterion) -> Stage:
    """The stage of the loop that a question belongs to: one that asks it, else its competency, else the longest.

    A stage that asks nothing is a conversation, on which no scorecard is owed.
    """
    stages: list[Stage] = list(
        Stage.objects.filter(loop=application.opening.loop_id)
        .prefetch_related("placements__question__criteria__competency")
        .order_by("-minutes", "position")
    )

    def fit(stage: Stage) -> int:
        placed = [row.question for row in stage.placements.all()]
        if any(question.key == criterion.question.key for question in placed):
            return 0
        rated = {each.competency.key for question in placed for each in question.criteria.all()}
        return 1 if criterion.competency.key in rated else 2

    asking = [stage for stage in stages if any(not row.is_alternate for row in stage.placements.all())]
    if not asking:
        raise Conflict("The loop has no stage that asks anything, so a further session has no place in it.")
    return min(asking, key=fit)
