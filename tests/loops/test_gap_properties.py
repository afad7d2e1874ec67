"""What no edit of a plan may do to its gap, on plans made at random."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import TeamPolicy
from loops.coverage import gap_of_plan, gaps_after
from loops.plans import Demand, Plan, PlannedCriterion, PlannedQuestion, PlannedStage
from roles.models.profiles import REALISM_ORDER
from tests.loops import starter

POLICIES = (TeamPolicy(version=0), TeamPolicy(version=0, sufficiency="evidence"))
COMPETENCIES = ("a", "b", "c")
HAIR = 1e-9


@st.composite
def questions(draw: st.DrawFn, number: int) -> PlannedQuestion:
    shown = draw(st.lists(st.sampled_from(COMPETENCIES), min_size=1, max_size=2, unique=True))
    return PlannedQuestion(
        pk=number,
        key=f"q{number}",
        title=f"Question {number}",
        format="scenario",
        minutes=draw(st.sampled_from([20, 30, 45, 60])),
        realism=draw(st.sampled_from(REALISM_ORDER)),
        criteria=tuple(
            PlannedCriterion(one, one, draw(st.sampled_from([0.3, 0.6, 0.8, 1.0])), 3) for one in shown
        ),
        leak=draw(st.sampled_from([0.0, 0.0, 0.5])),
        placement=number,
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Two or three competencies' demand, up to four sessions, every question asked once."""
    demands = []
    for key in COMPETENCIES:
        split = draw(st.sampled_from([(1.0, 0.0, 0.0), (0.2, 0.5, 0.3), (0.0, 0.3, 0.7), (0.0, 0.0, 1.0)]))
        demands.append(Demand(key, key, draw(st.sampled_from([0.0, 1.0, 2.0, 5.0])), split, 3))
    counts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    stages, number = [], 0
    for pk, count in enumerate(counts):
        asked = []
        for _ in range(count):
            asked.append(draw(questions(number)))
            number += 1
        needed = sum(each.minutes for each in asked)
        minutes = max(1, round(needed * draw(st.sampled_from([0.3, 0.7, 1.0, 1.5]))))
        stages.append(
            PlannedStage(pk, "scenario", f"Stage {pk}", minutes, draw(st.integers(1, 3)), tuple(asked))
        )
    return Plan(tuple(demands), tuple(stages))


def gap(plan: Plan, policy: TeamPolicy) -> float:
    return gap_of_plan(plan, policy=policy, with_warnings=False).gap


