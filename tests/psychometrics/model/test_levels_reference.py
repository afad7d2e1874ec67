"""The batched algebra against one dense system with every effect written out."""

import numpy as np
import pytest

from psychometrics.model.levels import Settings
from psychometrics.model.levels.calibrate import prepare
from psychometrics.model.levels.data import encode
from psychometrics.model.levels.fit import moments_at, run
from psychometrics.model.levels.layout import prior
from psychometrics.model.levels.policy import GLOBAL_TERMS
from psychometrics.model.levels.posterior import posterior
from tests.psychometrics import worlds


@pytest.fixture(scope="module")
def fit():
    world = worlds.panel(np.random.default_rng(8), 7, interviewers=5, missing=0.25)
    tight = Settings(tolerance=1e-9, variance_tolerance=1e-9, max_iterations=2000)
    return run(prepare(encode(world.ratings), levels=True, settings=tight))


def effects(data):
    """Indicator columns of a candidate's effects and the term each belongs to."""
    watched = {
        (i, s)
        for i, s in set(zip(data.candidate, data.session, strict=True))
        if len(set(data.interviewer[(data.candidate == i) & (data.session == s)])) > 1
    }
    keys = []
    rows = zip(data.candidate, data.session, data.interviewer, data.criterion, data.competency, strict=True)
    for i, s, j, k, c in rows:
        keys.append([("general", i), ("competency", i, c), ("halo", i, j)])
        if (i, s) in watched:
            keys[-1].append(("performance", i, s, k))
    names = sorted({key for row in keys for key in row}, key=str)
    place = {name: at for at, name in enumerate(names)}
    Z = np.zeros((len(keys), len(names)))
    for n, row in enumerate(keys):
        Z[n, [place[key] for key in row]] = 1.0
    return Z, names, place


def shared_columns(fit):
    """Coefficients of the shared parameters, steps left out, one row per rating."""
    layout = fit.problem.layout
    X = np.zeros((fit.problem.data.n, layout.size))
    for entry in range(layout.columns.shape[1]):
        column, value = layout.columns[layout.cell, entry], layout.values[layout.cell, entry]
        held = column >= 0
        X[np.flatnonzero(held), column[held]] += value[held]
    return X


def dense(fit):
    """Posterior mean and covariance of (effects, shared) from one big information matrix."""
    problem, layout, data = fit.problem, fit.problem.layout, fit.problem.data
    moments = moments_at(data, layout, fit.state, "acl")
    Z, names, place = effects(data)
    X = shared_columns(fit)
    V, steps = moments.information, layout.steps
    joint = np.hstack([Z, X])
    information = joint.T @ (V[:, None] * joint)
    at = len(names) + steps
    information[:, at] += joint.T @ moments.cross.T
    information[at, :] += moments.cross @ joint
    information[np.ix_(at, at)] += moments.step_information
    by_term = np.array([fit.state.variances[term] for term in GLOBAL_TERMS])
    first = np.zeros(layout.size)
    _, precision = prior(layout, first, by_term, fit.bar, problem.settings.priors)
    local = [1 / fit.state.variances[name[0]] for name in names]
    information[np.diag_indices_from(information)] += np.concatenate([local, precision])
    return names, place, np.linalg.inv(information), Z


def test_covariance_of_levels_equals_the_dense_one(fit):
    layout = fit.problem.layout
    _, place, covariance, Z = dense(fit)
    size = Z.shape[1]
    for person in posterior(fit).people(fit.problem.data.candidates):
        gradient = np.zeros((len(person.competencies), len(covariance)))
        for row, c in enumerate(person.competencies):
            gradient[row, place["general", person.candidate]] = 1
            gradient[row, place["competency", person.candidate, c]] = 1
            gradient[row, size + layout.mean] = 1
            gradient[row, size + layout.pool[0]] = 1
            gradient[row, size + layout.profile[layout.profiles[:, 1] == c]] = 1
            gradient[row, size + layout.steps] = fit.bar.pull
            gradient[row, size + layout.spacing] = -(person.level[row] - 3)
        gradient /= fit.spacing
        assert person.covariance == pytest.approx(gradient @ covariance @ gradient.T, rel=1e-6)


def test_the_fitted_values_are_a_stationary_point(fit):
    """Score of every explicit effect and shared parameter against its prior is zero."""
    data, layout = fit.problem.data, fit.problem.layout
    moments = moments_at(data, layout, fit.state, "acl")
    Z, names, _ = effects(data)
    # The penalised score of an effect, Z' score - u / s^2, vanishes: the predictor must be made of such u.
    variance = np.array([fit.state.variances[name[0]] for name in names])
    assert fit.state.own == pytest.approx(Z @ (variance * (Z.T @ moments.score)), abs=1e-5)
    by_term = np.array([fit.state.variances[term] for term in GLOBAL_TERMS])
    random = np.flatnonzero(layout.term >= 0)
    X = shared_columns(fit)
    penalty = fit.solution.shared[random] / (by_term[layout.term[random]] * layout.share[random])
    assert (X.T @ moments.score)[random] == pytest.approx(penalty, abs=1e-5)
    assert len(names) == Z.shape[1]


def test_spreads_equal_the_dense_ones(fit):
    """The smoothing of every rating uses the exact posterior variance of its predictor."""
    _, _, covariance, Z = dense(fit)
    X = shared_columns(fit)
    joint = np.hstack([Z, X])
    exact = np.einsum("np,pq,nq->n", joint, covariance, joint)
    assert fit.state.spread == pytest.approx(exact, rel=1e-6)


def test_share_borrowed_is_the_variance_against_that_without_the_ratings(fit):
    """Drop one competency's ratings of one candidate, shared parameters held; write everything out."""
    data, layout, working = fit.problem.data, fit.problem.layout, fit.parts.working
    Z, names, _ = effects(data)
    X = shared_columns(fit)
    X[:, layout.steps] = working.pull.T
    prior_of = np.diag([fit.state.variances[name[0]] for name in names])
    for person in posterior(fit).people(data.candidates):
        mine = np.array([name[1] == person.candidate for name in names])
        for row, c in enumerate(person.competencies):
            rated = (data.candidate == person.candidate) & (data.competency == c)
            others = (data.candidate == person.candidate) & ~rated
            K = prior_of[np.ix_(mine, mine)]
            z, V = Z[np.ix_(others, mine)], np.diag(working.information[others])
            B = np.linalg.inv(np.linalg.inv(K) + z.T @ V @ z)
            wanted = [("general", person.candidate), ("competency", person.candidate, c)]
            t = np.array([float(name in wanted) for name, held in zip(names, mine, strict=True) if held])
            means = np.zeros(layout.size)
            means[[layout.mean, layout.pool[0]]] = 1
            means[layout.profile[layout.profiles[:, 1] == c]] = 1
            means[layout.steps] = fit.bar.pull
            gradient = means - t @ B @ z.T @ V @ X[others]
            gradient[layout.spacing] -= person.level[row] - 3
            variance = t @ B @ t + gradient @ fit.solution.covariance @ gradient
            share = person.covariance[row, row] * fit.spacing**2 / variance
            assert person.borrowed[row] == pytest.approx(min(share, 1.0), rel=1e-6)
