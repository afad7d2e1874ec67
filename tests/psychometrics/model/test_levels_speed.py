"""The benchmark of the level fit times what it says."""

import pytest

from benchmarks.generator import simulate
from benchmarks.levels_speed import STAGES, measure, ratings_of, stages
from psychometrics.model.levels.calibrate import prepare
from psychometrics.model.levels.data import encode
from psychometrics.model.levels.policy import Settings


def test_a_fit_and_one_more_interview_are_measured():
    found = measure("S", "levels", "numpy")
    assert found["ratings"] == len(simulate("S", halo=0.5).score)
    assert found["fit"] > 0
    assert found["more"] > 0
    assert found["memory"] > 10


def test_every_stage_is_found_and_they_add_up():
    found = stages("S", "numpy")
    parts = [value for stage, value in found.items() if stage != "whole call"]
    assert sum(parts) == pytest.approx(found["whole call"])
    assert found["passes: candidates integrated out"] > 0
    assert set(STAGES) < set(found)


def test_every_competency_and_two_target_levels_occur():
    coded = encode(ratings_of(simulate("S", halo=0.5)))
    assert set(coded.competency.tolist()) == set(range(6))
    assert not prepare(coded, levels=True, settings=Settings()).spacing_held
