"""Compiled kernels give NumPy's numbers: on every output, on panels of every shape."""

import os
import subprocess
import sys
from dataclasses import fields
from importlib import util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.generator import simulate
from psychometrics import calibrate
from psychometrics.errors import BadInput, DidNotConverge
from psychometrics.model import compiled
from psychometrics.model.calibration import update
from psychometrics.model.calibration.ratings import encode
from psychometrics.model.calibration.structure import build
from psychometrics.model.thresholds import moments
from tests.psychometrics import panels

numba = pytest.mark.usefixtures("kernels")
TABLES = ("candidates", "interviewers", "questions", "groups")


def _columns(panel, rows=slice(None)):
    return panel.candidate[rows], panel.interviewer[rows], panel.question[rows], panel.score[rows]


def _assert_same(one, two, tolerance=1e-8):
    """Every number, flag and sentence of two calibrations."""
    for name in TABLES:
        mine, theirs = getattr(one, name), getattr(two, name)
        if mine is None:
            assert theirs is None
            continue
        for column in fields(mine):
            a, b = getattr(mine, column.name), getattr(theirs, column.name)
            if isinstance(a, np.ndarray) and a.dtype.kind == "f":
                np.testing.assert_allclose(a, b, rtol=0, atol=tolerance, err_msg=f"{name}.{column.name}")
            else:
                assert list(a) == list(b), f"{name}.{column.name}"
    assert one.components.keys() == two.components.keys()
    for name, value in one.components.items():
        assert two.components[name] == (None if value is None else pytest.approx(value, abs=tolerance)), name
    np.testing.assert_allclose(one.thresholds, two.thresholds, rtol=0, atol=tolerance)
    assert (one.question_thresholds is None) == (two.question_thresholds is None)
    if one.question_thresholds is not None:
        np.testing.assert_allclose(one.question_thresholds, two.question_thresholds, rtol=0, atol=tolerance)
    assert one.warnings == two.warnings
    assert one.estimated == two.estimated
    assert one.iterations == two.iterations
    assert [subset.ratings for subset in one.subsets] == [subset.ratings for subset in two.subsets]
    first, second = one.candidates.label[:2]
    if one.candidates.subset[0] == one.candidates.subset[1]:
        better = one.probability_better(first, second)
        assert two.probability_better(first, second) == pytest.approx(better, abs=tolerance)


def _both(*columns, **options):
    found = [calibrate(*columns, engine=engine, **options) for engine in ("numpy", "compiled")]
    _assert_same(*found)
    return found


@numba
@pytest.mark.parametrize("link", ["acl", "cl"])
@pytest.mark.parametrize("halo", [True, False])
def test_panel_of_size_s(link, halo):
    panel = simulate("S", halo=0.5, link=link)
    plain, fast = _both(*_columns(panel), interview=panel.interview, halo=halo, link=link)
    assert not plain.posterior.best.structure.compiled
    assert fast.posterior.best.structure.compiled


@numba
def test_steps_of_the_questions_own():
    panel = simulate("S", halo=0.5)
    _both(*_columns(panel), interview=panel.interview, steps="question")


@numba
@pytest.mark.parametrize("points", [2, 12])
def test_short_and_long_scales(points):
    panel = simulate("S", halo=0.5)
    who, by, what, score = _columns(panel)
    fine = score + np.random.default_rng(1).random(len(score))
    _both(who, by, what, np.floor(fine / 4 * points))


@numba
def test_groups():
    panel = panels.small(4, candidates=80, interviewers=10)
    _both(*_columns(panel), group=panel.candidate % 3)


