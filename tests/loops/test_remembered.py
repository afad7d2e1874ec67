"""What is published is read once; what can change is read each time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loops import actions, remembered
from loops.models import Loop
from loops.plans import plan_of
from rubrics.actions import retire_question
from rubrics.models import Question
from tests.factories import QuestionFactory
from tests.standing import standing
from tests.worlds import Rivals, rivals

pytestmark = pytest.mark.django_db
_built, worlds = standing(rivals)


def _both(loop: Loop, **leaks: float) -> tuple[object, object]:
    fresh = plan_of(Loop.objects.with_plan().get(pk=loop.pk), leaks=leaks)
    return remembered.plan(Loop.objects.with_stages().get(pk=loop.pk), leaks=leaks), fresh


def test_plan_is_the_one_that_is_read_anew(worlds: Rivals) -> None:
    loop = worlds.ours.loop
    key = worlds.ours.questions[0].key
    for leaks in ({}, {key: 0.4}, {}):
        kept, fresh = _both(loop, **leaks)
        assert kept == fresh
        assert remembered.published_plan(Loop.objects.get(pk=loop.pk), leaks=leaks) == fresh


def test_second_reading_of_published_questions_is_one_query(worlds: Rivals) -> None:
    rows = Question.objects.latest_published().filter(team=worlds.ours.team).order_by("pk")
    first = remembered.questions(rows, leaks={})
    with CaptureQueriesContext(connection) as seen:
        assert remembered.questions(rows, leaks={}) == first
    assert len(seen) == 1


def test_retired_question_is_seen_as_retired(worlds: Rivals) -> None:
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    _both(draft)
    retire_question(worlds.ours.questions[0], by=worlds.ours.recruiter, reason="Known outside.")
    kept, fresh = _both(draft)
    assert kept == fresh
    assert "retired" in {row.status for row in remembered.questions(Question.objects.all(), leaks={})}


def test_draft_question_is_read_anew(worlds: Rivals) -> None:
    made = QuestionFactory(team=worlds.ours.team, scale=worlds.ours.questions[0].scale, title="Before")
    rows = Question.objects.filter(pk=made.pk)
    assert remembered.questions(rows, leaks={})[0].title == "Before"
    rows.update(title="After")
    assert remembered.questions(rows, leaks={})[0].title == "After"
