"""REML against lme4 on Guilford (1954), the analysis of variance, and the dense likelihood."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.reliability import _blocks
from psychometrics.reliability.generalizability import anova_components, coefficients
from psychometrics.reliability.reml import reml_components
from tests.psychometrics.published_tables import GUILFORD


def _long(table, axes):
    places = np.indices(table.shape).reshape(table.ndim, -1)
    return dict(zip(axes, places, strict=True)), table.ravel().astype(float)


def test_guilford_of_lme4():
    # lmer of lme4 1.1-31: the judges' own component is at its boundary.
    found = reml_components(*_long(GUILFORD, "pqr"), "p x q x r")
    expected = {"p": 0.478, "q": 0.433, "r": 0.0, "pq": 0.320, "pr": 1.301, "qr": 0.057, "pqr": 1.183}
    assert dict(found.values) == pytest.approx(expected, abs=6e-4)
    assert found.values["r"] == 0
    assert found.sizes == {"p": 7, "q": 5, "r": 3}


@pytest.mark.parametrize(("design", "axes"), [("p x r", "pr"), ("r:p", "pr"), ("p x (r:t)", "ptr")])
def test_complete_tables_give_the_analysis_of_variance(design, axes):
    rng = np.random.default_rng(3)
    shape = (9, 4) if len(axes) == 2 else (9, 4, 3)
    table = rng.normal(size=shape) + 1.5 * rng.normal(size=(9, *[1] * (len(axes) - 1)))
    table += rng.normal(size=(1, *shape[1:])) + rng.normal(size=(*shape[:2], *[1] * (len(axes) - 2)))
    table += rng.normal(size=(1, shape[1], *[1] * (len(axes) - 2)))
    expected = anova_components(table, design)
    assert min(expected.untruncated.values()) > 0
    found = reml_components(*_long(table, axes), design)
    assert dict(found.values) == pytest.approx(dict(expected.values), rel=1e-5)


def _effects(code, variance, rng):
    place = np.unique(code, return_inverse=True)[1]
    return rng.normal(0, variance**0.5, place.max() + 1)[place]


def test_a_sparse_panel_with_ten_thousand_effects():
    # 300 candidates, 30 interviewers with a repertoire of 12 of 24 questions each; every candidate meets 5 of them.
    rng = np.random.default_rng(1)
    p = np.repeat(np.arange(300), 5 * 5)
    r = np.concatenate([np.repeat(rng.choice(30, 5, replace=False), 5) for _ in range(300)])
    repertoire = np.array([rng.permutation(24)[:12] for _ in range(30)])
    q = np.concatenate([rng.permutation(repertoire[one])[:5] for one in r[::5]])
    truth = {"p": 1.0, "q": 0.7, "r": 0.36, "pq": 0.3, "pr": 0.25, "qr": 0.1, "pqr": 1.0}
    codes = {"p": p, "q": q, "r": r, "pq": 24 * p + q, "pr": 30 * p + r, "qr": 30 * q + r}
    score = sum(_effects(code, truth[name], rng) for name, code in codes.items()) + rng.normal(size=len(p))
    assert sum(len(np.unique(code)) for code in codes.values()) > 7000
    found = reml_components({"p": p, "q": q, "r": r}, score, "p x q x r")
    # Sampling error of a variance over m levels is about sqrt(2 / m) of it, more where it is told from others.
    for name, tolerance in {
        "p": 0.25,
        "q": 0.7,
        "r": 0.7,
        "pq": 0.35,
        "pr": 0.35,
        "qr": 0.8,
        "pqr": 0.08,
    }.items():
        assert found.values[name] == pytest.approx(truth[name], rel=tolerance), name
    point = coefficients(found, {"q": 4, "r": 3})
    assert point.relative == pytest.approx(1 / (1 + 0.3 / 4 + 0.25 / 3 + 1 / 12), abs=0.05)
    assert point.relative_upper - point.relative_lower < 0.1


def test_candidates_are_eliminated_as_a_whole_would_be():
    # The likelihood written out for p x q x r, with its maximum where the blocks put it.
    rng = np.random.default_rng(12)
    table = rng.normal(size=(8, 1, 1)) + rng.normal(size=(1, 4, 1)) + rng.normal(size=(8, 4, 1))
    table = table + rng.normal(size=(8, 1, 5)) + rng.normal(size=(1, 4, 5)) + rng.normal(size=(8, 4, 5))
    labels, score = _long(table, "pqr")
    kept = rng.random(len(score)) < 0.7
    labels, score = {name: code[kept] for name, code in labels.items()}, score[kept]
    found = reml_components(labels, score, "p x q x r")
    p, q, r = labels["p"], labels["q"], labels["r"]
    codes = [p, q, r, 4 * p + q, 5 * p + r, 5 * q + r]
    one = np.ones(len(score))

    def likelihood(values):
        V = values[-1] * np.eye(len(score)) + sum(
            v * np.equal.outer(code, code) for v, code in zip(values[:-1], codes, strict=True)
        )
        inverse = np.linalg.inv(V)
        weight = one @ inverse @ one
        centred = score - one @ inverse @ score / weight
        return -(np.linalg.slogdet(V)[1] + np.log(weight) + centred @ inverse @ centred) / 2

    best = np.array(list(found.values.values()))
    top = likelihood(best)
    for place in range(7):
        for change in (-0.02, 0.02):
            moved = best.copy()
            moved[place] = max(moved[place] + change, 0.0)
            assert likelihood(moved) < top or moved[place] == best[place]


def _holed(seed=8):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(30, 1)) + 0.7 * rng.normal(size=(1, 8)) + rng.normal(size=(30, 8))
    labels, score = _long(table, "pr")
    kept = rng.random(len(score)) < 0.5
    return {name: code[kept] for name, code in labels.items()}, score[kept]


def test_unbalanced_maximum_is_that_of_the_dense_likelihood():
    labels, score = _holed()
    found = reml_components(labels, score, "p x r")

    def likelihood(p, r, e):
        same = [np.equal.outer(labels[f], labels[f]) for f in "pr"]
        V = p * same[0] + r * same[1] + e * np.eye(len(score))
        inverse, one = np.linalg.inv(V), np.ones(len(score))
        weight = one @ inverse @ one
        centred = score - one @ inverse @ score / weight
        return -(np.linalg.slogdet(V)[1] + np.log(weight) + centred @ inverse @ centred) / 2

    best = np.array(list(found.values.values()))
    top = likelihood(*best)
    for place in range(3):
        for factor in (0.97, 1.03):
            moved = best.copy()
            moved[place] *= factor
            assert likelihood(*moved) < top


def test_order_of_ratings_and_names_do_not_matter():
    labels, score = _holed()
    shuffled = np.random.default_rng(0).permutation(len(score))
    renamed = {"p": [f"c{i}" for i in labels["p"][shuffled]], "r": -labels["r"][shuffled]}
    one, other = reml_components(labels, score, "p x r"), reml_components(renamed, score[shuffled], "p x r")
    assert dict(other.values) == pytest.approx(dict(one.values), rel=1e-6)


def test_intervals_cover_the_population_with_half_the_cells_empty():
    # Candidate 1, interviewer .49, residual 1; two interviewers: E rho2 = 1 / 1.5.
    hits = []
    for seed in range(60):
        point = coefficients(reml_components(*_holed(seed), "p x r"), {"r": 2})
        hits.append(point.relative_lower <= 1 / 1.5 <= point.relative_upper)
    assert np.mean(hits) >= 0.8


def test_what_cannot_be_taken_apart_is_refused():
    labels, score = _holed()
    with pytest.raises(BadInput, match="needs labels"):
        reml_components({"p": labels["p"]}, score, "p x r")
    with pytest.raises(BadInput, match="twice"):
        reml_components({"p": [1, 1, 2, 2], "r": [1, 1, 1, 2]}, [1, 2, 3, 4], "p x r")
    with pytest.raises(NotEnoughData, match="single rating"):
        reml_components({"p": [1, 2, 3, 4], "r": [1, 1, 2, 2]}, [1, 2, 3, 4], "p x r")
    with pytest.raises(NotEnoughData, match="2 levels"):
        reml_components({"p": [1, 1], "r": [1, 2]}, [1, 2], "p x r")
    with pytest.raises(NoVariation):
        reml_components({"p": [1, 1, 2, 2], "r": [1, 2, 1, 2]}, [3, 3, 3, 3], "p x r")
    with pytest.raises(NotEnoughData, match="t and r:t have the same levels"):
        # One interviewer per stage.
        reml_components({"p": [1, 1, 2, 2], "t": [1, 2, 1, 2], "r": [7, 8, 7, 8]}, [1, 2, 3, 5], "p x (r:t)")
    with pytest.raises(BadInput, match="design"):
        reml_components(labels, score, "p")


def test_a_panel_too_large_says_what_to_do_instead(monkeypatch):
    monkeypatch.setattr(_blocks, "MOST_SHARED", 5)
    with pytest.raises(NotEnoughData, match=r"9 effects are shared.*calibrate instead"):
        reml_components(*_holed(), "p x r")
    monkeypatch.undo()
    monkeypatch.setattr(_blocks, "MOST_CELLS", 100)
    with pytest.raises(NotEnoughData, match="calibrate instead"):
        reml_components(*_holed(), "p x r")


def test_grant_proposals_of_erosheva_2021():
    # 72 proposals with three reviewers each (Gallo 2020); lmer: one reviewer .3711, three .6391.
    named = os.environ.get("LOOPWRIGHT_REFERENCE_DATA")
    if not named:
        pytest.skip("LOOPWRIGHT_REFERENCE_DATA is not set: no reference data to compare with")
    with (Path(named) / "ratings" / "AIBS.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Score"] not in {"", "NA"}]
    scores = [float(row["Score"]) for row in rows]
    found = reml_components({"p": [row["ID"] for row in rows]}, scores, "r:p")
    reliability = [coefficients(found, {"r": reviewers}).relative for reviewers in (1, 3)]
    assert reliability == pytest.approx([0.3711, 0.6391], abs=6e-5)
