"""The next best question planned as an interview: which asks it alone, and is scored on it alone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.errors import Conflict, InvalidInput
from hiring.calibration.next_questions import next_questions
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.models import Debrief
from hiring.decisions.next_session import plan_next_question
from hiring.decisions.record import adopt_run
from hiring.pipeline.actions.interviews import cancel_interview, mark_held
from hiring.pipeline.actions.planning import schedule_interview
from hiring.pipeline.models import Assignment, Interview
from hiring.scoring.actions import save_draft, start, submit
from hiring.scoring.models import Rating
from hiring.scoring.visibility import owes_on
from tests.calibration.test_one_more import Asked, asked
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db


def opened() -> Asked:
    world = asked()
    open_debrief(application=world.ours.application, by=world.ours.recruiter)
    adopt_run(world.run)
    decide(
        application=world.ours.application,
        verdict="more_evidence",
        reason="The interval covers the bar; one more session on debugging.",
        by=world.ours.hiring_manager,
    )
    return world


_built, world = standing(opened)


def debrief_of(world: Asked) -> Debrief:
    return Debrief.objects.select_related("run", "team", "application__opening", "application__team").get()


def best(world: Asked) -> dict[str, object]:
    """The question that settles most, and the first who may ask it."""
    row = next_questions(world.ours.application, world.run).questions[0]
    return {
        "question": row.criterion.question.key,
        "competency": row.criterion.competency.key,
        "interviewer": next(iter(row.people)),
    }


def planned(world: Asked) -> Interview:
    return plan_next_question(debrief=debrief_of(world), by=world.ours.hiring_manager, **best(world))  # type: ignore[arg-type]


def test_who_decides_plans_it_as_a_further_session_of_a_stage_that_fits(world: Asked) -> None:
    interview = planned(world)
    assert interview.extra_question == world.pure
    assert interview.stage == world.ours.stages[0], "the stage that asks the same competency"
    assert (interview.session, interview.scheduled_at) == (2, None)
    assigned = Assignment.objects.get(interview=interview)
    assert assigned.interviewer_id == best_person(world, assigned)
    assert owes_on(world.ours.application.pk, assigned.interviewer)


def best_person(world: Asked, assigned: Assignment) -> int:
    names = {who.pk for who in (*world.ours.interviewers[2:], *world.ours.members.values())}
    assert assigned.interviewer_id in names
    assert assigned.interviewer_id not in {who.pk for who in world.ours.interviewers[:2]}
    return assigned.interviewer_id


def test_its_form_shows_and_rates_exactly_that_question(world: Asked) -> None:
    interview = planned(world)
    who = Assignment.objects.get(interview=interview).interviewer
    client = signed_in(who)
    page = client.get(reverse("score", args=["acme", interview.pk])).content.decode()
    assert "Pure question acme" in page
    assert "Debugging acme question" not in page
    assert client.get(reverse("interviews", args=["acme"])).status_code == 200

    mark_held(interview, by=who)
    card = start(interview, by=who)
    (criterion,) = world.pure.criteria.all()
    other = world.ours.criteria[0]
    with pytest.raises(InvalidInput):
        save_draft(
            card,
            revision=0,
            changes={f"c{other.pk}": {"point": 3, "not_assessed": "", "evidence": "Seen."}},
            by=who,
        )
    card = save_draft(
        card,
        revision=0,
        changes={
            f"c{criterion.pk}": {"point": 3, "not_assessed": "", "evidence": "Named the failing link first."},
            "recommendation": "yes",
        },
        by=who,
    )
    submit(card, revision=card.revision, by=who)
    assert [row.criterion for row in Rating.objects.filter(scorecard=card)] == [criterion]
    assert not owes_on(world.ours.application.pk, who)


def test_only_what_the_debrief_names_is_planned_and_once(world: Asked) -> None:
    named = best(world)
    strangers = world.ours.interviewers[0].pk
    for wrong in ({"question": "nothing"}, {"competency": "nothing"}, {"interviewer": strangers}):
        with pytest.raises(InvalidInput, match="not planned"):
            plan_next_question(
                debrief=debrief_of(world),
                by=world.ours.hiring_manager,
                **(named | wrong),  # type: ignore[arg-type]
            )
    for nobody in (world.ours.interviewers[0], world.ours.leader):
        with pytest.raises(PermissionDenied):
            plan_next_question(debrief=debrief_of(world), by=nobody, **named)  # type: ignore[arg-type]
    first = planned(world)
    again = next_questions(world.ours.application, world.run).questions
    if again and again[0].people:
        with pytest.raises(Conflict, match="planned already"):
            planned(world)
    cancel_interview(first, reason="The candidate asked for another day.", by=world.ours.recruiter)
    assert Interview.objects.filter(extra_question=world.pure, state="planned").count() == 0
    with pytest.raises(Conflict, match="planned for"):
        schedule_interview(world.ours.application, world.ours.stages[0], by=world.ours.recruiter)


def test_page_plans_with_one_click_and_says_what_is_planned(world: Asked) -> None:
    client = signed_in(world.ours.hiring_manager)
    where = reverse("debrief", args=["acme", world.ours.application.pk])
    assert "Plan it" in client.get(where).content.decode()
    # Of two who may read, one may not plan.
    assert "Plan it" not in signed_in(world.ours.interviewers[0]).get(where).content.decode()
    answer = client.post(reverse("debrief_plan", args=["acme", world.ours.application.pk]), best(world))
    assert answer.status_code == 302
    text = " ".join(client.get(where).content.decode().split())
    assert "Planned: <b>Pure question acme</b>" in text
    assert "no time yet" in text


def test_api_plans_it_too(world: Asked) -> None:
    path = f"/api/v1/debriefs/{debrief_of(world).pk}/plan/"
    body = best(world)
    kind = "application/json"
    assert signed_in(world.ours.interviewers[0]).post(path, body, content_type=kind).status_code == 403
    made = signed_in(world.ours.hiring_manager).post(path, body, content_type=kind)
    assert made.status_code == 201, made.content
    assert made.json()["question"] == "pure"
    assert made.json()["session"] == 2


def test_a_question_may_be_planned_in_a_loop_that_never_asked_it(world: Asked) -> None:
    interview = planned(world)
    assert not interview.stage.questions.filter(pk=world.pure.pk).exists()
