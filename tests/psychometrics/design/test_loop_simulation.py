"""The simulated loop against its closed forms, and what must hold of it without one."""

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from psychometrics.design.evaluation_gap_audit import decision_value
from psychometrics.design.evidence import PlannedRatings
from psychometrics.design.loop_simulation import LoopPanel, loop_in_closed_form, simulate_loop
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.reliability.classification import normal_classification
from psychometrics.selection.utility import taylor_russell

WEIGHTS = np.array([0.30, 0.35, 0.20, 0.15])
DEMAND = np.array([[0.2, 0.5, 0.3], [0, 0.3, 0.7], [0.3, 0.5, 0.2], [0, 0.6, 0.4]])
PLAN = PlannedRatings(
    session=[0, 0, 0, 1, 1, 2, 2, 3],
    competency=[2, 2, 0, 0, 1, 1, 3, 1],
    strength=[0.8, 0.5, 0.6, 0.7, 0.4, 0.9, 0.5, 0.6],
    realism=[0, 0, 1, 1, 1, 2, 1, 2],
    interviewers=[2, 2, 2, 1, 1, 3, 3, 2],
)
RATES = {"base_rate": 0.3, "selection_ratio": 0.2}
# Of 160,000 the standard error of every share below is under .0032: the .01 allowed are three of them.
MANY = 160_000
PANELS = [
    LoopPanel(),
    LoopPanel(weighting="best"),
    LoopPanel(severity=0.6, realism_weights=(0.5, 0.8, 1.0)),
    LoopPanel(severity=0.3, halo_across=True),
]


def run(plan=PLAN, *, panel=None, candidates=20_000, seed=7, **rates):
    return simulate_loop(
        WEIGHTS, DEMAND, plan, panel=panel, candidates=candidates, seed=seed, **(rates or RATES)
    )


def exact(plan=PLAN, *, panel=None, **rates):
    return loop_in_closed_form(WEIGHTS, DEMAND, plan, panel=panel, **(rates or RATES))


@pytest.mark.parametrize("panel", PANELS, ids=str)
def test_counts_are_those_of_taylor_and_russell_and_of_the_bivariate_normal(panel):
    found, form = run(panel=panel, candidates=MANY), exact(panel=panel)
    assert found.validity == pytest.approx(form.validity, abs=0.01)
    assert found.retest == pytest.approx(form.retest, abs=0.01)
    assert found.right_of_hired.value == pytest.approx(taylor_russell(form.validity, 0.2, 0.3), abs=0.01)
    assert found.same_verdict.value == pytest.approx(
        normal_classification(form.retest, 0.2).consistency, abs=0.01
    )
    assert found.hired_meets.value == pytest.approx(form.hired_meets, abs=0.01)
    assert found.fails_again.value == pytest.approx(form.fails_again, abs=0.01)


@pytest.mark.parametrize("halo_across", [False, True])
def test_best_weights_reach_the_root_of_the_decision_value(halo_across):
    ceiling = decision_value(WEIGHTS, DEMAND, PLAN, halo_across=halo_across) ** 0.5
    panel = LoopPanel(weighting="best", halo_across=halo_across)
    assert exact(panel=panel).validity == pytest.approx(ceiling)
    found = run(panel=panel, candidates=MANY)
    assert found.right_of_hired.value == pytest.approx(taylor_russell(ceiling, 0.2, 0.3), abs=0.01)
    assert exact(panel=replace(panel, weighting="shrunken")).validity < ceiling


def test_one_rating_of_the_only_demand_has_its_reliability():
    plan = PlannedRatings([0], [0], [1.0], [0], [1])
    form = loop_in_closed_form([1.0], [[1.0]], plan, **RATES)
    assert (form.validity**2, form.retest) == pytest.approx((0.44, 0.44))


@pytest.mark.parametrize(("base_rate", "selection_ratio"), [(0.1, 0.5), (0.5, 0.05), (0.8, 0.7)])
def test_closed_forms_hold_at_other_rates(base_rate, selection_ratio):
    rates = {"base_rate": base_rate, "selection_ratio": selection_ratio}
    found, form = run(candidates=MANY, **rates), exact(**rates)
    assert found.right_of_hired.value == pytest.approx(form.right_of_hired, abs=0.01)
    assert found.fails_again.value == pytest.approx(form.fails_again, abs=0.01)


@pytest.mark.parametrize("cut", [-0.5, 0.0, 0.3])
def test_a_cut_hires_the_share_it_must(cut):
    found, form = run(candidates=MANY, base_rate=0.3, cut=cut), exact(base_rate=0.3, cut=cut)
    assert found.hired == pytest.approx(form.hired, abs=0.01)
    assert found.right_of_hired.value == pytest.approx(form.right_of_hired, abs=0.01)
    assert found.same_verdict.value == pytest.approx(form.same_verdict, abs=0.01)


