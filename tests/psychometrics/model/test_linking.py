"""The interviewer who would link best is the one that a refit with every possible link finds."""

import numpy as np
import pytest

from psychometrics.model.calibration import calibrate
from psychometrics.model.calibration.fit import fit
from psychometrics.model.calibration.linking import LINKING_INTERVIEWS, best_linking_rater
from psychometrics.model.calibration.ratings import encode
from psychometrics.model.calibration.structure import build
from tests.psychometrics import panels


def _sites(seed):
    """Two sites of 30 candidates and four interviewers of very different load; common questions."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(60):
        site = person // 30
        share = np.array([0.6, 0.25, 0.1, 0.05])
        for judge in rng.choice(4, 2, replace=False, p=share):
            rows += [(person, judge + 4 * site, what) for what in rng.choice(8, 4, replace=False)]
    who, by, what = np.array(rows).T
    eta = rng.normal(0, 1, 60)[who] - rng.normal(0, 0.6, 8)[by] - rng.normal(0, 0.5, 8)[what]
    return who, by, what, panels.rate(eta, rng)


def _error(fitted, subset):
    """Standard error of the difference between the two subsets, by the whole covariance."""
    share = np.where(subset == 0, 1 / (subset == 0).sum(), -1 / (subset == 1).sum())
    followed = fitted.system.matrix().T @ share
    return np.sqrt(
        (share**2 / fitted.system.precision).sum() + followed @ fitted.post.covariance.times(followed)
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_best_linking_rater_is_the_best_of_all_refits(seed):
    who, by, what, score = _sites(seed)
    result = calibrate(who, by, what, score)
    base, subset = result.posterior.best, result.candidates.subset - 1
    link = best_linking_rater(base, subset, 1)
    assert link.before == pytest.approx(_error(base, subset))
    rng = np.random.default_rng(seed)
    errors = {}
    for judge in range(8):
        home = subset[who[by == judge][0]]
        guests = rng.choice(np.flatnonzero(subset != home), LINKING_INTERVIEWS, replace=False)
        extra = [(guest, judge, question) for guest in guests for question in rng.choice(8, 4, replace=False)]
        more = np.array(extra).T
        middle = np.tile([1, 2], 2 * LINKING_INTERVIEWS)
        longer = encode(
            *(np.append(a, b) for a, b in zip((who, by, what, score), (*more, middle), strict=True))
        )
        again = fit(build(longer), variances=base.variances, estimate=frozenset())
        errors[judge] = _error(again, subset)
    assert errors[link.interviewer] < min(errors.values()) + 0.02
    assert errors[link.interviewer] == pytest.approx(link.after, rel=0.05)
    assert max(errors.values()) > link.after


def test_the_linking_rater_is_said():
    who, by, what, score = _sites(5)
    result = calibrate(who, by, what, score)
    link = best_linking_rater(result.posterior.best, result.candidates.subset - 1, 1)
    said = next(warning for warning in result.warnings if "To link subset 2" in warning)
    assert f"let interviewer {link.interviewer} also rate candidates of subset {link.to + 1}" in said
    assert f"from {link.before:.2f} to {link.after:.2f} logits" in said
