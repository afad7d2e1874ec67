"""Fits whose interviewers are too many for a dense matrix, on panels small enough to compute both ways."""

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks.crowds import CROWDS, Crowd, assign
from benchmarks.generator import simulate
from psychometrics import calibrate
from psychometrics.errors import DidNotConverge
from psychometrics.model.calibration import structure, update
from psychometrics.model.calibration.algebra import System
from psychometrics.model.calibration.engines import algebra_of
from psychometrics.model.calibration.iterative import conjugate
from psychometrics.model.calibration.meetings import plan_meetings
from psychometrics.model.calibration.next_rating import next_rating
from psychometrics.model.calibration.ratings import encode
from psychometrics.model.calibration.structure import build
from psychometrics.model.calibration.system import solve
from psychometrics.model.calibration.variance_steps import prior_variances
from psychometrics.model.diagnostics import diagnose
from psychometrics.model.thresholds import starting_steps

EXACT = 10**9
PANEL = simulate("S", halo=0.5)
COLUMNS = (PANEL.candidate, PANEL.interviewer, PANEL.question, PANEL.score)


def fitted(monkeypatch, largest, *, rows=slice(None), engine="numpy", **options):
    monkeypatch.setattr(structure, "LARGEST_DENSE", largest)
    return calibrate(*(column[rows] for column in COLUMNS), engine=engine, **options)


@pytest.fixture(scope="module")
def both():
    """The same panel by draws and by the dense matrix."""
    with pytest.MonkeyPatch.context() as patch:
        return tuple(fitted(patch, largest, interview=PANEL.interview) for largest in (0, EXACT))


def test_measures_and_standard_errors_are_those_of_the_dense_matrix(both):
    drawn, exact = both
    for name, value in (
        ("candidates", "measure"),
        ("interviewers", "severity"),
        ("questions", "difficulty"),
    ):
        mine, theirs = getattr(drawn, name), getattr(exact, name)
        np.testing.assert_allclose(getattr(mine, value), getattr(theirs, value), atol=2e-3)
        np.testing.assert_allclose(mine.se, theirs.se, rtol=0.05)
    for name, value in exact.components.items():
        assert drawn.components[name] == pytest.approx(value, rel=0.01)
    np.testing.assert_allclose(drawn.thresholds, exact.thresholds, atol=1e-3)
    np.testing.assert_allclose(drawn.interviewers.infit, exact.interviewers.infit, atol=2e-3)


def test_two_candidates_are_compared_with_their_whole_covariance(both):
    drawn, exact = both
    first, second = exact.candidates.label[[3, 17]]
    assert drawn.probability_better(first, second) == pytest.approx(
        exact.probability_better(first, second), abs=2e-3
    )


def test_draws_are_said_beside_the_numbers(both):
    assert any("draws of the posterior" in text for text in both[0].warnings)
    assert not any("draws of the posterior" in text for text in both[1].warnings)


def test_what_follows_a_fit_agrees_with_the_dense_matrix(both):
    drawn, exact = both
    who = exact.candidates.label[5]
    np.testing.assert_allclose(next_rating(drawn, who).se_after, next_rating(exact, who).se_after, rtol=0.02)
    mine, theirs = diagnose(drawn), diagnose(exact)
    for name, test in theirs.tests.items():
        np.testing.assert_allclose(mine.tests[name].z, test.z, atol=0.1, err_msg=name)


@pytest.fixture(params=["halo", "groups", "no halo"])
def systems(request, monkeypatch):
    """One Newton system of the same values, by both algebras: the dense factor and conjugate gradients."""
    group = PANEL.candidate % 3 if request.param == "groups" else None
    ratings = encode(*COLUMNS, PANEL.interview, group)
    found = []
    for largest in (EXACT, 0):
        monkeypatch.setattr(structure, "LARGEST_DENSE", largest)
        built = build(ratings)
        found.append(fit_once(built, halo=request.param != "no halo"))
    return found


def fit_once(built, *, halo) -> tuple[System, object, object]:
    """The system at everybody average, its step and its variances."""
    from psychometrics.model.calibration import fit as fits

    variances = prior_variances(halo=halo)
    values = fits._start(built, "acl", variances)
    algebra = algebra_of(built)
    steps = starting_steps(built.ratings.points, built.ratings.top)
    now = algebra.moments(algebra.predictor(values), steps, built.ratings.points)
    system, step = solve(built, algebra, now, values, variances)
    return system, step, algebra.spread(system)


def test_steps_and_products_are_exact(systems):
    (exact, wanted, reference), (_, step, post) = systems
    for name in ("candidate", "interviewer", "question", "easiness", "halo", "group"):
        mine, theirs = getattr(step, name), getattr(wanted, name)
        if theirs is not None:
            np.testing.assert_allclose(mine, theirs, atol=1e-6, err_msg=name)
    vectors = np.random.default_rng(1).normal(size=(exact.structure.size, 3))
    np.testing.assert_allclose(post.covariance.times(vectors), reference.covariance.times(vectors), atol=1e-6)
    assert post.with_group is None or post.with_group == pytest.approx(reference.with_group, abs=1e-6)


