"""Publishing, new versions and leaks of questions; rating scales."""

import pytest

from accounts.errors import Frozen, InvalidInput
from rubrics import actions
from rubrics.models import Anchor, Question, QuestionExposure, RatingScale, ScalePoint
from tests.gaps import shown_gap
from tests.worlds import TeamWorld


@pytest.fixture
def draft(ours: TeamWorld) -> Question:
    return actions.new_question_version(ours.questions[0], by=ours.recruiter)


def test_new_version_copies_criteria_anchors_and_injections(draft: Question, ours: TeamWorld) -> None:
    criterion = draft.criteria.get()

    assert (draft.version, draft.status) == (2, "draft")
    assert criterion.parent == ours.criteria[0]
    assert list(criterion.anchors.values_list("point", flat=True)) == [1, 2, 3, 4]
    assert draft.injections.count() == 1


def test_publishing_freezes_question_and_anchors(draft: Question, ours: TeamWorld) -> None:
    actions.publish_question(draft, by=ours.recruiter)

    criterion = draft.criteria.get()
    assert draft.status == "published"
    with pytest.raises(Frozen):
        actions.save_criterion(criterion, anchors={1: "Changed"}, by=ours.recruiter)
    with pytest.raises(Frozen):
        actions.save_question(draft, by=ours.recruiter)


def test_missing_anchor_is_named_with_its_competency(draft: Question, ours: TeamWorld) -> None:
    actions.save_criterion(draft.criteria.get(), anchors={2: "  "}, by=ours.recruiter)

    with pytest.raises(InvalidInput) as caught:
        actions.publish_question(draft, by=ours.recruiter)

    assert caught.value.problems == [
        ("", "debugging: the rubric has no anchor for point 2. Describe what was done or said.")
    ]


def test_changed_anchor_changes_the_hash(draft: Question, ours: TeamWorld) -> None:
    same = actions.publish_question(draft, by=ours.recruiter).content_hash
    third = actions.new_question_version(draft, by=ours.recruiter)
    actions.save_criterion(third.criteria.get(), anchors={2: "Looks at one signal only."}, by=ours.recruiter)

    assert actions.publish_question(third, by=ours.recruiter).content_hash != same
    assert Anchor.objects.get(criterion__question=draft, point=2).text != "Looks at one signal only."


def test_late_injection_is_refused(draft: Question, ours: TeamWorld) -> None:
    row = draft.injections.get()
    row.at_minute = 45
    actions.save_injections(draft, [row], by=ours.recruiter)

    assert any("after the question's 30 minutes" in text for _, text in actions.QUESTIONS.faults(draft))


def test_question_without_criteria_is_not_published(draft: Question, ours: TeamWorld) -> None:
    actions.remove_criterion(draft.criteria.get(), by=ours.recruiter)

    with pytest.raises(InvalidInput):
        actions.publish_question(draft, by=ours.recruiter)


def test_leak_widens_the_gap_of_loops_that_ask_it(ours: TeamWorld) -> None:
    before = shown_gap(ours.loop).gap

    actions.mark_leak(ours.questions[0], leak=0.8, reason="Seen on a forum.", by=ours.recruiter)

    assert shown_gap(ours.loop).gap > before
    assert QuestionExposure.objects.get(team=ours.team).noted_by == ours.recruiter


@pytest.mark.parametrize(("leak", "reason"), [(1.2, "seen"), (-0.1, "seen"), (0.5, " ")])
def test_leak_needs_a_share_and_a_reason(ours: TeamWorld, leak: float, reason: str) -> None:
    with pytest.raises(InvalidInput):
        actions.mark_leak(ours.questions[0], leak=leak, reason=reason, by=ours.recruiter)
    assert not QuestionExposure.objects.exists()


def test_retired_question_stays_in_its_loops(ours: TeamWorld) -> None:
    actions.retire_question(ours.questions[0], by=ours.recruiter, reason="leaked")

    assert ours.stages[0].placements.get().question.status == "retired"


def test_scale_with_a_hole_is_not_published(ours: TeamWorld) -> None:
    scale = actions.save_scale(
        RatingScale(team=ours.team, key="odd", name="Odd", meets_point=2), by=ours.recruiter
    )
    points = [ScalePoint(value=value, label=f"Point {value}") for value in (1, 3)]
    actions.save_points(scale, points, by=ours.recruiter)

    with pytest.raises(InvalidInput):
        actions.publish_scale(scale, by=ours.recruiter)

    points[1].value = 2
    actions.save_points(scale, points[1:], by=ours.recruiter)
    assert actions.publish_scale(scale, by=ours.recruiter).status == "published"
