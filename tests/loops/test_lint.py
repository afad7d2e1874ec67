"""Advice on a plan: each warning appears when it should, and a good plan is left alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import TeamPolicy
from loops.coverage import gap_of_plan
from loops.gaps import LoopWarning
from loops.plans import Demand, Plan, PlannedCriterion, PlannedQuestion, PlannedStage
from loops.rules import BY_CODE, RULES
from tests.loops import starter

SHIPPED = TeamPolicy(version=0)
QUALITY = PlannedCriterion("eval_design", "Evaluation design", 0.2, 3)


def question(
    key: str, *competencies: str, level: int = 3, quality: bool = False, **changes: object
) -> PlannedQuestion:
    return replace(
        PlannedQuestion(
            pk=hash(key) % 10_000,
            key=key,
            title=key.title(),
            format="scenario",
            minutes=30,
            realism="production",
            criteria=(
                *(PlannedCriterion(name, name.title(), 0.9, level) for name in competencies),
                *([QUALITY] if quality else []),
            ),
            area="system_design",
            injected=True,
        ),
        **changes,  # type: ignore[arg-type]
    )


def stage(name: str, *questions: PlannedQuestion, **changes: object) -> PlannedStage:
    return replace(
        PlannedStage(
            pk=hash(name) % 10_000,
            kind="scenario",
            name=name,
            minutes=90,
            interviewers=2,
            questions=questions,
        ),
        **changes,  # type: ignore[arg-type]
    )


def plan(*stages: PlannedStage, must_have: bool = True, budget: int | None = None) -> Plan:
    demand = (0.1, 0.3, 0.6)
    return Plan(
        requirements=(
            Demand("debugging", "Debugging", 0.6, demand, 4, must_have),
            Demand("craft", "Craft", 0.4, demand, 3),
        ),
        stages=stages,
        budget_minutes=budget,
    )


def warnings(of: Plan, policy: TeamPolicy = SHIPPED) -> dict[str, LoopWarning]:
    return {warning.code: warning for warning in gap_of_plan(of, policy=policy).warnings}


GOOD = plan(
    stage("One", question("a", "debugging"), question("b", "craft")),
    stage("Two", question("c", "debugging", quality=True)),
)


def test_good_plan_is_left_alone() -> None:
    assert warnings(GOOD) == {}


def test_empty_plan_has_no_advice() -> None:
    assert warnings(plan()) == {}


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("must_have_untested", plan(stage("One", question("b", "craft")))),
        ("must_have_one_rater", plan(stage("One", question("a", "debugging", "craft"), interviewers=1))),
        ("above_ceiling", plan(stage("One", question("a", "debugging", "craft", level=2)))),
        (
            "same_question_twice",
            plan(stage("One", question("a", "debugging")), stage("Two", question("a", "craft"))),
        ),
        ("too_long", replace(GOOD, budget_minutes=100)),
        ("too_long", plan(*(stage(f"S{n}", question(f"q{n}", "debugging", "craft")) for n in range(5)))),
        ("stage_too_short", plan(stage("One", question("a", "debugging", "craft", minutes=120)))),
        ("crowded_session", plan(stage("One", question("a", "debugging", "craft", "framing", "writing")))),
        ("empty_stage", plan(*GOOD.stages, stage("Chat"))),
        ("question_retired", plan(stage("One", question("a", "debugging", "craft", status="retired")))),
        ("question_draft", plan(stage("One", question("a", "debugging", "craft", status="draft")))),
        ("question_leaked", plan(stage("One", question("a", "debugging", "craft", leak=0.5)))),
        ("untested", plan(stage("One", question("a", "debugging")))),
        (
            "theory_heavy",
            plan(stage("One", question("a", "debugging", "craft", format="knowledge", realism="controlled"))),
        ),
        (
            "alternate_elsewhere",
            plan(stage("One", question("a", "debugging", "craft"), alternates=(question("x", "framing"),))),
        ),
        (
            "barely_covered",
            plan(
                stage("One", question("a", "debugging")),
                stage(
                    "Two",
                    question(
                        "b", criteria=(PlannedCriterion("craft", "Craft", 0.05, 3),), realism="controlled"
                    ),
                ),
            ),
        ),
    ],
)
def test_fault_is_named_with_what_to_do(code: str, broken: Plan) -> None:
    found = warnings(broken)
    assert code in found
    assert found[code].text.endswith(".")
    assert found[code].remedy.endswith(".")
    assert code not in warnings(GOOD)


def test_questions_that_fill_a_stage_exactly_fit() -> None:
    full = plan(
        stage("One", question("a", "debugging", minutes=60), question("b", "craft", minutes=30)),
        stage("Two", question("c", "debugging")),
    )
    assert "stage_too_short" not in warnings(full)
    shorter = replace(full.stages[0], minutes=89)
    assert "stage_too_short" in warnings(full.with_stage(shorter))


def test_as_many_competencies_as_the_limit_are_not_crowded() -> None:
    three = question("a", "debugging", "craft", "framing")
    assert "crowded_session" not in warnings(plan(stage("One", three)))


def test_every_threshold_of_the_advice_is_policy() -> None:
    lenient = TeamPolicy(version=1, must_have_raters=1)
    one = plan(stage("One", question("a", "debugging", "craft"), interviewers=1))
    assert "must_have_one_rater" in warnings(one)
    assert "must_have_one_rater" not in warnings(one, lenient)
    strict = TeamPolicy(version=1, must_have_raters=5)
    assert "four interviewers rate it" in warnings(GOOD, strict)["must_have_one_rater"].text

    knowing = plan(stage("One", question("a", "debugging", "craft", format="knowledge")))
    assert "theory_heavy" in warnings(knowing)
    assert "theory_heavy" not in warnings(knowing, TeamPolicy(version=1, theory_share=1.0))
    assert "theory_heavy" not in warnings(knowing, TeamPolicy(version=1, production_role=1.0))

    assert "barely_covered" in warnings(GOOD, TeamPolicy(version=1, barely_covered=1.0))
    home = plan(stage("Home", question("a", "debugging", "craft", "framing", "writing"), kind="take_home"))
    assert "crowded_session" not in warnings(home)
    assert "crowded_session" in warnings(home, TeamPolicy(version=1, take_home_extra=0))


def test_screen_without_questions_and_take_home_with_four_competencies_are_fine() -> None:
    four = question("a", "debugging", "craft", "framing", "writing")
    fine = plan(stage("Call", kind="screen"), stage("Home", four, kind="take_home"))
    assert {"empty_stage", "crowded_session"}.isdisjoint(warnings(fine))


def test_limits_come_from_the_policy() -> None:
    tight = TeamPolicy(version=1, max_competencies_per_session=1, max_loop_minutes=60)
    assert {"crowded_session", "too_long"} <= warnings(GOOD, tight).keys()


def test_theory_is_no_fault_for_a_role_that_does_not_run_things() -> None:
    knowing = plan(stage("One", question("a", "debugging", "craft", format="knowledge")))
    calm = tuple(replace(row, by_realism=(0.6, 0.3, 0.1)) for row in knowing.requirements)
    assert "theory_heavy" in warnings(knowing)
    assert "theory_heavy" not in warnings(replace(knowing, requirements=calm))


def test_serious_warnings_come_first() -> None:
    broken = plan(stage("Chat"), stage("One", question("b", "craft", minutes=120)), budget=10)
    severities = [warning.severity for warning in gap_of_plan(broken, policy=SHIPPED).warnings]
    assert severities == sorted(severities, key=["serious", "caution", "note"].index)
    assert severities[0] == "serious"


def test_starter_loops_are_clean_save_for_the_contrast() -> None:
    for key, row in starter.loops().items():
        serious = [
            w.code for w in gap_of_plan(starter.plan(key), policy=SHIPPED).warnings if w.severity == "serious"
        ]
        assert bool(serious) == bool(row.get("contrast")), (key, serious)


TWO = (question("a", "debugging"), question("c", "craft"))


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("tidy_problems", plan(stage("One", *(replace(each, realism="controlled") for each in TWO)))),
        ("no_injection", plan(stage("One", *(replace(each, injected=False) for each in TWO)))),
        ("no_system_view", plan(stage("One", *(replace(each, area="deployment") for each in TWO)))),
        (
            "projects_at_face_value",
            plan(stage("One", question("a", "debugging", "craft", format="past_work_probe"))),
        ),
        ("one_score_only", plan(stage("One", question("a", "debugging", "craft")))),
        (
            "one_function_panel",
            plan(*(stage(each.key, each, panel=("engineering",)) for each in TWO)),
        ),
        ("session_too_long", plan(stage("One", *TWO, minutes=120))),
        ("take_home_too_long", plan(stage("One", *TWO, minutes=300, kind="take_home"))),
        ("conversation_at_home", plan(stage("One", *TWO, minutes=60, kind="take_home"))),
        ("no_slack", plan(stage("One", *TWO, minutes=62))),
        (
            "interviewers_time",
            plan(*(stage(f"S{n}", question(f"q{n}", "craft"), interviewers=5) for n in range(2))),
        ),
    ],
)
def test_mistake_is_named_once_and_can_be_switched_off(code: str, broken: Plan) -> None:
    found = gap_of_plan(broken, policy=SHIPPED).warnings
    assert [each.code for each in found].count(code) == 1
    assert code not in warnings(broken, TeamPolicy(version=0, rules_off=[code]))
    assert code not in warnings(GOOD)


def test_deep_past_work_and_mixed_panels_are_fine() -> None:
    probing = plan(stage("One", question("a", "debugging", "craft", format="past_work_probe", deep=True)))
    mixed = plan(stage("A", TWO[0], panel=("engineering",)), stage("B", TWO[1], panel=("product",)))
    assert "projects_at_face_value" not in warnings(probing)
    assert "one_function_panel" not in warnings(mixed)


def test_every_rule_is_documented_and_every_finding_has_one() -> None:
    root = Path(settings.BASE_DIR)
    text = (root / "docs" / "guide" / "loop_rules.md").read_text()
    said = set(
        re.findall(r'"([a-z_]+)",\n? *"(?:serious|caution|note)"', (root / "loops" / "lint.py").read_text())
    )
    for rule in RULES:
        assert (
            f"| `{rule.code}` | {rule.severity} | {rule.looks_for} | {rule.reason} | {rule.source} |" in text
        )
    assert said - BY_CODE.keys() == set()
    assert len(BY_CODE) == len(RULES)
