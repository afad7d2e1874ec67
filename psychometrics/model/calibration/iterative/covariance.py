"""The posterior covariance of the globals, not formed: exact where it is multiplied by, drawn where it is read.

Variances are Rao-Blackwellised (Sidén, Lindgren, Bolin & Villani 2018): of ``Var(x'u)`` the part ``2 y'x - y'H y`` is
known for any ``y`` and only ``Var(x'u - y'r)`` is left to the draws. With ``y`` the answer of the level itself, all
others held, that is a few hundredths of the whole.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.dense import DenseCovariance
from psychometrics.model.calibration.group_sums import means_by_group
from psychometrics.model.calibration.iterative.schur import IterativeFactor
from psychometrics.model.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]

_COLUMNS = 256  # of quadratic forms computed at once


@dataclass(frozen=True, slots=True)
class DrawnCovariance:
    """``Covariance`` by conjugate gradients and draws."""

    factor: IterativeFactor
    reduced: Floats
    solution: Floats
    """``(l, k)`` right-hand sides and solutions of the draws."""
    interviewers: int
    """How many of the levels are interviewers."""

    @property
    def diagonal(self) -> Floats:
        """``Covariance.diagonal``."""
        own, followed, marks = self.factor.diagonal, self.factor.followed, self.factor.marks
        left = self.solution - self.reduced / own[:, None]
        levels = 1.0 / own + (left**2).mean(1)
        levels += np.einsum("lm,mn,ln->l", followed, marks, followed)
        return np.concatenate([levels, np.diag(marks)])

    def contrasts(self, first: int, groups: Codes) -> Floats:
        """``Covariance.contrasts``: the mean is taken off every draw."""
        here = slice(first, first + len(groups))
        own, marks = self.factor.diagonal[here], self.factor.marks
        if first >= len(self.factor.diagonal):
            place = first - len(self.factor.diagonal) + np.arange(len(groups))
            return DenseCovariance(marks[np.ix_(place, place)]).contrasts(0, groups)
        whole = 1.0 - 1.0 / np.bincount(groups)[groups]
        left = self.solution[here] - means_by_group(groups, self.solution[here])
        left -= self.reduced[here] * (whole / own)[:, None]
        follow = self.factor.followed[here] - means_by_group(groups, self.factor.followed[here])
        known = whole**2 / own + np.einsum("lm,mn,ln->l", follow, marks, follow)
        return np.asarray(known + (left**2).mean(1))

    def times(self, vectors: Floats) -> Floats:
        """``Covariance.times``."""
        return self.factor.solve(vectors)

    def forms(self, left: sp.csr_matrix, right: sp.csr_matrix) -> Floats:
        """``Covariance.forms``."""
        return np.concatenate([
            self._forms(left[:, start : start + _COLUMNS], right[:, start : start + _COLUMNS])
            for start in range(0, left.shape[1], _COLUMNS)
        ])  # fmt: skip

    def _forms(self, left: sp.csr_matrix, right: sp.csr_matrix) -> Floats:
        """The forms of some columns."""
        factor, schur = self.factor, self.factor.schur
        count = len(factor.diagonal)
        one, other = sp.csr_matrix(left[:count]), sp.csr_matrix(right[:count])
        marked = [
            np.asarray(whole[count:].toarray() + factor.followed.T @ part)
            for whole, part in ((left, one), (right, other))
        ]
        total = np.einsum("mk,mn,nk->k", marked[0], factor.marks, marked[1])
        # Interviewers alone answer for themselves here: they share no ratings, so that the product stays sparse.
        precision = factor.diagonal[: self.interviewers]
        alone = sp.diags(1.0 / precision)
        near, far = (sp.csr_matrix(alone @ part[: self.interviewers]) for part in (one, other))
        met = schur.shared[:, : self.interviewers]
        own = sp.diags(2.0 * precision - schur.own.diagonal()[: self.interviewers])
        total += _columns(near, sp.csr_matrix(own @ far))
        passed = sp.csr_matrix(sp.diags(1.0 / schur.precision) @ (met @ far))
        total += _columns(sp.csr_matrix(met @ near), passed)
        reduced = self.reduced[: self.interviewers]
        first = one.T @ self.solution - near.T @ reduced
        second = other.T @ self.solution - far.T @ reduced
        return np.asarray(total + (first * second).mean(1))


def _columns(one: Any, other: Any) -> Floats:
    """Inner products of the columns of two sparse matrices."""
    return np.asarray(one.multiply(other).sum(0)).ravel()
