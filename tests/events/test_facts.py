"""The facts of the product: each is declared once, recorded by an action, and heard by who should hear it."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from accounts.actions.members import deactivate_member
from accounts.models import Membership
from events.facts import MEMBER_LEFT
from events.kinds import all_kinds
from events.models import Event
from hiring.calibration.actions import DEBOUNCE, KIND, calibrate_team
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.facts import DECIDED, OPENED
from hiring.decisions.models import Debrief
from hiring.decisions.subscribers import take_score_of_record
from hiring.pipeline import actions as pipeline
from hiring.pipeline.facts import ASSIGNED, CANCELLED, HELD, PLANNED, RELEASED, WITHDRAWN
from hiring.pipeline.models import Application, Assignment, Interview
from hiring.scoring import actions as scoring
from hiring.scoring.facts import AMENDED, SUBMITTED
from hiring.scoring.models import Scorecard
from jobs import registry
from jobs.models import Job
from jobs.testing import run_all
from rubrics.actions.exposure import mark_leak
from rubrics.facts import LEAKED
from rubrics.models import Criterion
from tests.factories import CandidateFactory
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db


_built, ours = standing(our_world)


def submit(ours: TeamWorld, card: Scorecard) -> Scorecard:
    by = card.interviewer
    changes: dict[str, object] = {
        f"c{criterion.pk}": {"point": 3, "evidence": "Named the failing link first."}
        for criterion in Criterion.objects.filter(question__placements__stage=card.interview.stage)
    }
    card = scoring.save_draft(
        card, revision=card.revision, changes={**changes, "recommendation": "yes"}, by=by
    )
    return scoring.submit(card, revision=card.revision, by=by)


def named(*kinds: object) -> list[tuple[str, int]]:
    rows = Event.objects.filter(kind__in=[str(kind) for kind in kinds]).order_by("pk")
    return list(rows.values_list("kind", "subject_id"))


def test_submitting_and_amending_are_told_and_ask_for_one_run(ours: TeamWorld) -> None:
    interview, who = ours.interviews[0], ours.interviewers[0]

    first = submit(ours, scoring.start(interview, by=who))
    scoring.submit(first, revision=first.revision, by=who)  # a second click tells nothing again
    second = submit(ours, scoring.amend(first, reason="I mixed up two answers.", by=who))

    assert named(SUBMITTED, AMENDED) == [(SUBMITTED.name, first.pk), (AMENDED.name, second.pk)]
    event = Event.objects.of(SUBMITTED).get()
    assert (event.team, event.by) == (ours.team, who)
    assert event.ids == {"interview": interview.pk, "application": interview.application_id}
    (job,) = Job.objects.filter(kind=KIND)
    assert job.run_after is not None
    assert job.requested_by == who
    assert (job.run_after - job.created_at) <= 2 * DEBOUNCE


def test_submitting_a_planned_interview_says_that_it_was_held(ours: TeamWorld) -> None:
    interview = ours.interviews[0]
    Interview.objects.filter(pk=interview.pk).update(state="planned", scheduled_at=None)

    submit(ours, scoring.start(interview, by=ours.interviewers[0]))

    assert named(HELD) == [(HELD.name, interview.pk)]


def test_leak_asks_for_a_run_because_ratings_are_worth_less(ours: TeamWorld) -> None:
    mark_leak(ours.questions[0], leak=0.5, reason="Seen on a public forum.", by=ours.recruiter)

    assert named(LEAKED) == [(LEAKED.name, ours.questions[0].pk)]
    assert Job.objects.filter(kind=KIND, team=ours.team).count() == 1


def test_run_is_taken_up_by_waiting_debriefs_however_often_it_is_told(ours: TeamWorld) -> None:
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submitted_card(interview, who)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)
    run = calibrate_team(team=ours.team, by=None)
    run_all(ours.team)
    debrief.refresh_from_db()
    assert debrief.run == run

    later = calibrate_team(team=ours.team, by=None)
    for event in Event.objects.filter(kind="calibration.finished"):
        take_score_of_record(event)

    assert later == run
    assert Debrief.objects.get().run == run
    assert named(OPENED) == [(OPENED.name, debrief.pk)]

    decision = decide(
        application=ours.application,
        verdict="hire",
        reason="Debugging carried the day.",
        by=ours.hiring_manager,
    )
    assert named(DECIDED) == [(DECIDED.name, decision.pk)]


def test_interviews_tell_of_plans_people_and_cancellations(ours: TeamWorld) -> None:
    by, who = ours.recruiter, ours.interviewers[0]
    candidate = CandidateFactory(team=ours.team)
    application = pipeline.apply(candidate, ours.application.opening, by=by)
    made = pipeline.schedule_loop(application, by=by)
    assert named(PLANNED) == [(PLANNED.name, row.pk) for row in made]

    assignment = pipeline.assign_interviewer(made[0], who, by=by)
    pipeline.assign_interviewer(made[0], who, by=by)
    pipeline.release_interviewer(assignment, reason="On holiday.", by=who)
    pipeline.assign_interviewer(made[0], who, by=by)
    told = [ASSIGNED.name, RELEASED.name, ASSIGNED.name]
    assert named(ASSIGNED, RELEASED) == [(name, assignment.pk) for name in told]
    assert Assignment.objects.get(pk=assignment.pk).released_at is None

    pipeline.cancel_interview(made[0], reason="Moved on.", by=by)
    pipeline.cancel_interview(made[0], reason="Again.", by=by)
    pipeline.withdraw(application, reason="Took another offer.", by=by)
    assert named(CANCELLED) == [(CANCELLED.name, row.pk) for row in made]
    assert named(WITHDRAWN) == [(WITHDRAWN.name, application.pk)]
    assert Application.objects.get(pk=application.pk).state == "withdrawn"


def test_leaving_a_team_is_told(ours: TeamWorld) -> None:
    member = Membership.objects.get(team=ours.team, user=ours.interviewers[0])

    deactivate_member(member, by=ours.admin, reason="Left the company.")

    event = Event.objects.of(MEMBER_LEFT).get()
    assert (event.subject_id, event.ids, event.by) == (member.pk, {"user": member.user_id}, ours.admin)


def _sources() -> dict[Path, ast.Module]:
    root = Path(settings.BASE_DIR)
    folders = {path.parent for path in root.glob("*/apps.py")}
    files = [file for folder in folders for file in folder.rglob("*.py") if "migrations" not in file.parts]
    return {file: ast.parse(file.read_text()) for file in files}


def test_names_of_facts_and_of_work_are_typed_once() -> None:
    """A second copy of a name would go on compiling when the first is changed."""
    typed = Counter(
        node.value
        for tree in _sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )

    names = [kind.name for kind in all_kinds()]
    names += [kind for kind in registry._handlers if kind in typed]
    assert {name: typed[name] for name in names if typed[name] != 1} == {}


def test_every_declared_fact_is_recorded_by_an_action() -> None:
    """A kind that nothing records would be waited for in vain."""
    used: Counter[str] = Counter()
    for file, tree in _sources().items():
        if file.name not in {"facts.py", "subscribers.py"} or file.parent.name == "events":
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            used.update(names)
    declared = [
        target.id
        for file, tree in _sources().items()
        if file.name == "facts.py"
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]

    assert len(declared) == len(all_kinds())
    assert [name for name in declared if not used[name]] == []
