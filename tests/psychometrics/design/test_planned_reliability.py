"""The D study on the evidence model: published steps, saturation within a session, the composite."""

import numpy as np
import pytest

from psychometrics.design.evidence import EvidenceModel, PlannedRatings, plan_evidence
from psychometrics.design.planned_reliability import planned_evidence, planned_reliability, pooled_reliability
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.reliability.generalizability import Components, coefficients


def test_sessions_apart_follow_spearman_and_brown():
    """Facts of one rating at .44: k = 1..6 separate interviews."""
    found = [planned_reliability(1.0, interviewers=1, sessions=k) for k in range(1, 7)]
    assert found == pytest.approx([0.440, 0.611, 0.702, 0.759, 0.797, 0.825], abs=5e-4)


def test_it_is_the_generalizability_coefficient_of_interviewers_within_sessions():
    """Design p x (r:t), performance as candidate x session, halo and rating within it."""
    o, h, e = EvidenceModel().noise
    values = {"p": 1.0, "t": 0.0, "r:t": 0.0, "pt": o, "pr:t": h + e}
    components = Components("p x (r:t)", values, values, {}, {}, {}, "given", np.ones((10, 5)))
    for sessions in (1, 3):
        for interviewers in (1, 2, 4):
            study = coefficients(components, {"t": sessions, "r": interviewers})
            found = planned_reliability(1.0, interviewers=interviewers, sessions=sessions)
            assert found == pytest.approx(study.relative)


def test_it_is_the_plan_s_own_evidence():
    plan = PlannedRatings([0, 0, 1, 1], [0] * 4, [0.7] * 4, [0] * 4, [3] * 4)
    found = planned_evidence(0.7, interviewers=3, questions=2, sessions=2)
    assert found == pytest.approx(plan_evidence(plan, 1).sum())


def test_more_of_anything_helps_and_questions_apart_help_most():
    def rho(**design):
        return planned_reliability(0.6, **{"interviewers": 1, **design})

    assert rho() < rho(interviewers=2) < rho(interviewers=4)
    assert rho() < rho(questions=3) < rho(sessions=3)
    assert rho(interviewers=1000, questions=1000) < 0.8 < rho(sessions=20)


def test_composite_of_one_competency_is_that_competency():
    assert pooled_reliability([1.0], [0.44 / 0.56]) == pytest.approx(0.44)
    assert pooled_reliability([2.0, 0.0], [0.44 / 0.56, 0.0]) == pytest.approx(0.44)


def test_composite_is_that_of_simulated_scores():
    rng, w, carried, between = np.random.default_rng(1), np.array([0.5, 0.3, 0.2]), np.array([0.5, 1, 2]), 0.4
    correlations = np.full((3, 3), between) + (1 - between) * np.eye(3)
    theta = rng.multivariate_normal(np.zeros(3), correlations, size=400_000)
    first, second = ((theta + rng.standard_normal(theta.shape) / np.sqrt(carried)) @ w for _ in range(2))
    found = pooled_reliability(w, carried, between=between)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(found, abs=0.005)


def test_what_cannot_be_pooled_is_refused():
    with pytest.raises(NotEnoughData, match="competency 1 has no evidence"):
        pooled_reliability([0.5, 0.5], [1.0, 0.0])
    with pytest.raises(NotEnoughData, match="nothing weighs"):
        pooled_reliability([0.0], [1.0])
    with pytest.raises(BadInput, match="between"):
        pooled_reliability([1.0], [1.0], between=1.0)
    with pytest.raises(BadInput, match="negative"):
        pooled_reliability([1.0], [-1.0])
    with pytest.raises(BadInput, match="interviewers"):
        planned_evidence(0.5, interviewers=0)
    with pytest.raises(BadInput, match="strengths"):
        planned_evidence(1.5, interviewers=1)
