"""Designs against brute force over small random banks, and what the designer promises about its answers."""

from itertools import combinations

import numpy as np
import pytest

from benchmarks.validation.assembly import random_problem, smallest_gap
from psychometrics.design.designer import (
    Problem,
    design_by_score,
    design_loop,
    frontier,
    highs,
    run,
)
from psychometrics.design.evaluation_gap import evaluation_gap
from psychometrics.errors import BadInput

SLICE = 25


def problem(**changes: object) -> Problem:
    """Four options of two competencies at one level; the third costs most and shows most."""
    given: dict[str, object] = {
        "evidence": [[[1.0], [0.0]], [[0.0], [1.0]], [[1.2], [1.2]], [[0.5], [0.0]]],
        "weights": [0.6, 0.4],
        "demand": [[1.0], [1.0]],
        "minutes": [30, 30, 60, 15],
        "costs": [[30], [30], [60], [15]],
        "limits": [60],
        "resources": ["candidate minutes"],
    }
    return Problem(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(SLICE))
def test_no_choice_is_better_than_the_design(seed: int) -> None:
    instance = random_problem(seed)

    found = design_loop(instance, seconds=10, seed=seed)
    best = smallest_gap(instance)

    if best is None:
        assert not found.feasible
        assert all(one.reason for one in found.unmet)
        return
    assert found.feasible
    assert found.proved
    assert found.gap == pytest.approx(best, abs=1e-4)
    assert found.bound <= best + 1e-9


def test_gap_is_that_of_the_index() -> None:
    instance = random_problem(3)
    chosen = design_loop(instance).chosen
    at_or_above = np.asarray(instance.evidence)[list(chosen)].sum(axis=0)
    by_level = at_or_above - np.append(at_or_above[:, 1:], np.zeros((len(at_or_above), 1)), axis=1)

    gap = evaluation_gap(
        instance.weights, instance.demand, by_level,
        target_reliability=instance.target_reliability, transfer=instance.transfer,
        sufficiency=instance.sufficiency,
    ).gap  # fmt: skip

    assert instance.gap(chosen) == pytest.approx(gap, abs=1e-12)


def test_the_shorter_of_two_equal_choices_is_preferred() -> None:
    found = design_loop(problem(evidence=[[[1.0], [0.0]], [[1.0], [0.0]], [[1.0], [0.0]], [[1.0], [0.0]]],
                                groups=[[0, 1, 2, 3]]))  # fmt: skip
    assert found.chosen == (3,)
    assert found.minutes == 15
    assert found.costs == {"candidate minutes": 15}


def test_progress_is_monotone_and_ends_with_the_design() -> None:
    told: list[run.Progress] = []

    found = design_loop(random_problem(1, options=40), seconds=10, on_progress=told.append)

    assert told[0].elapsed < 1
    gaps, bounds = [one.gap for one in told], [one.bound for one in told]
    assert gaps == sorted(gaps, reverse=True)
    assert bounds == sorted(bounds)
    assert all(one.bound <= found.gap + 1e-9 for one in told)
    assert (told[-1].plan, told[-1].gap, told[-1].proved) == (
        found.chosen,
        pytest.approx(found.gap),
        found.proved,
    )


def test_progress_and_stop_end_the_run() -> None:
    instance = random_problem(1, options=400, levels=3)

    by_progress = design_loop(instance, seconds=60, on_progress=lambda progress: False)
    by_stop = design_loop(instance, seconds=60, stop=lambda: True)

    for found in (by_progress, by_stop):
        assert found.elapsed < 10
        assert found.chosen
        assert found.bound <= found.gap


def test_a_failing_callback_ends_the_run_and_is_heard() -> None:
    def fail(progress: run.Progress) -> bool:
        raise RuntimeError("the page is gone")

    with pytest.raises(RuntimeError, match="the page is gone"):
        design_loop(random_problem(1, options=400), on_progress=fail)


def test_the_same_seed_gives_the_same_design() -> None:
    instance = random_problem(7, options=30)
    first, second = (design_loop(instance, seed=5) for _ in range(2))
    assert (first.chosen, first.gap, first.bound) == (second.chosen, second.gap, second.bound)


