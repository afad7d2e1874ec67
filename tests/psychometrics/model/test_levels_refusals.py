"""What is asked of a run of the level model and cannot be answered is refused by name."""

import numpy as np
import pytest

from psychometrics.errors import BadInput, NotComparable
from psychometrics.model.levels import (
    LevelRatings,
    calibrate_levels,
    compare,
    estimate,
    pooled_gap,
    requirement,
)
from tests.psychometrics import worlds
from tests.psychometrics.worlds import REQUIRED, WEIGHTS


@pytest.fixture(scope="module")
def run():
    return calibrate_levels(worlds.panel(np.random.default_rng(42), 12, interviewers=6).ratings)


@pytest.mark.parametrize(
    ("candidate", "message"),
    [
        (99, "no candidate 99 in this run: its 12 candidates bear codes from 0 to 11"),
        (-1, "candidate must be at least 0"),
        ("Ada", "candidate must be one number"),
        (1.5, "candidate must be a whole number"),
        (None, "candidate must be one number"),
    ],
)
def test_a_candidate_who_is_not_in_the_run_is_refused(run, candidate, message):
    for ask in (
        lambda: estimate(run, candidate, 0),
        lambda: requirement(run, candidate, 0, 3),
        lambda: pooled_gap(run, candidate, WEIGHTS, REQUIRED),
        lambda: compare(run, candidate, 0, 0),
        lambda: compare(run, 0, candidate, 0),
    ):
        with pytest.raises(BadInput, match=message):
            ask()


@pytest.mark.parametrize("competency", [99, 6, -1, "design", 1.5, None])
def test_a_competency_that_no_criterion_has_is_refused(run, competency):
    for ask in (
        lambda: estimate(run, 0, competency),
        lambda: requirement(run, 0, competency, 3),
        lambda: compare(run, 0, 1, competency),
        lambda: compare(run, 0, 0, competency),
        lambda: run.row(0, competency),
    ):
        with pytest.raises(BadInput, match="competency must be"):
            ask()


def test_nobody_differs_from_themselves(run):
    found = compare(run, 3, 3, 1)
    assert (found.difference, found.se, found.lower, found.upper) == (0, 0, 0, 0)
    assert found.probability == 0.5


def test_levels_that_are_withheld_are_not_compared_even_with_themselves():
    ratings = worlds.panel(np.random.default_rng(42), 12, interviewers=6).ratings
    withheld = calibrate_levels(ratings, levels=False)
    for second in (0, 1):
        with pytest.raises(NotComparable, match="withheld"):
            compare(withheld, 0, second, 0)


@pytest.mark.parametrize(
    ("weights", "required", "message"),
    [
        (WEIGHTS[:2], REQUIRED[:2], "weights needs one entry per competency code, 6 in all"),
        ([*WEIGHTS, 0.1], [*REQUIRED, 3], "weights needs one entry per competency code, 6 in all"),
        (WEIGHTS, REQUIRED[:2], "required needs one entry per competency code, 6 in all"),
        (WEIGHTS, [9, *REQUIRED[1:]], "required levels must lie between 1 and 5"),
        (WEIGHTS, [np.nan, *REQUIRED[1:]], "required levels must lie between 1 and 5"),
        (WEIGHTS, ["high"] * 6, "required must be numbers"),
        ([np.nan, *WEIGHTS[1:]], REQUIRED, "weights must be finite"),
        ([-0.1, *WEIGHTS[1:]], REQUIRED, "weights must not be negative"),
        (np.zeros(6), REQUIRED, "one must be above 0"),
        (None, REQUIRED, "weights must be one-dimensional"),
        (0.5, REQUIRED, "weights must be one-dimensional"),
    ],
)
def test_a_pool_of_other_competencies_than_the_runs_is_refused(run, weights, required, message):
    with pytest.raises(BadInput, match=message):
        pooled_gap(run, 0, weights, required)


def test_where_a_weight_is_nothing_nothing_needs_to_be_required(run):
    weights = np.array([0.5, 0.5, 0, 0, 0, 0])
    bare = pooled_gap(run, 0, weights, [3, 4, np.nan, np.nan, 0, 9])
    assert bare == pooled_gap(run, 0, weights, [3, 4, 3, 3, 3, 3])
    assert np.isfinite(bare.se)


@pytest.mark.parametrize(
    ("required", "kappa", "message"),
    [
        ("3", 0.5, "required must be one number"),
        (None, 0.5, "required must be one number"),
        (np.nan, 0.5, "required must be a finite number"),
        (9, 0.5, "required must lie between 1 and 5"),
        (3, -0.1, "kappa must lie between 0 and 4"),
        (3, "a", "kappa must be one number"),
    ],
)
def test_a_requirement_that_is_no_level_is_refused(run, required, kappa, message):
    with pytest.raises(BadInput, match=message):
        requirement(run, 0, 0, required, kappa=kappa)


GOOD = {
    "candidate": [0, 0],
    "session": [0, 0],
    "interviewer": [0, 0],
    "criterion": [0, 1],
    "score": [1, 2],
    "criterion_competency": [0, 1],
    "criterion_target": [3.0, 4.0],
}


@pytest.mark.parametrize(
    "name", ["candidate", "session", "interviewer", "criterion", "score", "pool", "opening"]
)
@pytest.mark.parametrize("codes", [["Ada", "Ben"], [0, None], [0, np.nan], [0, 0.5], ["0", "1"], [0, np.inf]])
def test_codes_that_are_no_whole_numbers_are_refused_with_a_way_to_make_them(name, codes, recwarn):
    with pytest.raises(BadInput, match=rf"{name} must hold whole numbers from 0 .*numpy\.unique\("):
        calibrate_levels(LevelRatings(**{**GOOD, name: codes}))
    assert not recwarn.list


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"candidate": None}, "candidate must be one-dimensional"),
        ({"criterion_competency": ["design", "review"]}, r"criterion_competency .*numpy\.unique\("),
        ({"criterion_target": ["3", "4"]}, "criterion_target must be numbers"),
        ({"criterion_target": None}, "criterion_target must hold a level"),
        ({"weight": ["a", "b"]}, "weight must be numbers"),
        ({"weight": [1, np.nan]}, "weights must lie above 0"),
        ({"top": "3"}, "top must be one number"),
        ({"meets": 1.5}, "meets must be a whole number"),
        ({"reference_interviewers": (0, 7)}, "names interviewer 7, who has given no rating"),
        ({"reference_interviewers": ("Kim",)}, r"reference_interviewers .*numpy\.unique\("),
    ],
)
def test_other_arguments_of_another_kind_are_refused(change, message, recwarn):
    with pytest.raises(BadInput, match=message):
        calibrate_levels(LevelRatings(**{**GOOD, **change}))
    assert not recwarn.list


@pytest.mark.parametrize("level", ["a", None, 0, 1, np.nan])
def test_an_interval_level_out_of_range_is_refused(level):
    with pytest.raises(BadInput, match="level must"):
        calibrate_levels(LevelRatings(**GOOD), level=level)


def test_labels_made_codes_as_the_refusal_says_are_accepted():
    codes = np.unique(["Ben", "Ada"], return_inverse=True)[1]
    run = calibrate_levels(LevelRatings(**{**GOOD, "candidate": codes}))
    assert [person.candidate for person in run.people] == [0, 1]
