"""Two loops side by side: the same figures as everywhere, rights, and a fixed number of queries."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TeamPolicy, User
from jobs.testing import run_all
from loops import actions
from loops.best import ask_for_best
from loops.coverage import gap_of_plan
from loops.designing import store
from loops.models import Loop
from loops.plans import plan_of
from loops.shapes import plan_of_shape, shape_of_plan
from tests.gaps import shown_gap
from tests.standing import standing
from tests.worlds import Rivals, rivals
from web.numbers import gap as written

pytestmark = pytest.mark.django_db
_built, worlds = standing(rivals)


def url(loop: Loop) -> str:
    return reverse("admin:loops_loop_side_by_side", args=[loop.pk])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_another_version_stands_beside_with_what_both_leave(worlds: Rivals) -> None:
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    actions.remove_stage(draft.stages.all()[0], by=worlds.ours.recruiter)
    client = signed_in(worlds.ours.recruiter)
    page = client.get(url(draft)).content.decode()
    assert "Choose what to lay beside" in page
    other = actions.duplicate_loop(worlds.ours.loop, by=worlds.ours.recruiter, name="Another")
    page = client.get(url(draft), {"other": other.pk}).content.decode()
    assert "Another, version 1" in page
    assert written(shown_gap(draft).gap) in page
    assert written(shown_gap(other).gap) in page
    assert "in both" in page


def test_the_best_at_its_budget_stands_beside_once_it_is_known(worlds: Rivals) -> None:
    loop = Loop.objects.with_plan().select_related("team").get(pk=worlds.ours.loop.pk)
    client = signed_in(worlds.ours.recruiter)
    assert "is not known yet" in client.get(url(loop), {"other": "best"}).content.decode()
    design, _ = ask_for_best(loop, by=worlds.ours.recruiter)
    run_all()
    design.refresh_from_db()
    found = store.answer_of(design)
    assert found is not None
    page = client.get(url(loop), {"other": "best"}).content.decode()
    assert "The best at this budget leaves" in page or "Both leave the same gap" in page
    assert written(found.gap) in page


def test_rivals_find_nothing_and_their_loops_cannot_be_laid_beside(worlds: Rivals) -> None:
    assert signed_in(worlds.theirs.recruiter).get(url(worlds.ours.loop)).status_code == 404
    page = signed_in(worlds.ours.recruiter).get(url(worlds.ours.loop), {"other": worlds.theirs.loop.pk})
    assert worlds.theirs.loop.name not in page.content.decode()
    for odd in ("²", "--5", "999999999999999999999", "x"):
        assert signed_in(worlds.ours.recruiter).get(url(worlds.ours.loop), {"other": odd}).status_code == 200


def test_it_costs_the_same_at_one_stage_and_at_four(worlds: Rivals) -> None:
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    client = signed_in(worlds.ours.recruiter)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(draft), {"other": worlds.ours.loop.pk}).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for number in range(3):
        stage = actions.add_stage(draft, by=worlds.ours.recruiter, name=f"Stage {number}")
        actions.place_question(stage, worlds.ours.questions[number % 2], by=worlds.ours.recruiter)
    queries()
    assert queries() == few


def test_plan_of_a_shape_is_the_plan_it_came_from(worlds: Rivals) -> None:
    plan = plan_of(Loop.objects.with_plan().get(pk=worlds.ours.loop.pk), leaks={})
    asked = {row.pk: row for stage in plan.stages for row in (*stage.questions, *stage.alternates)}
    again = plan_of_shape(plan, shape_of_plan(plan), asked)
    policy = TeamPolicy(version=0)
    assert gap_of_plan(again, policy=policy).gap == gap_of_plan(plan, policy=policy).gap


def test_a_proposal_needs_no_more_than_the_loop(worlds: Rivals) -> None:
    page = signed_in(worlds.ours.recruiter).get(
        reverse("admin:loops_loop_propose"), {"loop": worlds.ours.loop.pk}
    )
    assert "Not understood" not in page.content.decode()


def test_a_replacement_can_be_taken_back_once_and_says_what_its_texts_were_written_for(
    worlds: Rivals,
) -> None:
    client = signed_in(worlds.ours.recruiter)
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    actions.edit_loop(draft, by=worlds.ours.recruiter, candidate_notes={"expect": "Two conversations."})
    rows = [
        {"pk": None, "kind": "scenario", "name": "New", "minutes": 40, "interviewers": 2,
         "questions": [worlds.ours.questions[0].pk]},
    ]  # fmt: skip
    answer = client.post(
        reverse("admin:loops_loop_propose_keep"),
        {"profile": draft.profile_id, "loop": draft.pk, "minutes": 60, "stages": json.dumps(rows)},
        follow=True,
    )
    page = answer.content.decode()
    assert "Undo brings the stages back" in page
    assert "written for those" in page
    seed = json.loads(answer.context["undo_seed"])
    assert [stage["name"] for stage in json.loads(seed["stages"])] == [
        stage.name for stage in worlds.ours.loop.stages.all()
    ]
    again = client.get(reverse("admin:loops_loop_builder", args=[draft.pk]))
    assert again.context["undo_seed"] == ""


def test_a_stage_named_after_its_question_tells_candidates_its_kind(worlds: Rivals) -> None:
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    question = worlds.ours.questions[0]
    stage = draft.stages.filter(placements__question=question).first()
    assert stage is not None
    actions.edit_stage(stage, by=worlds.ours.recruiter, name=question.title)
    page = signed_in(worlds.ours.recruiter).get(reverse("admin:loops_loop_candidate", args=[draft.pk]))
    assert question.title not in page.content.decode()
    assert stage.get_kind_display() in page.content.decode()
