"""Agreement with a reference: Anscombe's first set, and SciPy's own intervals."""

import numpy as np
import pytest
from scipy import stats

from psychometrics.agreement.reference_agreement import reference_agreement
from psychometrics.errors import BadInput, NotEnoughData

# Anscombe 1973, "Graphs in statistical analysis", first set: r = .816.
X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def test_correlation_is_the_published_one_with_fishers_interval():
    found = reference_agreement(Y, X, level=0.95)
    assert found.correlation == pytest.approx(0.816, abs=5e-4)
    theirs = stats.pearsonr(X, Y).confidence_interval(0.95)
    assert (found.correlation_lower, found.correlation_upper) == pytest.approx(tuple(theirs), abs=1e-9)


def test_mean_has_students_interval():
    found = reference_agreement(Y, X)
    off = np.array(Y) - np.array(X)
    theirs = stats.t.interval(0.90, len(off) - 1, off.mean(), off.std(ddof=1) / np.sqrt(len(off)))
    assert found.mean == pytest.approx(off.mean())
    assert (found.mean_lower, found.mean_upper) == pytest.approx(theirs, abs=1e-9)


def test_harsh_throughout_agrees_in_order_and_not_in_place():
    found = reference_agreement([1, 2, 3, 2], [2, 3, 4, 3])
    assert (found.mean, found.correlation, found.same, found.within_one) == (-1, 1, 0, 4)


def test_what_cannot_be_told_is_none():
    assert reference_agreement([3], [2]).mean_lower is None
    assert reference_agreement([3, 3, 3], [1, 2, 3]).correlation is None
    assert reference_agreement([1, 2, 3], [1, 3, 2]).correlation_lower is None


def test_unequal_lengths_and_nothing_are_refused():
    with pytest.raises(BadInput, match="2 ratings, 1 references"):
        reference_agreement([1, 2], [1])
    with pytest.raises(NotEnoughData):
        reference_agreement([], [])