@numba
@pytest.mark.parametrize("grouped", [False, True])
def test_unlinked_subsets(grouped):
    panel = panels.small(1, candidates=60, interviewers=8)
    who, by, what, score = _columns(panel)
    columns = np.r_[who, who + 100], np.r_[by, by + 50], np.r_[what, what], np.r_[score, score[::-1]]
    plain, _ = _both(*columns, group=columns[0] // 100 if grouped else None)
    assert len(plain.subsets) == 2


@numba
@pytest.mark.parametrize("link", ["acl", "cl"])
def test_few_ratings(link):
    _both(*_columns(panels.small(3)), link=link)


@numba
def test_ten_ratings():
    rows = np.arange(12)
    _both(rows % 4, rows % 3, rows % 2, [1, 2, 3, 1, 2, 3, 2, 2, 1, 3, 3, 1])


@numba
@pytest.mark.parametrize("facet", ["one interviewer each", "one interviewer", "one question"])
def test_thin_designs(facet):
    panel = panels.small(2, candidates=60, interviewers=8)
    who, by, what, score = _columns(panel)
    if facet == "one question":
        what = np.zeros_like(what)
    else:
        by = who % 6 if facet == "one interviewer each" else np.zeros_like(by)
    _both(who, by, what, score)


@numba
def test_one_question_asked_twice_in_an_interview():
    """Ratings of one unit on one question share a cell of the matrix."""
    panel = simulate("S", halo=0.5)
    _both(*(np.r_[column, column[:4000]] for column in _columns(panel)))


@numba
def test_interviewers_who_rate_the_same_few_questions_over_and_over():
    """Units of 400 ratings on five questions: what is shared within a unit is added up by question."""
    rng = np.random.default_rng(5)
    who, by = np.repeat(np.arange(12), 800), np.repeat(np.arange(24) % 5, 400)
    what = rng.integers(0, 5, len(who))
    eta = rng.normal(0, 1, 12)[who] - rng.normal(0, 0.6, 5)[by] - rng.normal(0, 0.7, 5)[what]
    _both(who, by, what, panels.rate(eta, rng))


@numba
@pytest.mark.parametrize("link", ["acl", "cl"])
def test_one_more_interview(link):
    panel = simulate("S", halo=0.5, link=link)
    new = panel.interview == panel.interview[-1]
    old = {"interview": panel.interview[~new], "link": link}
    plain, fast = _both(*_columns(panel, ~new), **old)
    more = [update(base, *_columns(panel, new), interview=panel.interview[new]) for base in (plain, fast)]
    _assert_same(*more)
    assert more[1].posterior.best.structure.compiled
    # A score never given before: refitted whole, by the same engine.
    again = [update(base, [0, 0], [1, 1], [2, 3], [4, 4], interview=[-1, -1]) for base in more]
    _assert_same(*again)
    assert again[1].posterior.best.structure.compiled


@numba
def test_odds_that_would_overflow():
    """Outside the range of exponentials the kernels leave a pass to NumPy."""
    from psychometrics.model.compiled.calibration import Compiled

    panel = panels.small(1)
    algebra = Compiled(build(encode(*_columns(panel)[:4]), compiled=True))
    eta, points = np.array([-800.0, 0.0, 800.0, 3.0]), np.array([0, 1, 3, 3])
    steps, width = np.array([-1.0, 0.0, 1.5]), np.array([0.1, 0.2, 0.3, 9.0])
    for link in ("acl", "cl"):
        mine = algebra.moments(eta, steps, points, spread=width, link=link)
        theirs = moments(eta, steps, points, spread=width, link=link)
        for field in fields(mine):
            one, two = getattr(mine, field.name), getattr(theirs, field.name)
            assert np.isfinite(one).all()
            np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-12)


@settings(max_examples=6)
@given(seed=st.integers(0, 1000))
def test_invariants_hold_on_both_engines(engine, seed):
    rng = np.random.default_rng(seed)
    panel = panels.small(seed, candidates=60, interviewers=8)
    columns = _columns(panel)
    rows, names = rng.permutation(len(panel.score)), rng.permutation(60)
    first = calibrate(*columns, engine=engine)
    shuffled = calibrate(names[columns[0]][rows], *(column[rows] for column in columns[1:]), engine=engine)
    np.testing.assert_allclose(shuffled.candidates.measure[names], first.candidates.measure, atol=1e-7)
    np.testing.assert_allclose(shuffled.candidates.se[names], first.candidates.se, atol=1e-7)
    np.testing.assert_allclose(shuffled.interviewers.severity, first.interviewers.severity, atol=1e-7)
    turned = calibrate(*columns[:3], panel.score.max() - panel.score, engine=engine)
    np.testing.assert_allclose(turned.candidates.measure, -first.candidates.measure, atol=1e-7)
    np.testing.assert_allclose(turned.thresholds, -first.thresholds[::-1], atol=1e-7)


