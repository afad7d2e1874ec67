"""Residuals of every rating at the posterior mean without halo, and their information."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.fitted import Codes, FittedRatings
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, probabilities

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """``(n,)`` each, in the order of the coded ratings."""

    eta: Floats
    """Proficiency minus severity minus difficulty, logits."""
    residual: Floats
    """Rating minus its expectation, points."""
    variance: Floats
    """Variance of the rating."""
    slope: Floats
    """By how much the expected rating moves with the predictor, points per logit."""
    leaning: Floats
    """Minus (A_y - E A), A_k the sum of centred steps up to k: positive for ratings nearer to the
    middle of the scale than expected."""
    leaning_variance: Floats
    """By how much its expectation moves with the log of the steps' spread: its variance given the predictor."""
    leaning_covariance: Floats
    """By how much it moves with the predictor: its covariance with the rating, the predictor given."""


def residuals(fit: FittedRatings) -> Residuals:
    """Compute residuals, expectations averaged over where the predictor may be."""
    return residuals_at(fit, fit.eta, fit.width, fit.rating_steps, fit.points)


def residuals_at(
    fit: FittedRatings, eta: Floats, width: Floats, rating_steps: Floats, points: Codes
) -> Residuals:
    """The same of some ratings, ``(m,)`` each, where predictor, its uncertainty or steps are others than the fit's.

    ``rating_steps`` is ``(L,)`` or ``(L, m)``.
    """
    steps = fit.steps
    share, slope = np.zeros((len(steps) + 1, len(eta))), np.zeros_like(eta)
    spread, together = np.zeros_like(eta), np.zeros_like(eta)
    scale = np.arange(len(steps) + 1, dtype=float)
    leaning = -np.concatenate([[0.0], np.cumsum(steps - steps.mean())])
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        here = probabilities(eta + node * width, rating_steps, link=fit.link)
        share += weight * here
        slope += weight * _slope(here, scale, fit.link)
        lean = leaning @ here
        spread += weight * ((leaning**2) @ here - lean**2)
        together += weight * ((scale * leaning) @ here - (scale @ here) * lean)
    mean, lean = scale @ share, leaning @ share
    return Residuals(
        eta=eta,
        residual=points - mean,
        variance=(scale**2) @ share - mean**2,
        slope=slope,
        leaning=leaning[points] - lean,
        leaning_variance=spread,
        leaning_covariance=together,
    )


def marginal_shares(fit: FittedRatings) -> Floats:
    """Probability of every category where halo is unknown, ``(L+1, n)``."""
    eta, width = fit.eta, fit.width
    share = np.zeros((fit.top + 1, len(eta)))
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        share += weight * probabilities(eta + node * width, fit.rating_steps, link=fit.link)
    return share


def _slope(share: Floats, points: Floats, link: Link) -> Floats:
    """``dE(y)/d eta``: the variance for adjacent categories, ``sum P(y>=l) P(y<l)`` for cumulative logits."""
    if link == "acl":
        mean = points @ share
        return np.asarray((points**2) @ share - mean**2)
    below = np.cumsum(share, axis=0)[:-1]
    return np.asarray((below * (1.0 - below)).sum(0))
