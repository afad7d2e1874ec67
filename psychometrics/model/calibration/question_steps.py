"""Steps of a question's own, shrunk to the common ones (partial credit; Masters 1982).

Question ``q`` has the steps ``tau_l + d_ql`` with ``d_q ~ N(0, s^2)`` in the space of contrasts
(``sum_l d_ql = 0``; the mean is the question's difficulty). They are moved by one Newton step for each of
the fit's, everything else held, and ``s^2`` by Fellner-Schall with the same prior weight as the other
components, from the covariance that is left where difficulty and common steps are unknown too: with less,
the variance would count as better known than it is and come out too small. The uncertainty of ``d`` is not
carried into the intervals of candidates: a question's steps cancel to first order there.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, step_information, step_scores

Floats = npt.NDArray[np.float64]

_PRIOR_SD = 0.35  # logits
_PRIOR_WEIGHT = 4.0
_LARGEST_STEP = 1.0  # logits
_COMMON_PRECISION = 1.0 / 25.0  # prior of the common steps
_LEAST_ROOM = 0.02  # logits between neighbouring steps of cumulative logits
_HALVINGS = 6  # of a move that would bring steps out of order


class Asked(Protocol):
    """Ratings as far as steps are concerned."""

    @property
    def top(self) -> int:
        """Highest scale point."""

    @property
    def questions(self) -> npt.NDArray[Any]:
        """Labels."""

    @property
    def question(self) -> npt.NDArray[np.intp]:
        """``(n,)`` codes from 0."""

    @property
    def points(self) -> npt.NDArray[np.intp]:
        """``(n,)`` scale point from 0."""


@dataclass(frozen=True, slots=True)
class QuestionSteps:
    """Deviations of every question's steps from the common ones."""

    deviation: Floats
    """``(L, Q)`` logits; columns add up to zero."""
    variance: float
    """Logits squared."""
    link: Link

    def of_questions(self, common: Floats) -> Floats:
        """Steps of every question, ``(L, Q)``; those of cumulative logits increase."""
        steps = common[:, None] + self.deviation
        if self.link == "cl":
            # Common steps move after the deviations did, and may have brought a question's out of order.
            room = _LEAST_ROOM * np.arange(len(common))[:, None]
            steps = np.maximum.accumulate(steps - room, axis=0) + room
        return np.asarray(steps)

    def of_ratings(self, common: Floats, ratings: Asked) -> Floats:
        """Steps of every rating, ``(L, n)``."""
        return np.asarray(self.of_questions(common)[:, ratings.question])


def common_only(ratings: Asked, link: Link) -> QuestionSteps:
    """The start: no deviations."""
    return QuestionSteps(np.zeros((ratings.top, len(ratings.questions))), _PRIOR_SD**2, link)


def advance(
    own: QuestionSteps, ratings: Asked, eta: Floats, width: Floats | None, common: Floats
) -> tuple[QuestionSteps, float]:
    """One Newton step of every question's deviations and one of their variance.

    Also returns how much moved: the larger of the longest move, logits, and the change of the log variance.
    """
    top, count = own.deviation.shape
    contrasts = _contrasts(top)
    gradient, information = _sums(own, ratings, eta, width, common)
    inside = np.einsum("la,qlm,mb->qab", contrasts, information, contrasts)
    covariance = np.linalg.inv(inside + np.eye(top - 1) / own.variance)
    place = contrasts.T @ own.deviation  # (L-1, Q)
    # Raising a step makes reaching it rarer: the gradient for the deviation is minus that of easiness.
    pull = -(contrasts.T @ gradient) - place / own.variance
    move = np.clip(np.einsum("qab,bq->aq", covariance, pull), -_LARGEST_STEP, _LARGEST_STEP)
    if own.link == "cl":
        move = _in_order(common, contrasts, place, move)
    place = place + move
    spread = _marginal(contrasts, information, own.variance)
    known = count * (top - 1) - float(np.einsum("qaa->", spread)) / own.variance
    variance = float((place**2).sum() + _PRIOR_WEIGHT * _PRIOR_SD**2) / (max(known, 0.0) + _PRIOR_WEIGHT)
    variance = float(np.clip(variance, own.variance / 3.0, own.variance * 3.0))
    change = max(float(np.abs(move).max()), abs(float(np.log(variance / own.variance))))
    return replace(own, deviation=contrasts @ place, variance=variance), change


def _in_order(common: Floats, contrasts: Floats, place: Floats, move: Floats) -> Floats:
    """The moves, those halved that would bring a question's steps out of order; ``(L-1, Q)``."""
    for _ in range(_HALVINGS):
        steps = common[:, None] + contrasts @ (place + move)
        crossed = np.any(np.diff(steps, axis=0) < _LEAST_ROOM, axis=0)
        if not crossed.any():
            return move
        move = np.where(crossed, 0.5 * move, move)
    return np.where(crossed, 0.0, move)


def _marginal(contrasts: Floats, information: Floats, variance: float) -> Floats:
    """Posterior covariance of every question's contrasts, difficulty and common steps unknown; ``(Q, L-1, L-1)``.

    With ``J`` the information a question has about its contrasts beside its difficulty and ``P = J + 1/s^2``,
    the common steps add ``P^-1 J (sum J - J P^-1 J)^-1 J P^-1``: what all questions share is not seen in ``d``.
    """
    easiness = information.sum(2)
    beside = information - easiness[:, :, None] * easiness[:, None, :] / easiness.sum(1)[:, None, None]
    own = np.einsum("la,qlm,mb->qab", contrasts, beside, contrasts)
    covariance = np.linalg.inv(own + np.eye(own.shape[1]) / variance)
    kept = covariance @ own  # P^-1 J
    common = np.linalg.inv((own - own @ kept).sum(0) + _COMMON_PRECISION * np.eye(own.shape[1]))
    return np.asarray(covariance + kept @ common @ kept.transpose(0, 2, 1))


def _contrasts(top: int) -> Floats:
    """Orthonormal basis of the vectors that add up to zero, ``(L, L-1)``."""
    return np.asarray(sl.helmert(top).T)


def _sums(
    own: QuestionSteps, ratings: Asked, eta: Floats, width: Floats | None, common: Floats
) -> tuple[Floats, Floats]:
    """Per question: gradient for the easiness of each step ``(L, Q)``, information ``(Q, L, L)``."""
    top, count = own.deviation.shape
    steps = own.of_ratings(common, ratings)
    gradient, information = np.zeros((top, count)), np.zeros((count, top, top))
    root = 0.0 if width is None else np.sqrt(width)
    for node, share in zip(NODES, NODE_WEIGHTS, strict=True):
        at = eta + node * root
        for step, score in enumerate(step_scores(at, steps, ratings.points, link=own.link)):
            gradient[step] += by_group(ratings.question, share * score, count)
        for low, high, about in step_information(at, steps, link=own.link):
            information[:, low, high] += by_group(ratings.question, share * about, count)
    upper = np.triu_indices(top, 1)
    information[:, upper[1], upper[0]] = information[:, upper[0], upper[1]]
    return gradient, information