def test_a_first_answer_alone_has_no_bound_to_speak_of() -> None:
    found = design_loop(random_problem(4), exact=False)
    assert (found.bound, found.proved) == (0.0, False)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"floors": [[0]] * 4, "least": [1], "floor_names": ["a values talk"]}, "no option counts towards a values"),
        ({"floors": [[0], [0], [1], [0]], "least": [1], "limits": [45]}, "exceeds the limit of candidate minutes"),
        ({"floors": [[1], [1], [0], [0]], "least": [2], "limits": [45]}, "allow at most 1 of 2 for floor 1"),
        ({"floors": [[1, 0], [0, 0], [0, 1], [0, 0]], "least": [1, 1]}, "not together with the other floors"),
    ],
)  # fmt: skip
def test_a_floor_that_cannot_be_met_is_named_with_the_reason(changes: dict[str, object], reason: str) -> None:
    found = design_loop(problem(**changes))

    assert not found.feasible
    assert not found.proved
    assert any(reason in one.reason for one in found.unmet), [one.reason for one in found.unmet]


def test_a_frontier_never_rises_and_is_exact() -> None:
    instance = random_problem(5, floors=False)
    budgets = [60, 120, 90, 150]

    points = frontier(instance, budgets, resource="minutes")

    assert [point.limit for point in points] == sorted(budgets)
    gaps, bounds = [point.design.gap for point in points], [point.design.bound or 0 for point in points]
    assert gaps == sorted(gaps, reverse=True)
    assert bounds == sorted(bounds, reverse=True)
    for point in points:
        limits = np.array(instance.limits)
        limits[0] = point.limit
        assert point.design.gap == pytest.approx(smallest_gap(instance, limits), abs=1e-4)


@pytest.mark.parametrize("seed", [0, 2, 3, 6])
def test_without_highspy_the_proof_is_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = random_problem(seed)
    usual = design_loop(instance, seed=seed)
    monkeypatch.setattr(highs, "installed", lambda: False)

    found = design_loop(instance, seed=seed)

    assert (found.proved, found.feasible) == (usual.proved, usual.feasible)
    assert found.gap == pytest.approx(usual.gap, abs=1e-4)


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    design_loop(random_problem(1))
    assert capfd.readouterr() == ("", "")


def test_another_score_is_maximised_without_a_bound() -> None:
    instance = problem(limits=[75])
    liked = np.array([1.0, 5.0, 2.0, 1.5])

    found = design_by_score(instance, lambda plan: float(liked[list(plan)].sum()), seconds=0.3)

    fitting = (c for size in range(5) for c in combinations(range(4), size)
               if np.asarray(instance.minutes)[list(c)].sum() <= 75)  # fmt: skip
    best = max(fitting, key=lambda plan: liked[list(plan)].sum())
    assert found.chosen == best
    assert found.score == pytest.approx(liked[list(best)].sum())
    assert (found.bound, found.optimality_gap, found.proved) == (None, None, False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evidence": [[1.0]]}, "evidence must have shape"),
        ({"evidence": [[[1.0], [-1.0]]] * 4}, "must not be negative"),
        ({"costs": [[1]]}, "costs must have shape"),
        ({"limits": [60, 60]}, "costs must have shape"),
        ({"groups": [[0, 9]]}, r"groups\[0\] must hold positions"),
        ({"resources": ["a", "b"]}, "resources has 2 names"),
        ({"floors": [[1]], "least": [1]}, "floors must have shape"),
        ({"minutes": [-1, 1, 1, 1]}, "minutes must not be negative"),
        ({"weights": [1, 1]}, "weights must not be negative and must sum to 1"),
        ({"sufficiency": "both"}, "sufficiency must be"),
    ],
)
def test_bad_problems_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        problem(**changes)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(BadInput, match="start must hold positions"):
        design_loop(problem(), start=[9])
    with pytest.raises(BadInput, match="start breaks a limit"):
        design_loop(problem(), start=[0, 1, 2])
    with pytest.raises(BadInput, match="seconds must be above 0"):
        design_loop(problem(), seconds=0)
    with pytest.raises(BadInput, match="budgets must hold"):
        frontier(problem(), [])
    with pytest.raises(BadInput, match="resource 'money' is none of"):
        frontier(problem(), [10], resource="money")
    with pytest.raises(BadInput, match="score must be"):
        design_by_score(problem(), lambda plan: float("nan"), seconds=0.1)
