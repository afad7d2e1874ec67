"""Combinations of codes, counted through whole-number keys."""

from itertools import pairwise

import numpy as np
import pytest

from psychometrics.model.levels import keys

LARGE = 2**50


@pytest.mark.parametrize("scale", [1, LARGE])
def test_keys_are_equal_and_ordered_as_rows_are(scale):
    rng = np.random.default_rng(1)
    columns = [rng.integers(-2, 3, 200) * scale for _ in range(4)]
    key = keys.joint(*columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    order = sorted(range(200), key=rows.__getitem__)
    for one, other in pairwise(order):
        assert (key[one] == key[other]) == (rows[one] == rows[other])
        assert key[one] <= key[other]


@pytest.mark.parametrize("scale", [1, LARGE])
def test_distinct_codes_are_counted_on_every_row(scale):
    row = np.array([0, 0, 0, 2, 2, 2, 2])
    codes = np.array([5, 5, 1, 7, 8, 9, 7]) * scale
    assert keys.distinct(row, codes, 4).tolist() == [2, 0, 3, 0]


def test_nothing_has_no_keys():
    assert keys.joint(np.zeros(0, np.int64), np.zeros(0, np.int64)).shape == (0,)