def test_counts_are_a_hundred_and_its_parts_are_the_rates():
    for panel in (LoopPanel(), LoopPanel(not_assessed=0.3, severity=0.5)):
        found = run(panel=panel)
        parts = (
            found.hired_meets,
            found.hired_short,
            found.turned_away_meets,
            found.turned_away_short,
        )
        assert sum(part.value for part in parts) == pytest.approx(1)
        assert found.hired == pytest.approx(0.2)
        assert found.hired_meets.value + found.turned_away_meets.value == pytest.approx(0.3, abs=0.01)
        assert 0 <= found.batch_lower <= 100 * found.hired_meets.value <= found.batch_upper <= 20


def test_the_same_seed_gives_the_same_and_another_another_within_its_error():
    assert run() == run()
    assert run(panel=LoopPanel(not_assessed=0.2)) == run(panel=LoopPanel(not_assessed=0.2))
    first, second = run(seed=1), run(seed=2)
    assert first != second
    for name in ("hired_meets", "right_of_hired", "same_verdict", "fails_again"):
        one, other = getattr(first, name), getattr(second, name)
        assert abs(one.value - other.value) < 4 * 2**0.5 * one.error


def test_standard_errors_cover_the_closed_form():
    form = exact()
    off = [
        (getattr(found, name).value - getattr(form, name)) / getattr(found, name).error
        for found in (run(seed=seed, candidates=2000) for seed in range(40))
        for name in ("right_of_hired", "fails_again", "same_verdict")
    ]
    assert np.mean(np.abs(off) < 1.96) > 0.9


def test_more_interviewers_are_never_worse():
    def right(people, panel):
        plan = replace(PLAN, interviewers=[people] * 8)
        return run(plan, panel=panel, candidates=40_000).right_of_hired

    for panel in (LoopPanel(severity=0.5), LoopPanel(severity=0.5, not_assessed=0.25)):
        rows = [right(people, panel) for people in (1, 2, 4)]
        for fewer, more in pairwise(rows):
            assert more.value > fewer.value - 2 * fewer.error


def test_severity_halo_and_missing_ratings_cost():
    def validity(**panel):
        return run(panel=LoopPanel(**panel), candidates=100_000).validity

    plain = validity()
    assert validity(severity=0.6) < plain - 0.01
    assert validity(halo_across=True) < plain
    assert validity(not_assessed=0.6) < validity(not_assessed=0.2) < plain
    assert validity(not_assessed=0.2, weighting="best") < validity(weighting="best")


def test_few_missing_ratings_change_little():
    assert run(panel=LoopPanel(not_assessed=0.001)).validity == pytest.approx(run().validity, abs=0.01)


def test_twenty_thousand_candidates_take_less_than_a_second():
    rng = np.random.default_rng(3)
    rows = 40
    plan = PlannedRatings(
        np.repeat(np.arange(6), 7)[:rows],
        rng.integers(0, 10, rows),
        rng.uniform(0.3, 0.9, rows),
        rng.integers(0, 3, rows),
        np.full(rows, 2),
    )
    began = time.process_time()
    simulate_loop(np.full(10, 0.1), np.tile([0.2, 0.3, 0.5], (10, 1)), plan, **RATES)
    assert time.process_time() - began < 1


def test_a_cut_that_nobody_passes_has_no_share_of_right_ones():
    found = run(base_rate=0.3, cut=9)
    assert (found.hired, found.right_of_hired, found.fails_again) == (0, None, None)
    assert found.same_verdict.value == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_rate": 0.0}, "base_rate"),
        ({"base_rate": 1.0}, "base_rate"),
        ({"selection_ratio": 1.2}, "selection_ratio"),
        ({"cut": 0.0}, "selection_ratio or cut"),
        ({"selection_ratio": None}, "selection_ratio or cut"),
        ({"selection_ratio": None, "cut": 11}, "cut"),
        ({"candidates": 150}, "candidates"),
        ({"candidates": 1050}, "multiple"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"between": 1.0}, "between"),
        ({"transfer": 0.0}, "transfer"),
        ({"panel": LoopPanel(realism_weights=(1.0,))}, "realism_weights"),
    ],
)
def test_bad_input_is_named(changes, said):
    with pytest.raises(BadInput, match=said):
        simulate_loop(WEIGHTS, DEMAND, PLAN, **{**RATES, **changes})


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        ({"severity": -1}, "severity"),
        ({"severity": 11}, "severity"),
        ({"not_assessed": 1}, "not_assessed"),
        ({"weighting": "guess"}, "weighting"),
        ({"realism_weights": (0.0, 1.0, 1.0)}, "realism_weights"),
    ],
)
def test_a_panel_that_cannot_be_is_named(panel, said):
    with pytest.raises(BadInput, match=said):
        LoopPanel(**panel)


def test_what_decides_nothing_is_refused():
    for plan in (PlannedRatings([], [], [], [], []), replace(PLAN, strength=[0.0] * 8)):
        with pytest.raises(NotEnoughData, match="decides nothing"):
            run(plan)
        with pytest.raises(NotEnoughData, match="decides nothing"):
            exact(plan)
    with pytest.raises(NotEnoughData, match="demands nothing"):
        simulate_loop(np.zeros(4), DEMAND, PLAN, **RATES)
    with pytest.raises(BadInput, match="no closed form"):
        exact(panel=LoopPanel(not_assessed=0.1))
