"""What to add to a loop: the cost that a change is weighed with."""

import pytest

from accounts.models import TeamPolicy
from loops.models import StageKind
from loops.plans import Plan, PlannedStage
from reports.evaluation_gap.proposals import worth


def plan(*stages: tuple[int, int]) -> Plan:
    """A plan of stages, each with its minutes and interviewers."""
    return Plan(
        (),
        tuple(
            PlannedStage(pk, StageKind.SCENARIO, f"Stage {pk}", minutes, interviewers)
            for pk, (minutes, interviewers) in enumerate(stages)
        ),
    )


def test_candidate_minutes_cost_double_and_every_change_something() -> None:
    before, policy = plan((60, 1)), TeamPolicy()
    second_interviewer = plan((60, 2))  # 60 minutes of ours
    half_an_hour = plan((60, 1), (30, 1))  # 30 of the candidate's, 30 of ours

    assert worth(0.09, before, second_interviewer, policy) == pytest.approx(0.09 / (30 + 60))
    assert worth(0.09, before, half_an_hour, policy) == pytest.approx(0.09 / (30 + 2 * 30 + 30))
