"""Who met whom says something about the candidates: each is drawn towards a mean of those who met them.

``theta_i ~ N(m_i, s_c^2)``, ``m_i`` the mean of ``gamma_j`` over the interviewers ``j`` that candidate ``i`` met,
``gamma_j ~ N(0, s^2)`` with mean 0 over the panel: correlated random effects (Mundlak 1978) for crossed facets.
Severity is then learned from candidates that several interviewers have in common, and no longer from whom an
interviewer met. Where meetings have nothing to do with proficiency ``s`` is small and nothing is lost.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.border import Coupling
from psychometrics.model.calibration.parameters import Parameters
from psychometrics.model.calibration.ratings import Ratings
from psychometrics.model.calibration.structure import Structure

Floats = npt.NDArray[np.float64]

PRIOR_SD = 0.5  # logits, of the pulls


@dataclass(frozen=True, slots=True)
class Pools:
    """The pull of every interviewer and the variance the pulls are drawn from."""

    pull: Floats
    """``(R,)`` logits; they add up to zero."""
    variance: float
    met: sp.csr_matrix
    """``(candidates, R)`` the share of each interviewer in a candidate's mean; rows add up to one."""

    @property
    def means(self) -> Floats:
        """``(candidates,)`` the mean each candidate is drawn towards."""
        return np.asarray(self.met @ self.pull)


def starting_pools(ratings: Ratings) -> Pools:
    """No pull yet."""
    staff = len(ratings.interviewers)
    who, by = np.divmod(ratings.met(), staff)
    share = 1.0 / np.bincount(who)[who]
    met = sp.csr_matrix((share, (who, by)), shape=(len(ratings.candidates), staff))
    return Pools(np.zeros(staff), PRIOR_SD**2, met)


def coupling(pools: Pools, structure: Structure, candidate_variance: float) -> Coupling:
    """What pulls share with the system: candidates, and the means of groups where there are any."""
    staff = len(pools.pull)
    own = (pools.met.T @ pools.met).toarray() / candidate_variance
    own[np.arange(staff), np.arange(staff)] += 1.0 / pools.variance
    shared = np.zeros((structure.size, staff))
    r = structure.ratings
    if r.group is not None and r.groups is not None:
        groups = len(r.groups)
        belongs = sp.csr_matrix((np.ones(len(r.group)), (r.group, np.arange(len(r.group)))))
        shared[-groups:] = (belongs @ pools.met).toarray() / candidate_variance
    return Coupling(
        candidates=sp.csr_matrix(pools.met * (-1.0 / candidate_variance)),
        globals=shared,
        own=own,
        owners=(slice(0, staff),),
        units=None,
    )


def pull(
    pools: Pools, structure: Structure, values: Parameters, step: Parameters, candidate_variance: float
) -> Floats:
    """Gradient for the pulls once all else has taken ``step``, ``(R,)``."""
    apart = values.deviation(structure) + step.candidate
    group = structure.ratings.group
    if step.group is not None and group is not None:
        apart = apart - step.group[group]
    return np.asarray(pools.met.T @ apart / candidate_variance - pools.pull / pools.variance)
