"""Parameters bordered onto a solved Newton system: one log slope, one pull an interviewer.

The system of the fit (halo, candidates, globals) has the precision ``H``. Further parameters ``u`` share the
information ``B`` with it and have ``A`` of their own. ``H`` is factored already, so only their Schur complement
``K = A - B' H^-1 B`` is formed, ``(k, k)``, by the same eliminations: halo, then candidates, then globals (block
inverse; Searle, Casella & McCulloch 1992, app. M.5). The joint Newton step and the joint covariance follow from ``K``
and from how globals and candidates follow ``u``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import System
from psychometrics.model.calibration.ratings import Codes

Floats = npt.NDArray[np.float64]

_ROWS = 2000  # candidates handled at once: their dense rows stay small


@dataclass(frozen=True, slots=True)
class Coupling:
    """What ``k`` further parameters share with the system once halo is eliminated."""

    candidates: sp.csr_matrix
    """``(candidates, k)``"""
    globals: Floats
    """``(p, k)``"""
    own: Floats
    """``(k, k)`` their own precision, prior included."""
    owners: tuple[slice, ...]
    """Parameters of one kind, whose mean is held: it would only move the scale or its origin."""
    units: Floats | None
    """``(units,)`` what each unit shares with the first kind's parameter of its interviewer; None where it has none."""


@dataclass(frozen=True, slots=True)
class Border:
    """Further parameters with the rest eliminated."""

    system: System
    coupling: Coupling
    follow: Floats
    """``(p, k)`` ``S^-1 G``: globals move by minus this."""
    precision: Floats
    """``(k, k)`` ``K``: that of the further parameters, everything else unknown."""
    covariance: Floats
    """``(k, k)`` their posterior covariance, their means held."""

    def candidates(self, rows: Codes | slice) -> Floats:
        """How candidates move with each further parameter, ``(rows, k)``."""
        system = self.system
        eliminated = self.coupling.candidates[rows].toarray() / system.precision[rows, None]
        return np.asarray(system.matrix()[rows] @ self.follow - eliminated)

    def candidate_variances(
        self,
        *,
        drawn: sp.csr_matrix | None = None,
        mean: sp.csr_matrix | None = None,
        groups: Codes | None = None,
    ) -> Floats:
        """What not knowing them adds to each candidate's variance, ``(candidates,)``.

        ``drawn`` ``(candidates, k)`` is subtracted first: for candidates less the mean they are drawn towards. With
        ``mean`` ``(groups, candidates)``, an averaging matrix, and ``groups`` ``(candidates,)``: to that of each
        candidate's contrast with the group.
        """
        people = len(self.system.precision)
        centre = None
        if mean is not None:
            eliminated = mean @ sp.diags(1.0 / self.system.precision) @ self.coupling.candidates
            centre = np.asarray((mean @ self.system.matrix()) @ self.follow - eliminated.toarray())
        added = np.empty(people)
        for start in range(0, people, _ROWS):
            part = slice(start, min(start + _ROWS, people))
            moved = self.candidates(part)
            if drawn is not None:
                moved -= drawn[part].toarray()
            if centre is not None and groups is not None:
                moved -= centre[groups[part]]
            added[part] = ((moved @ self.covariance) * moved).sum(1)
        return added

    def global_variances(self) -> Floats:
        """What not knowing them adds to each global's variance, ``(p,)``."""
        return np.asarray(((self.follow @ self.covariance) * self.follow).sum(1))

    def global_covariance(self, first: int, last: int) -> Floats:
        """The same as a block of the globals' covariance, ``(last - first, last - first)``."""
        part = self.follow[first:last]
        return np.asarray(part @ self.covariance @ part.T)


def bordered(system: System, coupling: Coupling) -> Border:
    """Eliminate candidates and globals."""
    weighted = sp.diags(1.0 / system.precision) @ coupling.candidates
    matrix = system.matrix()
    shared = coupling.globals - (matrix.T @ coupling.candidates).toarray()
    follow = system.factor.solve(shared)
    rest = coupling.own - (coupling.candidates.T @ weighted).toarray() - shared.T @ follow
    covariance = np.asarray(sl.cho_solve(sl.cho_factor(rest), np.eye(len(rest))))
    for kind in coupling.owners:  # conditional on a mean of zero
        sums = covariance[:, kind].sum(1)
        covariance -= np.outer(sums, sums) / sums[kind].sum()
    return Border(system, coupling, follow, rest, covariance)