def lesser(plan: Plan) -> list[Plan]:
    """The plan with something taken away: a session, an interviewer, time, realism."""
    found = []
    for stage in plan.stages:
        found.append(plan.without_stage(stage.pk))
        if stage.interviewers > 1:
            found.append(plan.with_stage(replace(stage, interviewers=stage.interviewers - 1)))
        found += [plan.with_stage(replace(stage, minutes=less)) for less in (1, stage.minutes // 2) if less]
        for question in stage.questions:
            tidier = tuple(
                replace(each, realism=REALISM_ORDER[max(0, each.realism_step - 1)])
                if each.key == question.key
                else each
                for each in stage.questions
            )
            found.append(plan.with_stage(replace(stage, questions=tidier)))
    return found


@given(plans(), st.sampled_from(POLICIES))
def test_taking_away_never_lowers_the_gap(plan: Plan, policy: TeamPolicy) -> None:
    whole = gap(plan, policy)
    assert min(gaps_after(plan, lesser(plan), policy=policy)) >= whole - HAIR


@given(plans(), st.sampled_from(POLICIES))
def test_splitting_a_session_gains_no_more_than_the_performance_it_adds(
    plan: Plan, policy: TeamPolicy
) -> None:
    """However a session is cut, its parts carry no more than its questions would, each in a session alone."""
    for stage in plan.stages:
        if len(stage.questions) < 2:
            continue
        share = stage.time_share
        alone = [
            replace(stage, pk=100 + place, questions=(each,), minutes=each.minutes)
            for place, each in enumerate(stage.questions)
        ]
        parts = (stage.questions[:1], stage.questions[1:])
        halves = [
            # As much time for every question as before: not the split, but the time, would change what it carries.
            replace(stage, pk=100 + place, questions=part, minutes=sum(each.minutes for each in part))
            for place, part in enumerate(parts)
        ]
        rest = plan.without_stage(stage.pk)
        unhurried = plan.with_stage(replace(stage, minutes=stage.needed)) if share < 1 else plan
        whole = gap(unhurried, policy)
        split = gap(replace(rest, stages=(*rest.stages, *halves)), policy)
        apart = gap(replace(rest, stages=(*rest.stages, *alone)), policy)
        assert apart - HAIR <= split <= whole + HAIR


@given(plans(), st.sampled_from(POLICIES), st.data())
def test_repeating_never_gains(plan: Plan, policy: TeamPolicy, data: st.DataObject) -> None:
    stage, question = data.draw(st.sampled_from(list(plan.questions())))
    again = replace(question, pk=90, placement=90)
    variant = replace(again, key="variant", variant_family="one")
    first = plan.with_stage(
        replace(
            stage,
            questions=tuple(
                replace(each, variant_family="one") if each.key == question.key else each
                for each in stage.questions
            ),
        )
    )
    whole = gap(plan, policy)
    people = data.draw(st.integers(1, stage.interviewers))
    minutes = max(1, int(question.minutes * stage.time_share))
    own = PlannedStage(90, "scenario", "Again", minutes, people)
    elsewhere = [
        other for other in plan.stages if other.interviewers <= stage.interviewers and other != stage
    ]
    assert gap(plan.with_stage(replace(own, questions=(again,))), policy) == pytest.approx(whole)
    assert gap(first.with_stage(replace(own, questions=(variant,))), policy) == pytest.approx(whole)
    for other in elsewhere:
        crowded = replace(other, questions=(*other.questions, again))
        if crowded.time_share <= stage.time_share:
            assert gap(plan.with_stage(crowded), policy) >= whole - HAIR


@pytest.mark.parametrize("key", ["production_ai_loop", "fde_loop", "conventional_ml_loop"])
def test_a_whole_loop_run_twice_is_the_loop_run_once(key: str) -> None:
    plan = starter.plan(key)
    twice = replace(
        plan, stages=(*plan.stages, *(replace(stage, pk=stage.pk + 100) for stage in plan.stages))
    )
    for policy in POLICIES:
        assert gap(twice, policy) == pytest.approx(gap(plan, policy))


def test_a_loop_of_one_minute_stages_tells_next_to_nothing() -> None:
    plan = starter.plan("production_ai_loop")
    hurried = replace(plan, stages=tuple(replace(stage, minutes=1) for stage in plan.stages))
    whole, left = gap(plan, POLICIES[0]), gap_of_plan(hurried, policy=POLICIES[0])
    assert whole < 0.3
    assert left.gap > 0.9
    assert {each.severity for each in left.warnings if each.code == "stage_too_short"} == {"serious"}


def test_the_asking_that_carries_most_counts() -> None:
    question = PlannedQuestion(
        1, "q", "Q", "scenario", 30, "production", (PlannedCriterion("a", "a", 0.8, 3),)
    )
    demand = (Demand("a", "a", 1.0, (0.0, 0.0, 1.0), 3),)
    one = PlannedStage(1, "scenario", "One", 30, 1, (question,))
    two = PlannedStage(2, "scenario", "Two", 30, 2, (question,))
    hurried = PlannedStage(3, "scenario", "Hurried", 15, 3, (question,))
    best = gap(Plan(demand, (two,)), POLICIES[0])
    assert gap(Plan(demand, (one, two)), POLICIES[0]) == pytest.approx(best)
    assert gap(Plan(demand, (two, one, hurried)), POLICIES[0]) == pytest.approx(best)
    found = gap_of_plan(Plan(demand, (one, two, hurried)), policy=POLICIES[0])
    assert found.competencies[0].raters == 2


def test_a_question_without_its_material_counts_as_constrained_and_says_so() -> None:
    """A pack's question is trusted as long as the policy says so; a team's own is not."""
    question = PlannedQuestion(
        1, "q", "Q", "scenario", 30, "production", (PlannedCriterion("a", "a", 0.8, 3),), lacks_material=True
    )
    demand = (Demand("a", "a", 1.0, (0.0, 0.0, 1.0), 3),)

    def measured(asked: PlannedQuestion, **policy: object) -> tuple[float, dict[str, str], str]:
        plan = Plan(demand, (PlannedStage(1, "scenario", "One", 30, 2, (asked,)),))
        found = gap_of_plan(plan, policy=TeamPolicy(version=0, **policy))
        said = {each.code: each.severity for each in found.warnings}
        return found.gap, said, " ".join(found.assumptions)

    whole, said, _ = measured(replace(question, lacks_material=False))
    assert "material_missing" not in said
    constrained, _, _ = measured(replace(question, lacks_material=False, realism="constrained"))
    own, said, _ = measured(question)
    assert own == pytest.approx(constrained)
    assert said["material_missing"] == "caution"
    trusted, said, assumed = measured(replace(question, from_pack=True))
    assert (trusted, said["material_missing"]) == (pytest.approx(whole), "note")
    assert "One question names material" in assumed
    doubted, said, assumed = measured(replace(question, from_pack=True), trusts_pack_material=False)
    assert (doubted, said["material_missing"]) == (pytest.approx(constrained), "caution")
    assert "material" not in assumed
