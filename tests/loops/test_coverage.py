"""The gap of a plan: the starter content's figures, the policy, leaks, alternates, rounding."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import TeamPolicy
from loops.coverage import gap_of_loop, gap_of_plan, split_for_display
from loops.models import Loop
from rubrics.models import QuestionExposure
from tests.gaps import shown_gap
from tests.loops import starter
from tests.worlds import team_world

SHIPPED = TeamPolicy(version=0)
KEYS = (
    "gap",
    "content",
    "precision",
    "realism",
    "one_interviewer_gap",
    "conventional_gap",
    "conventional_gap_two_interviewers",
)


@pytest.mark.parametrize("form", ["reliability", "evidence"])
@pytest.mark.parametrize("key", sorted(starter.expected_gaps()))
def test_starter_loop_reproduces_its_expected_gap(key: str, form: str) -> None:
    policy = TeamPolicy(version=0, sufficiency=form)
    expected = starter.expected_gaps()[key][form]
    plan = starter.plan(key)
    contrast = replace(plan, stages=starter.plan("conventional_ml_loop").stages)
    gap = gap_of_plan(plan, policy=policy)
    found = {
        "gap": gap.gap,
        "content": gap.content,
        "precision": gap.precision,
        "realism": gap.realism,
        "one_interviewer_gap": gap_of_plan(plan.with_interviewers(1), policy=policy).gap,
        "conventional_gap": gap_of_plan(contrast, policy=policy).gap,
        "conventional_gap_two_interviewers": gap_of_plan(contrast.with_interviewers(2), policy=policy).gap,
    }
    for name in KEYS:
        assert found[name] == pytest.approx(expected[name], abs=0.0006), name
    assert [row.key for row in gap.untested] == starter.loops()[key]["expected_gap"]["untested"]
    assert gap.minutes == starter.loops()[key]["total_minutes"]
    live = sum(stage.minutes * stage.interviewers for stage in plan.stages if stage.is_live)
    assert live == starter.loops()[key]["interviewer_minutes"]
    # What comes back from home is read as well.
    read = [(stage.interviewers, row.minutes) for stage, row in plan.questions() if not stage.is_live]
    assert gap.interviewer_minutes == live + sum(people * minutes // 4 for people, minutes in read)


def test_alternates_carry_nothing() -> None:
    plan = starter.plan("production_ai_loop")
    without = replace(plan, stages=tuple(replace(stage, alternates=()) for stage in plan.stages))
    assert gap_of_plan(without, policy=SHIPPED).gap == gap_of_plan(plan, policy=SHIPPED).gap


def test_leak_discounts_and_a_full_leak_equals_removing_the_question() -> None:
    plan = starter.plan("production_ai_loop")
    half = gap_of_plan(plan.with_leaks({"pwk_last_launch": 0.5}), policy=SHIPPED)
    whole = gap_of_plan(plan.with_leaks({"pwk_last_launch": 1.0}), policy=SHIPPED)
    removed = replace(
        plan,
        stages=tuple(
            replace(stage, questions=tuple(q for q in stage.questions if q.key != "pwk_last_launch"))
            for stage in plan.stages
        ),
    )
    assert gap_of_plan(plan, policy=SHIPPED).gap < half.gap < whole.gap
    assert whole.gap == pytest.approx(gap_of_plan(removed, policy=SHIPPED).gap)
    assert "question_leaked" in {warning.code for warning in half.warnings}


def test_stricter_policy_widens_the_gap_and_is_named() -> None:
    plan = starter.plan("production_ai_loop")
    strict = TeamPolicy(version=3, target_reliability=0.80)
    assert gap_of_plan(plan, policy=strict).gap > gap_of_plan(plan, policy=SHIPPED).gap
    assert gap_of_plan(plan, policy=strict).policy_label == "policy v3"


def test_competencies_add_up_to_the_whole() -> None:
    gap = gap_of_plan(starter.plan("conventional_ml_loop"), policy=SHIPPED)
    for name in ("gap", "content", "precision", "realism"):
        assert sum(getattr(row, name) for row in gap.competencies) == pytest.approx(getattr(gap, name))
    for row in gap.competencies:
        assert row.gap == pytest.approx(row.content + row.precision + row.realism)


def test_weights_of_a_draft_profile_count_as_shares_of_their_sum() -> None:
    plan = starter.plan("production_ai_loop")
    halved = replace(
        plan, requirements=tuple(replace(row, weight=row.weight / 2) for row in plan.requirements)
    )
    before, after = gap_of_plan(plan, policy=SHIPPED), gap_of_plan(halved, policy=SHIPPED)
    for part in ("gap", "content", "precision", "realism"):
        assert getattr(after, part) == pytest.approx(getattr(before, part))
    assert sum(row.weight for row in after.competencies) == pytest.approx(1)

    unweighted = replace(plan, requirements=tuple(replace(row, weight=0.0) for row in plan.requirements))
    shares = {row.weight for row in gap_of_plan(unweighted, policy=SHIPPED).competencies}
    assert list(shares) == [pytest.approx(1 / len(plan.requirements))]


def test_empty_plan_leaves_everything_untested() -> None:
    empty = replace(starter.plan("production_ai_loop"), stages=())
    gap = gap_of_plan(empty, policy=SHIPPED)
    assert gap.gap == pytest.approx(1.0)
    assert gap.content == pytest.approx(1.0)
    assert all(row.ceiling is None for row in gap.competencies)
    assert gap_of_plan(replace(empty, requirements=()), policy=SHIPPED).competencies == ()


@given(st.lists(st.floats(0, 1 / 3), min_size=3, max_size=3))
def test_printed_parts_add_up_and_stay_close(parts: list[float]) -> None:
    class Gap:
        gap = sum(parts)
        content, precision, realism = parts

    split = split_for_display(Gap())
    assert split.content + split.precision + split.realism == pytest.approx(split.gap)
    assert split.covered + split.gap == pytest.approx(100)
    for name in ("gap", "content", "precision", "realism"):
        assert abs(getattr(split, name) - getattr(Gap, name) * 100) < 0.1 + 1e-9
        assert getattr(split, name) >= 0


@pytest.mark.django_db
def test_a_loaded_loop_is_measured_without_a_query(django_assert_num_queries: object) -> None:
    world = team_world()
    loop = Loop.objects.with_plan().get(pk=world.loop.pk)
    with django_assert_num_queries(0):  # type: ignore[operator]
        gap = gap_of_loop(loop, policy=SHIPPED, leaks={})
    assert gap.gap == shown_gap(loop).gap
    assert 0 < gap.gap < 1


@pytest.mark.django_db
def test_saved_loop_uses_its_teams_policy_and_leaks() -> None:
    world = team_world()
    loop = Loop.objects.with_plan().get(pk=world.loop.pk)
    before = shown_gap(loop).gap
    QuestionExposure.objects.create(
        team=world.team, question_key=world.questions[0].key, leak=0.5, reason="Seen on a forum."
    )
    leaked = shown_gap(loop).gap
    assert leaked > before
    TeamPolicy.objects.create(team=world.team, version=1, transfer=0.9, reason="Local estimate.")
    assert shown_gap(loop).gap < leaked
    assert shown_gap(loop).policy_label == "policy v1"
