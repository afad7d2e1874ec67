"""Sums by group, typed."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

_SPARSE = 16  # codes that could be, per code that is


def by_group(group: Codes, values: Floats, groups: int) -> Floats:
    """Sum of ``values`` ``(n,)`` in each of ``groups`` groups; always in the order of the rows."""
    return np.bincount(group, values, groups).astype(np.float64, copy=False)


def membership(groups: Codes) -> sp.csr_matrix:
    """Averaging matrix ``(groups, levels)``: row ``s`` takes the mean over group ``s``."""
    count = np.bincount(groups)
    levels = len(groups)
    return sp.csr_matrix((1.0 / count[groups], (groups, np.arange(levels))), shape=(len(count), levels))


def means_by_group(group: Codes, values: Floats) -> Floats:
    """Every row's mean of its group, ``(n, k)`` of ``values`` ``(n, k)``."""
    groups = int(group.max()) + 1
    total = np.stack([by_group(group, column, groups) for column in values.T], axis=1)
    return np.asarray((total / np.bincount(group, minlength=groups)[:, None])[group])


def distinct(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """The codes in use, ascending, and the place of each among them; ``codes`` lie in ``0..size-1``.

    By counting, without sorting, unless ``size`` (interviewers x questions) is large beside the ratings.
    """
    if size > _SPARSE * len(codes):
        used, place = np.unique(codes, return_inverse=True)
        return used.astype(np.intp, copy=False), place.astype(np.intp, copy=False)
    used = np.flatnonzero(np.bincount(codes, minlength=size))
    place = np.zeros(size, np.intp)
    place[used] = np.arange(len(used))
    return used, place[codes]


def changes(*columns: Codes) -> npt.NDArray[np.bool_]:
    """Whether a row differs from the one before, in any column; the first one does."""
    fresh = np.zeros(len(columns[0]), bool)
    fresh[0] = True
    for column in columns:
        fresh[1:] |= column[1:] != column[:-1]
    return fresh
