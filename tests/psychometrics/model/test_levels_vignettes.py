"""Vignettes whose levels are known: what they teach, and that every door takes them."""

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model import thresholds
from psychometrics.model.levels import Settings, calibrate_levels, update_levels
from psychometrics.model.levels.calibrate import prepare
from psychometrics.model.levels.components import components
from psychometrics.model.levels.data import encode
from psychometrics.model.levels.fit import moments_at, run, shared_predictor
from psychometrics.model.levels.layout import prior
from psychometrics.model.levels.policy import GLOBAL_TERMS
from tests.psychometrics import worlds

CLOSE = worlds.Truth(spacing=0.75)
EQUAL = tuple((3,) * len(row) for row in worlds.TARGETS)


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(21)
    world = worlds.panel(rng, 20, truth=CLOSE)
    return world, worlds.with_vignettes(rng, world, 8, CLOSE)


@pytest.fixture(scope="module")
def fitted(panel):
    return calibrate_levels(panel[1])


def test_they_tell_what_a_level_is_worth_and_where_the_team_stands(panel, fitted):
    world, _ = panel
    without = calibrate_levels(world.ratings)
    assert fitted.scale.ratio_se < 0.6 * without.scale.ratio_se
    assert abs(fitted.scale.spacing_ratio - 0.75) < 2 * fitted.scale.ratio_se
    assert fitted.anchored
    assert "relative_to_team" not in {notice.code for notice in fitted.notices}
    assert fitted.table.se.mean() < 0.95 * without.table.se.mean()


def test_vignettes_are_nobody_who_is_assessed(panel, fitted):
    world, _ = panel
    assert np.array_equal(np.unique(fitted.table.candidate), np.arange(20))
    assert fitted.n_ratings == len(np.asarray(world.ratings.score))
    assert fitted.person(20) is None


def test_equal_targets_need_no_assumption_beside_them():
    rng = np.random.default_rng(22)
    truth = replace(CLOSE, targets=EQUAL)
    world = worlds.panel(rng, 20, truth=truth)
    found = calibrate_levels(worlds.with_vignettes(rng, world, 8, truth))
    assert found.scale.estimated
    assert "spacing_assumed" not in {notice.code for notice in found.notices}
    assert abs(found.scale.spacing_ratio - 0.75) < 2 * found.scale.ratio_se


def test_a_whole_team_that_is_lenient_is_found_out(panel):
    world, ratings = panel
    lenient = replace(ratings, score=np.minimum(np.asarray(ratings.score) + 1, 3))
    of_candidates = replace(world.ratings, score=np.minimum(np.asarray(world.ratings.score) + 1, 3))
    true = world.level.mean()
    assert abs(calibrate_levels(lenient).table.level.mean() - true) < 0.35
    assert calibrate_levels(of_candidates).table.level.mean() - true > 0.6


def test_the_fitted_values_are_a_stationary_point(panel):
    """Scores of candidates' and of vignettes' ratings together balance every prior."""
    tight = Settings(tolerance=1e-9, variance_tolerance=1e-9, max_iterations=2000)
    found = run(prepare(encode(panel[1]), levels=True, settings=tight))
    problem, shared = found.problem, found.state.shared
    layout, shown = problem.layout, problem.vignettes
    own, spread = found.state.vignettes
    eta = shared_predictor(shown.layout, shared) + found.bar.eta + own
    scores = [
        moments_at(problem.data, layout, found.state, "acl").score,
        thresholds.moments(eta, found.steps, shown.data.score, spread=spread, weight=shown.data.weight).score,
    ]
    total = np.zeros(layout.size + 1)
    for place, score in zip((layout, shown.layout), scores, strict=True):
        np.add.at(total, place.columns[place.cell], place.values[place.cell] * score[:, None])
    by_term = np.array([found.state.variances[term] for term in GLOBAL_TERMS])
    mean, precision = prior(layout, shared, by_term, found.bar, tight.priors)
    told = [*np.flatnonzero(layout.term >= 0), layout.spacing]
    assert total[told] == pytest.approx((precision * (shared - mean))[told], abs=1e-5)


def test_an_update_agrees_with_a_fit_from_nothing(panel, fitted):
    _, ratings = panel
    score = np.array(ratings.score)
    score[0] = 3 - score[0]  # of a candidate
    score[-1] = 3 - score[-1]  # of a vignette
    now = replace(ratings, score=score)
    later, anew = update_levels(fitted, now), calibrate_levels(now)
    assert later.table.level == pytest.approx(anew.table.level, abs=0.01)
    assert later.scale.spacing == pytest.approx(anew.scale.spacing, rel=0.01)
    assert update_levels(fitted, ratings).table.level == pytest.approx(fitted.table.level, abs=0.01)


def test_components_are_told_beside_them(fitted):
    assert np.all(np.diag(components(fitted).covariance) > 0)


def test_they_do_not_count_without_levels(panel):
    found = calibrate_levels(panel[1], levels=False)
    assert len(np.unique(found.table.candidate)) == 28


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({(0, 0): 3.0}, r"every competency a vignette was rated on; \(0, "),
        ({(99, 0): 3.0}, r"\(99, 0\), which has no rating"),
        ({(0, c): 6.0 for c in range(6)}, "between 1 and 5"),
    ],
)
def test_what_cannot_be_known_is_refused(panel, levels, said):
    with pytest.raises(BadInput, match=said):
        calibrate_levels(replace(panel[0].ratings, known_levels=levels))


def test_vignettes_alone_are_not_enough(panel):
    everybody = {(i, c): 3.0 for i in range(20) for c in range(6)}
    with pytest.raises(NotEnoughData, match="nobody to calibrate"):
        calibrate_levels(replace(panel[0].ratings, known_levels=everybody))
