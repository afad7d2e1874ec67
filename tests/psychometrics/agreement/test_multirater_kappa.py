"""Kappa of several raters against irrCAC on Krippendorff's (2011) four observers, and against two raters' kappa."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.agreement.multirater_kappa import CHANCES, multirater_kappa
from psychometrics.agreement.weighted_kappa import weighted_kappa
from psychometrics.errors import BadInput, NotEnoughData
from tests.psychometrics.agreement.test_gwet import OBSERVERS, UNIT

RATER = np.repeat(np.arange(4), 12)


@pytest.mark.parametrize(
    ("chance", "expected"), [("fleiss", 0.7612), ("conger", 0.7621), ("brennan_prediger", 0.7727)]
)
def test_coefficients_of_irrcac(chance, expected):
    # irrCAC 1.0 in R: fleiss.kappa.raw, conger.kappa.raw, bp.coeff.raw of cac.raw4raters.
    found = multirater_kappa(UNIT, RATER, OBSERVERS.ravel(), chance=chance)
    assert found.kappa == pytest.approx(expected, abs=5.1e-5)
    assert found.observed == pytest.approx(0.81818, abs=5e-6)
    assert found.lower < found.kappa < found.upper <= 1
    assert (found.units, found.paired) == (12, 11)


def test_fleiss_1971_of_a_complete_table():
    # Counts of five categories, fourteen raters and ten units: the example of Fleiss' kappa, .210.
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    score = np.concatenate([np.repeat(np.arange(5), row) for row in counts])
    found = multirater_kappa(np.repeat(np.arange(10), 14), np.tile(np.arange(14), 10), score, replicates=0)
    assert found.kappa == pytest.approx(0.210, abs=5e-4)
    assert (found.observed, found.expected) == pytest.approx((0.378, 0.213), abs=5e-4)
    assert (found.lower, found.upper) == (None, None)


pairs = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=3, max_size=20)


@given(pairs, st.sampled_from(["identity", "linear", "quadratic"]))
def test_conger_of_two_raters_is_weighted_kappa(ratings, weights):
    first, second = np.array(ratings).T
    n = len(first)
    found = multirater_kappa(
        np.tile(np.arange(n), 2), np.repeat([0, 1], n), np.r_[first, second],
        chance="conger", weights=weights, categories=[1, 2, 3, 4], replicates=0,
    )  # fmt: skip
    expected = weighted_kappa(first, second, weights=weights, categories=[1, 2, 3, 4]).kappa
    assert found.kappa == (None if expected is None else pytest.approx(expected))


@given(
    st.lists(st.integers(1, 4), min_size=12, max_size=12),
    st.sampled_from(CHANCES),
    st.randoms(use_true_random=False),
)
def test_order_names_direction_and_evidence_counted_twice_do_not_matter(scores, chance, random):
    unit, rater = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 5], [0, 1, 0, 1, 2, 1, 2, 0, 2, 1, 0, 1]

    def kappa(rows):
        return multirater_kappa(
            *zip(*rows, strict=True), chance=chance, categories=[1, 2, 3, 4], replicates=0
        ).kappa

    rows = list(zip(unit, rater, scores, strict=True))
    before = kappa(rows)
    turned = [(f"case {9 - u}", f"rater {r}", 5 - s) for u, r, s in random.sample(rows, len(rows))]
    twice = rows + [(u + 50, r, s) for u, r, s in rows]
    for other in (kappa(turned), kappa(twice)):
        assert other == (None if before is None else pytest.approx(before))
    assert before is None or before <= 1 + 1e-12


def test_limits_cover_chance():
    # Percentiles of a bootstrap are a little short with 60 units: .85 over 600 panels, not .90.
    rng = np.random.default_rng(6)
    unit, rater = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    hits = []
    for seed in range(200):
        found = multirater_kappa(unit, rater, rng.integers(1, 4, 180), replicates=200, seed=seed)
        hits.append(found.lower <= 0 <= found.upper)
    assert 0.79 <= np.mean(hits) <= 0.94


def test_what_cannot_agree_is_refused_or_undefined():
    same = multirater_kappa([1, 1, 2, 2], [1, 2, 1, 2], [3, 3, 3, 3], categories=[1, 3])
    assert (same.kappa, same.lower, same.observed) == (None, None, 1.0)
    with pytest.raises(NotEnoughData, match="rated twice"):
        multirater_kappa([1, 2], [1, 2], [1, 2])
    with pytest.raises(NotEnoughData, match="two points"):
        multirater_kappa([1, 1], [1, 2], [3, 3])
    with pytest.raises(BadInput, match="rated a unit twice"):
        multirater_kappa([1, 1, 1], [1, 1, 2], [1, 2, 1])
    with pytest.raises(BadInput, match="categories"):
        multirater_kappa([1, 1], [1, 2], [1, 7], categories=[1, 2])
    with pytest.raises(BadInput, match="chance"):
        multirater_kappa([1, 1], [1, 2], [1, 2], chance="cohen")
