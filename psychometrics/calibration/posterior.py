"""Posterior variances of a factored system, in closed form from ``S^-1``."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.calibration.system import System, Variances

Floats = npt.NDArray[np.float64]
_FLOOR = 1e-9  # variances below this are rounding
_SMOOTHING_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class Spread:
    """Marginal posterior variances (logits squared) and what contrasts need."""

    covariance: Floats
    """``(p, p)`` of the globals: ``S^-1``."""
    candidate: Floats
    """``(candidates,)`` ``1/D_i + w_i' S^-1 w_i``."""
    followed: Floats
    """``(nnz,)`` entries of ``W S^-1`` at the cells of ``W``: minus Cov(candidate, global)."""
    halo: Floats | None
    """``(units,)``"""
    eta: Floats
    """``(n,)`` variance of every rating's linear predictor: the smoothing width."""
    without_halo: Floats
    """``(n,)`` the same before halo is added: what residuals are judged against."""

    @property
    def globals(self) -> Floats:
        """``(p,)`` marginal variances of interviewers, questions, steps."""
        return np.diag(self.covariance)


def spread(system: System) -> Spread:
    """Compute posterior variances; cost is the sum of squared row lengths of ``C``.

    The location of the scale is shared out between candidates, interviewers, questions and steps
    by their priors; what a rating depends on is their sum. Variances of predictors are therefore
    taken with the steps' mean included, in which that arbitrary part cancels.
    """
    structure, r = system.structure, system.structure.ratings
    covariance = system.inverse()
    quadratic, followed = _row_quadratics(system, covariance)
    candidate = np.maximum(quadratic + 1.0 / system.precision, _FLOOR)
    own = np.diag(covariance)
    interviewers = len(r.interviewers)
    weights = system.matrix()
    lean = (
        candidate[r.unit_candidate] + own[r.unit_interviewer] - 2.0 * followed[structure.unit_cell]
    )  # Var(candidate + leniency) of a unit

    origin = _Origin(covariance, weights, system.step_share)
    between = covariance[r.interviewer, interviewers + r.question]
    between -= followed[structure.question_cell]
    question = own[interviewers + r.question]
    question += 2.0 * origin.with_global[interviewers + r.question]
    located = lean + origin.variance
    located += 2.0 * (origin.with_global[r.unit_interviewer] + origin.with_candidate[r.unit_candidate])
    base = np.maximum(located[r.unit] + question + 2.0 * between, _SMOOTHING_FLOOR)
    if system.unit_precision is None or system.unit_information is None:
        return Spread(covariance, candidate, followed, None, base, base)
    # Given the rest, halo takes up the share s/D of its unit's other terms; which of the unit's
    # questions a rating is about is neglected there.
    share = system.unit_information / system.unit_precision
    typical = _Origin(covariance, weights, system.step_share + system.question_share)
    shared = lean + typical.variance
    shared += 2.0 * (typical.with_global[r.unit_interviewer] + typical.with_candidate[r.unit_candidate])
    halo = 1.0 / system.unit_precision + share * share * np.maximum(shared, 0.0)
    kept = 1.0 - share
    eta = (1.0 / system.unit_precision + kept * kept * located)[r.unit]
    eta += question + 2.0 * kept[r.unit] * between
    return Spread(covariance, candidate, followed, halo, np.maximum(eta, _SMOOTHING_FLOOR), base)


class _Origin:
    """A weighted mean of globals and its covariance with everything else."""

    def __init__(self, covariance: Floats, weights: sp.csr_matrix, share: Floats) -> None:
        self.with_global = covariance @ share
        self.variance = float(share @ self.with_global)
        self.with_candidate = -(weights @ self.with_global)


def _row_quadratics(system: System, covariance: Floats) -> tuple[Floats, Floats]:
    """``w_i' S^-1 w_i`` for every candidate and ``W S^-1`` at the cells of ``W``."""
    size = system.structure.size
    padded = np.zeros((size + 1, size + 1))
    padded[:size, :size] = covariance
    flat = padded.ravel()
    weights = np.append(system.weights, 0.0)
    followed = np.empty(len(weights))
    quadratic = np.empty(len(system.precision))
    for batch in system.structure.batches:
        rows = batch.columns * (size + 1)
        block = np.take(flat, rows[:, :, None] + batch.columns[:, None, :])
        own = weights[batch.cells]
        product = np.matmul(block, own[:, :, None])[:, :, 0]
        quadratic[batch.rows] = (product * own).sum(1)
        followed[batch.cells] = product
    return quadratic, followed[:-1]


def effective_sums(system: System, post: Spread) -> dict[str, tuple[float, int]]:
    """Per component: the sum of posterior variances and the number of levels."""
    r = system.structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    own = post.globals
    sums = {
        "candidate": (float(post.candidate.sum()), len(r.candidates)),
        "interviewer": (float(own[:interviewers].sum()), interviewers),
        "question": (float(own[interviewers : interviewers + questions].sum()), questions),
    }
    if post.halo is not None:
        sums["halo"] = (float(post.halo.sum()), len(post.halo))
    return sums


__all__ = ["Spread", "Variances", "effective_sums", "spread"]
