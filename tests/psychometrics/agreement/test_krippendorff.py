"""Krippendorff's alpha against its published example and a literal recomputation."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.agreement.krippendorff import METRICS, krippendorff_alpha

# Krippendorff (2011), four observers, twelve units; None = not rated.
PUBLISHED = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def long_form(rows):
    pairs = [(u, row[u]) for row in rows for u in range(len(row)) if row[u] is not None]
    return np.array(pairs).T


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_the_published_example(metric, expected):
    found = krippendorff_alpha(*long_form(PUBLISHED), metric=metric)
    assert found.alpha == pytest.approx(expected, abs=5e-4)
    # Four digits of the Python package krippendorff 0.9.0.
    digits = {"nominal": 0.7434, "ordinal": 0.8154, "interval": 0.8491, "ratio": 0.7974}
    assert found.alpha == pytest.approx(digits[metric], abs=5.1e-5)
    assert found.lower < found.alpha < found.upper
    assert (found.units, found.ratings) == (11, 40)


def literal_alpha(unit, score, metric):
    """The definition written out pair by pair, slow on purpose."""
    groups = [[s for u, s in zip(unit, score, strict=True) if u == g] for g in sorted(set(unit))]
    groups = [g for g in groups if len(g) > 1]
    pool = [s for g in groups for s in g]
    counts = {v: pool.count(v) for v in pool}

    def distance(c, k):
        if metric == "nominal":
            return float(c != k)
        if metric == "interval":
            return (c - k) ** 2
        if metric == "ratio":
            return ((c - k) / (c + k)) ** 2
        low, high = min(c, k), max(c, k)
        between = sum(n for v, n in counts.items() if low <= v <= high)
        return (between - (counts[low] + counts[high]) / 2) ** 2

    observed = sum(
        sum(distance(*pair) for pair in itertools.permutations(g, 2)) / (len(g) - 1) for g in groups
    ) / len(pool)
    by_chance = sum(distance(*pair) for pair in itertools.permutations(pool, 2))
    return 1 - observed / (by_chance / (len(pool) * (len(pool) - 1)))


ratings = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5)), min_size=4, max_size=24)


@given(ratings, st.sampled_from(METRICS))
def test_alpha_equals_its_definition(rows, metric):
    unit, score = zip(*rows, strict=True)
    found = krippendorff_alpha(unit, score, metric=metric, replicates=0)
    paired = [s for u, s in rows if unit.count(u) > 1]
    if len(set(paired)) < 2:
        assert found.alpha is None
    else:
        assert found.alpha == pytest.approx(literal_alpha(unit, score, metric))


def test_alpha_is_undefined_rather_than_zero_without_pairs():
    found = krippendorff_alpha([1, 2, 3], [1, 2, 3])
    assert (found.alpha, found.lower, found.units, found.ratings) == (None, None, 0, 0)
    assert krippendorff_alpha([], []).alpha is None


def test_alpha_does_not_depend_on_the_order_of_ratings():
    unit, score = long_form(PUBLISHED)
    order = np.random.default_rng(3).permutation(len(unit))
    assert krippendorff_alpha(unit[order], score[order]) == krippendorff_alpha(unit, score)


def test_missing_scores_are_dropped():
    unit, score = long_form(PUBLISHED)
    padded = krippendorff_alpha(np.append(unit, [0, 50]), np.append(score, [np.nan, np.nan]))
    assert padded == krippendorff_alpha(unit, score)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(0.5, 9)), min_size=4, max_size=24),
    st.sampled_from(METRICS),
)
def test_alpha_of_scores_that_never_repeat_equals_its_definition(rows, metric):
    unit, score = zip(*rows, strict=True)
    found = krippendorff_alpha(unit, score, metric=metric, replicates=20)
    paired = [s for u, s in rows if unit.count(u) > 1]
    if len(set(paired)) < 2 or max(paired) - min(paired) < 1e-6:
        return
    assert found.alpha == pytest.approx(literal_alpha(unit, score, metric), abs=1e-7)


def test_many_ratings_of_many_values_take_memory_for_the_ratings_only():
    # A table of units by values would have 1.6e9 cells.
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(40_000), 2)
    truth = rng.normal(size=40_000)
    found = krippendorff_alpha(unit, truth[unit] + rng.normal(size=80_000), metric="interval", replicates=2)
    assert found.alpha == pytest.approx(0.5, abs=0.02)
    assert (found.units, found.ratings) == (40_000, 80_000)
    with pytest.raises(ValueError, match="at most 2000 different scores"):
        krippendorff_alpha(unit, np.abs(truth[unit] + rng.normal(size=80_000)), metric="ratio")


def test_interval_covers_the_population_value():
    """90 % limits of chance agreement (alpha 0) cover it in about 90 % of samples."""
    rng = np.random.default_rng(11)
    unit = np.repeat(np.arange(60), 2)
    hits = 0
    for _ in range(150):
        found = krippendorff_alpha(unit, rng.integers(1, 5, 120), metric="interval", replicates=200)
        hits += found.lower <= 0 <= found.upper
    assert 0.83 <= hits / 150 <= 0.96


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "cosine"}, "metric"),
        ({"level": 1.0}, "level"),
        ({"metric": "ratio", "score": [-1.0, 1.0]}, "not negative"),
        ({"score": [1.0]}, "shape"),
    ],
)
def test_unusable_input_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(**{"unit": [1, 1], "score": [1.0, 2.0], **arguments})
