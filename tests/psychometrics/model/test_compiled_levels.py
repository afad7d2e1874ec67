"""The compiled level fit gives what NumPy gives, on every kind of design."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from psychometrics.errors import BadInput
from psychometrics.model.levels import Settings, calibrate_levels
from tests.psychometrics import worlds

EQUAL = 1e-8


def rated(seed, candidates, **options):
    return worlds.panel(np.random.default_rng(seed), candidates, **options).ratings


def haphazard():
    """Interviewers met again in other sessions, answers rated by one, two or three."""
    rng = np.random.default_rng(9)
    rows = rng.integers(0, [[30], [4], [8], [15]], (4, 400))
    who, session, by, what = np.unique(rows, axis=1)
    return replace(
        rated(1, 3),
        candidate=who,
        session=session,
        interviewer=by,
        criterion=what,
        score=rng.integers(0, 4, len(who)),
    )


def one_candidate():
    ratings = rated(42, 20, interviewers=8)
    return worlds.selected(ratings, np.asarray(ratings.candidate) == 3)


def staged():
    ratings = rated(5, 20, interviewers=8, per_session=3, missing=0.3)
    return replace(ratings, pool=np.asarray(ratings.session) // 2, opening=np.asarray(ratings.candidate) % 3)


def versions():
    parents = np.array([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 9, -1])
    return replace(rated(42, 20, interviewers=8), criterion_parent=parents)


def beside_vignettes():
    rng = np.random.default_rng(43)
    return worlds.with_vignettes(rng, worlds.panel(rng, 20, interviewers=8), 5, worlds.Truth())


DESIGNS = {
    "answers rated twice": lambda: rated(3, 20, interviewers=8),
    "answers rated once": lambda: rated(4, 40, interviewers=8, per_session=1),
    "haphazard": haphazard,
    "weights": lambda: rated(6, 20, interviewers=9, lightest=0.4),
    "reference interviewers": lambda: replace(rated(42, 20, interviewers=8), reference_interviewers=(0, 3)),
    "one candidate": one_candidate,
    "stages as pools, three openings": staged,
    "versions of criteria": versions,
    "vignettes": beside_vignettes,
}


def numbers(run):
    """Every number of a run by name."""
    found = {"shared_covariance": run.shared_covariance, "iterations": run.iterations}
    for part in (run.table, run.severities, run.criteria, run.scale):
        found |= {f"{type(part).__name__}.{name}": value for name, value in asdict(part).items()}
    found |= {f"sd of {term}": sd for term, sd in run.components.items()}
    for name in asdict(run.people[0]):
        found[f"people.{name}"] = np.concatenate([np.ravel(getattr(p, name)) for p in run.people])
    return found


def assert_equal(compiled, plain):
    found = numbers(compiled)
    for name, value in numbers(plain).items():
        if value is None or isinstance(value, bool):
            assert found[name] == value, name
        else:
            np.testing.assert_allclose(found[name], value, rtol=EQUAL, atol=EQUAL, err_msg=name)
    assert compiled.notices == plain.notices
    assert compiled.fixed == plain.fixed


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("levels", [True, False])
def test_compiled_levels_equal_those_of_numpy(name, levels):
    ratings = DESIGNS[name]()
    plain = calibrate_levels(ratings, engine="numpy", levels=levels)
    assert_equal(calibrate_levels(ratings, engine="compiled", levels=levels), plain)


@pytest.mark.usefixtures("kernels")
def test_compiled_results_do_not_depend_on_the_order_of_rows():
    world = worlds.known(42, 20, interviewers=8)
    first = calibrate_levels(world.ratings, engine="compiled")
    again = calibrate_levels(worlds.shuffled(world, np.random.default_rng(1)).ratings, engine="compiled")
    assert np.array_equal(again.table.level, first.table.level)


@pytest.mark.usefixtures("kernels")
def test_a_hard_panel_settles_alike():
    ratings = replace(haphazard(), score=np.where(np.asarray(haphazard().candidate) % 2, 3, 0))
    plain = calibrate_levels(ratings, engine="numpy", settings=Settings(max_iterations=40))
    assert_equal(calibrate_levels(ratings, engine="compiled", settings=Settings(max_iterations=40)), plain)


def test_small_panels_are_left_to_numpy(monkeypatch):
    monkeypatch.setattr("psychometrics.model.compiled.installed", lambda: False)
    ratings = one_candidate()
    assert calibrate_levels(ratings).converged
    with pytest.raises(BadInput, match="numba"):
        calibrate_levels(ratings, engine="compiled")
    with pytest.raises(BadInput, match="engine"):
        calibrate_levels(ratings, engine="fortran")