def test_variances_are_right_within_what_few_draws_scatter(systems):
    (exact, _, reference), (_, _, post) = systems
    for name in ("candidate", "halo", "eta", "without_halo"):
        mine, theirs = getattr(post, name), getattr(reference, name)
        if theirs is not None:
            ratio = mine / theirs
            assert np.abs(ratio - 1).max() < 0.15, name
            assert ratio.mean() == pytest.approx(1.0, abs=0.03), name
    forms = sp.random(exact.structure.size, 20, density=0.3, format="csr", rng=1)
    ratio = post.covariance.forms(forms, forms) / reference.covariance.forms(forms, forms)
    assert ratio.mean() == pytest.approx(1.0, abs=0.06)


def test_more_draws_come_nearer(monkeypatch):
    """Twenty-five times the draws, a fifth of the scatter or so."""
    from psychometrics.model.calibration.iterative import algebra as drawn

    ratings = encode(*COLUMNS, PANEL.interview)
    monkeypatch.setattr(structure, "LARGEST_DENSE", EXACT)
    reference = fit_once(build(ratings), halo=True)[2].eta
    monkeypatch.setattr(structure, "LARGEST_DENSE", 0)
    off = []
    for count in (16, 400):
        monkeypatch.setattr(drawn, "DRAWS", count)
        eta = fit_once(build(ratings), halo=True)[2].eta
        off.append(float(np.sqrt(np.mean((eta / reference - 1) ** 2))))
    assert off[1] < 0.4 * off[0]


@pytest.mark.usefixtures("kernels")
def test_both_engines_give_the_same_numbers(both, monkeypatch):
    compiled = fitted(monkeypatch, 0, interview=PANEL.interview, engine="compiled")
    np.testing.assert_allclose(compiled.candidates.measure, both[0].candidates.measure, atol=1e-8)
    np.testing.assert_allclose(compiled.candidates.se, both[0].candidates.se, atol=1e-8)
    np.testing.assert_allclose(compiled.interviewers.se, both[0].interviewers.se, atol=1e-8)


def test_an_update_is_the_refit(both, monkeypatch):
    new = PANEL.interview == PANEL.interview[-1]
    before = fitted(monkeypatch, 0, rows=~new, interview=PANEL.interview[~new])
    after = update(before, *(column[new] for column in COLUMNS), interview=PANEL.interview[new])
    np.testing.assert_allclose(after.candidates.measure, both[0].candidates.measure, atol=0.01)


def test_meetings_are_planned_among_the_interviewers_who_are_known_best(monkeypatch):
    from psychometrics.model.calibration import meetings

    site = (PANEL.candidate % 2).astype(int)
    own = PANEL.interviewer + 100 * site
    apart = calibrate(PANEL.candidate, own, PANEL.question, PANEL.score, engine="numpy")
    plan = plan_meetings(apart)
    monkeypatch.setattr(meetings, "MOST_OFFERED", 60)
    fewer = plan_meetings(apart)
    assert fewer.linked
    assert fewer.error_after < 1.3 * plan.error_after


def test_equations_that_do_not_settle_are_refused(monkeypatch):
    monkeypatch.setattr(conjugate, "_MOST_STEPS", 2)
    with pytest.raises(DidNotConverge, match="could not be solved"):
        fitted(monkeypatch, 0)


def test_columns_already_solved_stay():
    rng = np.random.default_rng(2)
    root = rng.normal(size=(30, 30))
    matrix = root @ root.T + np.eye(30)
    wanted = rng.normal(size=(30, 4))
    right = matrix @ wanted
    found = conjugate.solved(lambda x: matrix @ x, np.diag(matrix), right, tolerance=1e-12)
    np.testing.assert_allclose(found, wanted, atol=1e-8)
    again = conjugate.solved(lambda x: matrix @ x, np.diag(matrix), right, tolerance=1e-6, start=wanted)
    np.testing.assert_array_equal(again, wanted)


def test_crowds_have_the_shape_they_name():
    shape = Crowd(400, 120, 30, 4, 0.1, 6.0, 6.0)
    who, by, what, sitting = assign(np.random.default_rng(1), shape)
    assert len(np.unique(who)) == 400
    assert len(who) / 400 == pytest.approx(36, rel=0.1)
    pairs = who[np.unique(sitting, return_index=True)[1]]
    assert np.bincount(pairs).mean() == pytest.approx(6.0, rel=0.1)
    units = np.unique(np.stack([who, by]), axis=1).shape[1]
    assert units == len(np.unique(sitting))
    assert len(np.unique(np.stack([sitting, what]), axis=1).T) == len(sitting)
    assert CROWDS["XL"].interviewers == CROWDS["XL-random"].interviewers
