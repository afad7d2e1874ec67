"""Posterior variances of a factored system, in closed form from ``S^-1``."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.algebra import FLOOR, SMOOTHING_FLOOR, Spread, System
from psychometrics.model.calibration.dense import DenseCovariance, inverse_of
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure

Floats = npt.NDArray[np.float64]


def spread(system: System, sparsity: Sparsity) -> Spread:
    """Compute posterior variances; cost is the sum of squared row lengths of ``C``.

    The location of the scale is shared out between candidates, interviewers, questions and steps
    by their priors; what a rating depends on is their sum. Variances of predictors are therefore
    taken with the steps' mean included, in which that arbitrary part cancels.
    """
    structure, r = system.structure, system.structure.ratings
    covariance = inverse_of(system)
    quadratic, followed = _row_quadratics(system, sparsity, covariance)
    candidate = np.maximum(quadratic + 1.0 / system.precision, FLOOR)
    own = np.diag(covariance)
    interviewers = len(r.interviewers)
    weights = system.matrix()
    lean = (
        candidate[r.unit_candidate] + own[r.unit_interviewer] - 2.0 * followed[structure.unit_cell]
    )  # Var(candidate + leniency) of a unit

    step = _Mean(covariance, weights, system.step_share)
    question = _Mean(covariance, weights, system.question_share)
    asked = interviewers + r.question
    # A unit asked the typical question: candidate + leniency + mean step + mean question.
    located = lean + step.variance + question.variance + 2.0 * step.between(question)
    for mean in (step, question):
        located += 2.0 * mean.with_candidate[r.unit_candidate]
        located += 2.0 * mean.with_global[r.unit_interviewer]
    located = np.maximum(located, 0.0)
    # How the question actually asked differs from the typical one, and how that goes with the rest.
    differs = own[asked] - 2.0 * question.with_global[asked] + question.variance
    together = covariance[r.interviewer, asked] - followed[structure.question_cell]
    together += step.with_global[asked] + question.with_global[asked]
    together -= (question.with_candidate[r.unit_candidate] + question.with_global[r.unit_interviewer])[r.unit]
    together -= step.between(question) + question.variance
    base = np.maximum(located[r.unit] + differs + 2.0 * together, SMOOTHING_FLOOR)
    held, with_group = DenseCovariance(covariance), group_cells(structure, followed)
    if system.unit_precision is None or system.unit_information is None:
        return Spread(held, candidate, with_group, None, base, base)
    # Given the rest, halo takes up the share s/D of its unit's other terms.
    share = system.unit_information / system.unit_precision
    halo = 1.0 / system.unit_precision + share * share * located
    kept = 1.0 - share
    eta = (1.0 / system.unit_precision + kept * kept * located)[r.unit]
    eta += differs + 2.0 * kept[r.unit] * together
    return Spread(held, candidate, with_group, halo, np.maximum(eta, SMOOTHING_FLOOR), base)


class _Mean:
    """A weighted mean of globals and its covariance with everything else."""

    def __init__(self, covariance: Floats, weights: sp.csr_matrix, share: Floats) -> None:
        self._share = share
        self.with_global = covariance @ share
        self.variance = float(share @ self.with_global)
        self.with_candidate = -(weights @ self.with_global)

    def between(self, other: "_Mean") -> float:
        """Covariance with another mean."""
        return float(self._share @ other.with_global)


def group_cells(structure: Structure, followed: Floats) -> Floats | None:
    """Covariance of candidates with the means of their groups, from ``W S^-1`` at the cells of ``W``."""
    return None if structure.group_cell is None else -followed[structure.group_cell]


def _row_quadratics(system: System, sparsity: Sparsity, covariance: Floats) -> tuple[Floats, Floats]:
    """``w_i' S^-1 w_i`` for every candidate and ``W S^-1`` at the cells of ``W``."""
    size = system.structure.size
    padded = np.zeros((size + 1, size + 1))
    padded[:size, :size] = covariance
    flat = padded.ravel()
    weights = np.append(system.weights, 0.0)
    followed = np.empty(len(weights))
    quadratic = np.empty(len(system.precision))
    for batch in sparsity.batches:
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
        "candidate": (float(_deviation_variance(system, post).sum()), len(r.candidates)),
        "interviewer": (float(own[:interviewers].sum()), interviewers),
        "question": (float(own[interviewers : interviewers + questions].sum()), questions),
    }
    if post.halo is not None:
        sums["halo"] = (float(post.halo.sum()), len(post.halo))
    return sums


def _deviation_variance(system: System, post: Spread) -> Floats:
    """Posterior variance of each candidate less the mean of its group, ``(candidates,)``."""
    cell = system.structure.group_cell
    if cell is None or post.with_group is None:
        return post.candidate
    mean = post.globals[system.structure.indices[cell]]
    return np.maximum(post.candidate - 2.0 * post.with_group + mean, FLOOR)
