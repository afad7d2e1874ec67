"""What one more rating would tell is what refits with it tell, on average over the scores it may get."""

import numpy as np
import pytest

from psychometrics import calibrate, next_rating, update
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.one_rating import expected_loss
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, probabilities
from tests.psychometrics import panels


@pytest.fixture(scope="module")
def panel():
    return panels.small(3, candidates=150, interviewers=10, questions=8)


@pytest.mark.parametrize("link", ["acl", "cl"])
def test_expected_variance_is_the_mean_of_refits(panel, link):
    run = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score, link=link)
    told = next_rating(run, 7)
    assert told.se == pytest.approx(run.candidates.se[7], rel=1e-9)
    fit = run.posterior.best
    strangers = np.setdiff1d(np.arange(10), panel.interviewer[panel.candidate == 7])
    for judge, what in zip(strangers[[0, 3, -1]], (0, 3, 7), strict=True):
        eta = fit.values.candidate[7] + fit.values.interviewer[judge] + fit.values.question[what]
        nodes = eta + np.array(NODES) * np.sqrt(np.median(fit.post.eta))
        shares = probabilities(nodes, fit.steps, link=link) @ np.array(NODE_WEIGHTS)
        refitted = [
            update(run, [7], [judge], [what], [score]).candidates.se[7] ** 2 for score in range(len(shares))
        ]
        # Refits also move the variance components a little, which the formula holds.
        assert told.se_after[judge, what] ** 2 == pytest.approx(float(shares @ refitted), rel=0.02)
        assert told.se_after[judge, what] < told.se


def test_the_best_rating_is_by_somebody_new_and_near_the_candidates_level(panel):
    run = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    told = next_rating(run, 7, cut=float(run.candidates.measure[7]))
    assert told.loss == pytest.approx(0.5)
    assert told.loss_after is not None
    assert np.all(told.loss_after < told.loss)
    judge, what, least = told.best(1)[0]
    assert least == told.loss_after.min()
    assert told.loss_after[judge, what] == least


def test_a_settled_verdict_gains_nothing_and_a_close_one_does(panel):
    run = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    measure = float(run.candidates.measure[7])
    far, close = (next_rating(run, 7, cut=measure - off) for off in (3.0, 0.1))
    assert far.loss - far.loss_after.min() < 1e-4
    assert close.loss - close.loss_after.min() > 0.005


def test_expected_loss_agrees_with_simulation():
    rng = np.random.default_rng(0)
    now, after, distance = 0.25, np.array([[0.2, 0.1]]), 0.3
    truth = rng.normal(distance, np.sqrt(now), 400_000)
    for column, left in enumerate(after[0]):
        # A rating whose noise leaves this variance: the mean it would give, then the verdict.
        noise = 1 / (1 / left - 1 / now)
        seen = truth + rng.normal(0, np.sqrt(noise), len(truth))
        mean = (distance / now + seen / noise) * left
        wrong = np.mean((mean > 0) != (truth > 0))
        assert expected_loss(distance, now, after)[0, column] == pytest.approx(wrong, abs=0.003)


def test_questions_with_steps_of_their_own_and_groups_are_answered_too():
    panel = panels.small(5, candidates=40)
    rows = (panel.candidate, panel.interviewer, panel.question, panel.score)
    for given in ({"steps": "question"}, {"group": panel.candidate % 2}, {"halo": False}):
        run = calibrate(*rows, **given)
        told = next_rating(run, 3)
        assert told.se == pytest.approx(run.candidates.se[3], rel=1e-6)
        assert np.all(told.se_after < told.se)
        assert np.all(told.se_after > 0)


def test_unknown_people_and_unlinked_ones_are_refused(panel):
    run = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    with pytest.raises(BadInput, match="no candidate"):
        next_rating(run, "nobody")
    with pytest.raises(BadInput, match="cut"):
        next_rating(run, 7, cut=float("nan"))
    alone = (
        np.append(panel.candidate, [900, 900]),
        np.append(panel.interviewer, [90, 91]),
        np.append(panel.question, [90, 91]),
        np.append(panel.score, [0, 2]),
    )
    with pytest.raises(NotEnoughData, match="linked with nobody"):
        next_rating(calibrate(*alone), 900)
