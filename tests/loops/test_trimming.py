"""Bringing a plan into its minutes: the least loss of all ways there are, and what must stay stays."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import TeamPolicy
from loops.coverage import gap_of_plan, gaps_after
from loops.plans import Plan
from loops.trimming import _ways, difference, trimmed
from tests.loops import starter
from tests.loops.test_gap_properties import plans

POLICY = TeamPolicy(version=0)


def best_by_trying(plan: Plan, minutes: int) -> float:
    """The smallest gap of all combinations of what may become of each stage."""
    choices = [[None, *_ways(stage, POLICY, frozenset())] for stage in plan.stages]
    tries = [
        replace(plan, stages=tuple(stage for stage in chosen if stage is not None))
        for chosen in product(*choices)
    ]
    fitting = [each for each in tries if each.minutes <= minutes]
    return min(gaps_after(plan, fitting, policy=POLICY))


@settings(max_examples=25, deadline=None)
@given(plans(), st.sampled_from([0.3, 0.5, 0.8]))
def test_no_other_way_to_fit_loses_less(plan: Plan, share: float) -> None:
    minutes = int(plan.minutes * share)
    found = trimmed(plan, minutes, policy=POLICY)
    if found is None:
        assert all(
            way.minutes > minutes for stage in plan.stages for way in _ways(stage, POLICY, frozenset())
        )
        return
    assert found.minutes <= minutes
    assert gap_of_plan(found, policy=POLICY).gap == pytest.approx(best_by_trying(plan, minutes), abs=1e-6)


def test_a_plan_that_fits_stays_as_it_is() -> None:
    plan = starter.plan("production_ai_loop")
    assert trimmed(plan, plan.minutes, policy=POLICY) is plan


def test_screens_and_what_is_kept_stay() -> None:
    plan = starter.plan("fde_loop")
    screens = [stage.name for stage in plan.stages if stage.kind == "screen"]
    kept = plan.stages[-1].questions[0].key
    found = trimmed(plan, 200, policy=POLICY, keep=frozenset({kept}))
    assert found is not None
    assert found.minutes <= 200
    assert [stage.name for stage in found.stages if stage.kind == "screen"] == screens
    assert kept in {question.key for _, question in found.questions()}
    assert "Without" in difference(plan, found)


def test_nothing_fits_into_next_to_no_time() -> None:
    assert trimmed(starter.plan("production_ai_loop"), 5, policy=POLICY) is None