def test_the_same_input_gives_the_same_bits(engine):
    panel = simulate("S", halo=0.5)
    one, two = (calibrate(*_columns(panel), engine=engine) for _ in range(2))
    assert np.array_equal(one.candidates.measure, two.candidates.measure)
    assert np.array_equal(one.candidates.se, two.candidates.se)


def test_undetermined_steps_are_refused_by_both(engine, monkeypatch):
    """A matrix that cannot be factored is a reason in words, not an error of LAPACK."""
    from psychometrics.model.calibration import dense

    monkeypatch.setattr(dense.sl.lapack, "dpotrf", lambda matrix, **options: (matrix, 3))
    with pytest.raises(DidNotConverge, match="undetermined"):
        calibrate(*_columns(panels.small(1)), engine=engine)


def test_small_panels_are_left_to_numpy_and_large_ones_compiled(monkeypatch):
    monkeypatch.setattr(compiled, "installed", lambda: True)
    assert not compiled.chosen("auto", ratings=compiled.LEAST_RATINGS - 1)
    assert compiled.chosen("auto", ratings=compiled.LEAST_RATINGS)
    assert compiled.chosen("compiled", ratings=10)
    assert not compiled.chosen("numpy", ratings=10**7)


def test_without_numba_auto_is_numpy_and_compiled_is_refused(monkeypatch):
    monkeypatch.setattr(compiled, "find_spec", lambda name: None if name == "numba" else util.find_spec(name))
    assert not compiled.installed()
    assert not compiled.chosen("auto", ratings=10**7)
    columns = _columns(panels.small(1))
    with pytest.raises(BadInput, match=r"needs numba: pip install 'loopwright-psychometrics\[compiled\]'"):
        calibrate(*columns, engine="compiled")
    assert not calibrate(*columns).posterior.best.structure.compiled
    with pytest.raises(BadInput, match="engine must be one of"):
        calibrate(*columns, engine="fortran")


def _run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
        env={**os.environ, **environment},
    )  # fmt: skip


SMALL = (
    "import sys; import numpy as np; from psychometrics import calibrate; r = np.arange(60); "
    "calibrate(r % 10, r % 3, r % 4, (r * 7) % 5, engine={engine!r}); "
)


def test_numba_is_loaded_only_where_it_serves():
    done = _run(SMALL.format(engine="auto") + "print('numba' in sys.modules)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


def _twice(values):
    return values + values


@numba
def test_kernels_work_where_nothing_can_be_cached(monkeypatch):
    """Neither beside the source nor in the user's folder: every process compiles for itself."""
    from numba.core import caching

    from psychometrics.model.compiled.jit import kernel

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    compiled_here = kernel(_twice)
    assert compiled_here(np.ones(3)).tolist() == [2.0, 2.0, 2.0]
    assert type(compiled_here._cache).__name__ == "NullCache"


@numba
def test_kernels_are_cached_in_the_folder_named(monkeypatch, tmp_path):
    """``NUMBA_CACHE_DIR`` is read when numba is loaded; a kernel compiled once is read from there afterwards."""
    from numba import config

    from psychometrics.model.compiled.jit import kernel

    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    for hits in (0, 1):
        cached = kernel(_twice)
        assert cached(np.ones(3)).tolist() == [2.0, 2.0, 2.0]
        assert sum(cached.stats.cache_hits.values()) == hits
    assert list(tmp_path.rglob("*.nbi"))


@numba
def test_auto_compiles_a_panel_that_is_large_enough(monkeypatch):
    panel = panels.small(6, candidates=80)
    monkeypatch.setattr(compiled, "LEAST_RATINGS", len(panel.score))
    large = calibrate(*_columns(panel))
    assert large.posterior.best.structure.compiled
    last = panel.candidate < 79
    assert not calibrate(*_columns(panel, last)).posterior.best.structure.compiled
    _assert_same(calibrate(*_columns(panel), engine="numpy"), large)
