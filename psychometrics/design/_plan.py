"""What a plan's ratings share with the role and with one another, as covariances.

The ground of the audit and of the simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import finite, number
from psychometrics.design.evidence import EvidenceModel, PlannedRatings, checked_plan
from psychometrics.errors import BadInput, NotEnoughData

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlanStructure:
    """A plan's rows that carry something, with the role they speak of.

    Attributes:
        weights: of the competencies, shape (C,).
        role: weighted demand of the latent cells (competency x realism), shape (C K,).
        latent: correlations of the cells among candidates, shape (C K, C K).
        variance: of the weighted demand among candidates.
        competency, realism, session, interviewers, strength: of the rows, shape (n,).
        strongest: largest strength of the row's competency in its session, shape (n,).
        together, same: pairs of rows of one session, and of one session and competency, shape (n, n).
        model: assumptions about a single rating.
    """

    weights: Floats
    role: Floats
    latent: Floats
    variance: float
    competency: Codes
    realism: Codes
    session: Codes
    interviewers: Floats
    strength: Floats
    strongest: Floats
    together: NDArray[np.bool_]
    same: NDArray[np.bool_]
    model: EvidenceModel

    @property
    def place(self) -> Codes:
        """The latent cell that each row shows."""
        return self.competency * (len(self.role) // len(self.weights)) + self.realism

    @property
    def signal(self) -> Floats:
        """Covariances of what the rows show of the candidate, shape (n, n)."""
        return np.asarray(self.latent[np.ix_(self.place, self.place)])

    @property
    def shared(self) -> Floats:
        """Covariances of the rows with the role's weighted demand, shape (n,)."""
        return np.asarray(self.latent[self.place] @ self.role)

    def noise(self, *, halo_across: bool = False, severity: float = 0.0) -> Floats:
        """Covariances of the errors of the rows' means over their interviewers, shape (n, n).

        Args:
            halo_across: whether one halo colours all competencies of a session and interviewer.
            severity: standard deviation between interviewers that stays in the ratings, in units of the candidates'.
        """
        o, h, e = self.model.noise
        n, strongest = self.interviewers, self.strongest
        # A performance shows no more of the competency than its strongest criterion does.
        error = np.diag(e / (n * self.strength)) + np.where(self.same, o / strongest[:, None], 0.0)
        halo = h / n[:, None] / np.sqrt(np.outer(strongest, strongest))
        error += np.where(self.together if halo_across else self.same, halo, 0.0)
        return error + np.where(self.together, severity**2 / n[:, None], 0.0)


def plan_structure(
    weights: ArrayLike,
    demand: ArrayLike,
    observations: PlannedRatings,
    *,
    model: EvidenceModel | None = None,
    transfer: float = 0.5,
    between: float = 0.3,
) -> PlanStructure:
    """Read a plan against a role's weights (C,) and demand (C, K).

    Raises:
        NotEnoughData: no demand.
        BadInput: shapes differ or values out of range.
    """
    w, q = finite(weights, "weights"), finite(demand, "demand")
    if w.ndim != 1 or q.ndim != 2 or len(q) != len(w):
        raise BadInput(f"weights (C,) and demand (C, K) do not match: {w.shape} and {q.shape}")
    transfer, between = number(transfer, "transfer"), number(between, "between")
    rated = checked_plan(observations, len(w), q.shape[1])
    check_role(w, q, transfer, between)
    role, latent = (w[:, None] * q).ravel(), latent_correlations(len(w), q.shape[1], transfer, between)
    variance = float(role @ latent @ role)
    if variance <= 0:
        raise NotEnoughData("the role demands nothing")
    carries = rated.strength > 0
    competency, session, strength = rated.competency[carries], rated.session[carries], rated.strength[carries]
    together = session[:, None] == session[None, :]
    same = together & (competency[:, None] == competency[None, :])
    return PlanStructure(
        weights=w,
        role=role,
        latent=latent,
        variance=variance,
        competency=competency,
        realism=rated.realism[carries],
        session=session,
        interviewers=rated.interviewers[carries],
        strength=strength,
        strongest=np.where(same, strength[None, :], 0.0).max(axis=1, initial=0.0),
        together=together,
        same=same,
        model=model or EvidenceModel(),
    )


def latent_correlations(competencies: int, levels: int, transfer: float, between: float) -> Floats:
    """Correlations of the latent abilities, (C K, C K): one competency at two levels, two competencies."""
    apart = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))
    across = np.full((competencies, competencies), between)
    np.fill_diagonal(across, 1.0)
    return np.kron(across, transfer ** (apart / 2))


def check_role(w: Floats, q: Floats, transfer: float, between: float) -> None:
    """Refuse what is no role, or no correlation between its cells."""
    if np.any(w < 0) or np.any(q < 0):
        raise BadInput("weights and demand must not be negative")
    if not 0 < transfer <= 1:
        raise BadInput(f"transfer must lie above 0 and at most at 1, got {transfer}")
    if not 0 <= between < 1:
        raise BadInput(f"between must lie at 0 or above and below 1, got {between}")
