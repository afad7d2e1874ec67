"""What is handed to the sampler, and how its answer is set beside ours."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.bayes import __main__ as bayes


@pytest.mark.parametrize("name", ["180 ratings", "three competencies"])
def test_a_panel_is_set_beside_its_own_estimates(name):
    case = bayes.WORLDS[name]()
    shared = case.columns["performance"]
    assert (shared >= 0).all() == (name == "three competencies")
    found = bayes.ours(case)
    assert found.proficiency.shape == case.truth.shape
    line = bayes._line(name, case, found, replace(found, rhat=1.0))
    assert "| 1.0000 | 0.00 | 1.00 | 1.0000 | 0.00 | 1.00 |" in line
    assert np.abs(found.proficiency.mean(0)).max() < 1e-9
