"""What one more rating would tell of a candidate: expected variance, and expected loss of the decision.

In the Gaussian posterior a rating of candidate ``c`` by interviewer ``r`` on question ``q``, in a conversation of its
own, observes the predictors of its steps, ``y_l = theta_c + rho_r + beta_q + v + e_l`` with the halo ``v`` of the new
conversation, with information ``M`` (``(L, L)``, that of one rating, averaged over the posterior of the predictor as
the fit itself does). The candidate's contrast ``b = theta_c - mean theta`` has covariance ``k`` with ``y``; ``A`` is
``Cov(y)``. Then

    Var(b | rating) = Var(b) - k' M (I + A M)^-1 k,

a low-rank update: nothing is refitted, and the score that will be given need not be known. The expected loss of a
verdict "at or above the cut" is the probability that it is wrong, averaged over where the measure may move
(preposterior analysis; Raiffa & Schlaifer 1961, ch. 5): ``m' ~ N(m, Var(b) - Var(b | rating))``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from psychometrics import _checks
from psychometrics._frozen import read_only
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.ratings import Codes, Labels
from psychometrics.model.calibration.results import Calibration
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, probabilities

Floats = npt.NDArray[np.float64]

_LEAST = 1e-12
# Where the measure may move to, in standard deviations: enough for four digits of a probability.
_MOVES, _MOVE_WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_MOVE_WEIGHTS = _MOVE_WEIGHTS / _MOVE_WEIGHTS.sum()


@dataclass(frozen=True, slots=True, eq=False)
class NextRating:
    """What one more rating of one candidate would tell, by who gives it and on what; arrays ``(R, Q)``."""

    candidate: object
    interviewers: Labels
    """``(R,)``"""
    questions: Labels
    """``(Q,)``"""
    se: float
    """Standard error of the candidate's measure now, logits."""
    se_after: Floats
    """The same after the rating."""
    loss: float | None
    """Probability that a verdict on the cut is wrong now; None without a cut."""
    loss_after: Floats | None
    """The same expected after the rating."""

    def __post_init__(self) -> None:
        read_only(self)

    def best(self, count: int = 3) -> list[tuple[object, object, float]]:
        """The ``count`` ratings that tell most: interviewer, question, standard error or loss after."""
        told = self.se_after if self.loss_after is None else self.loss_after
        order = np.argsort(told, axis=None, kind="stable")[:count]
        rows, columns = np.unravel_index(order, told.shape)
        return [
            (self.interviewers[row], self.questions[column], float(told[row, column]))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]


def next_rating(calibration: Calibration, candidate: object, *, cut: float | None = None) -> NextRating:
    """What one more rating of ``candidate`` would tell, by every interviewer on every question.

    Args:
        calibration: a panel calibrated by ``calibrate``.
        candidate: label of somebody in it.
        cut: the measure a verdict is about (logits, as ``candidates.measure``); without it losses are left out.

    Raises:
        BadInput: an unknown label, or a cut that is no number.
        NotEnoughData: nobody to compare the candidate with.
    """
    found: Codes = np.flatnonzero(calibration.candidates.label == candidate)
    if not len(found):
        raise BadInput(f"no candidate {candidate!r}")
    who = int(found[0])
    if not np.isfinite(calibration.candidates.se[who]):
        raise NotEnoughData(f"{candidate!r} is linked with nobody: there is no measure to make more certain")
    if cut is not None:
        cut = float(_checks.finite(np.atleast_1d(cut), "cut")[0])
    posterior = calibration.posterior
    group = posterior.groups.candidate
    parts = [_update(fit, who, group) for fit in posterior.fits]
    means = np.array(
        [
            fit.values.candidate[who] - fit.values.candidate[group == group[who]].mean()
            for fit in posterior.fits
        ]
    )
    mean = float(posterior.weights @ means)
    # Settings of the variance components differ in where they put the candidate; one rating does not tell them apart.
    between = float(posterior.weights @ (means - mean) ** 2)
    now = float(posterior.weights @ np.array([before for before, _ in parts])) + between
    after = np.einsum("f,frq->rq", posterior.weights, np.array([left for _, left in parts])) + between
    loss = loss_after = None
    if cut is not None:
        loss = float(ndtr(-abs(mean - cut) / np.sqrt(now)))
        loss_after = _expected_loss(mean - cut, now, after)
    ratings = posterior.best.structure.ratings
    return NextRating(
        candidate=calibration.candidates.label[who],
        interviewers=ratings.interviewers,
        questions=ratings.questions,
        se=float(np.sqrt(now)),
        se_after=np.sqrt(after),
        loss=loss,
        loss_after=loss_after,
    )


def _update(fit: Fit, who: int, group: Codes) -> tuple[float, Floats]:
    """Variance of the candidate's contrast now, and after each rating ``(R, Q)``, under one fit."""
    r, system, covariance = fit.structure.ratings, fit.system, fit.post.covariance
    judges, questions, top = len(r.interviewers), len(r.questions), r.top
    steps = slice(judges + questions, judges + questions + top)
    same = np.flatnonzero(group == group[who])
    rows = system.matrix()
    own = np.asarray(rows[[who]].toarray())[0]
    mean = np.ravel(rows[same].mean(axis=0))
    # theta_i = -w_i' globals + its own noise 1 / D_i.
    with_own, with_gap = -own @ covariance, (mean - own) @ covariance
    alone = 1.0 / system.precision
    variance = float(alone[who] - own @ with_own)
    gap = mean - own
    now = float(
        alone[who] * (1 - 2 / len(same)) + alone[same].sum() / len(same) ** 2 + gap @ covariance @ gap
    )
    # Cov(b, theta_c): the candidate's own noise, less its share of the mean's.
    with_candidate = float(alone[who] * (1 - 1 / len(same)) - with_gap @ own)
    pair = covariance[:judges, judges : judges + questions]
    diagonal = np.diag(covariance)
    base = (
        variance
        + (fit.variances.halo or 0.0)
        + (diagonal[:judges] + 2 * with_own[:judges])[:, None]
        + (diagonal[judges : judges + questions] + 2 * with_own[judges : judges + questions])[None, :]
        + 2 * pair
    )
    told = with_candidate + with_gap[:judges][:, None] + with_gap[judges : judges + questions][None, :]
    with_steps = (
        with_own[steps]
        + covariance[:judges, steps][:, None, :]
        + covariance[judges : judges + questions, steps][None, :, :]
    )
    joint = (
        base[..., None, None] + with_steps[..., :, None] + with_steps[..., None, :] + covariance[steps, steps]
    )
    toward = told[..., None] + with_gap[steps]
    information = _information(fit, who, base)
    gained = np.linalg.solve(np.eye(top) + joint @ information, toward[..., None])
    after = now - (toward[..., None, :] @ information @ gained)[..., 0, 0]
    return now, np.maximum(after, _LEAST)


def _information(fit: Fit, who: int, spread: Floats) -> Floats:
    """Information of one rating on the predictors of its steps, ``(R, Q, L, L)``, averaged over the posterior."""
    values, own = fit.values, fit.own_steps
    eta = values.candidate[who] + values.interviewer[:, None] + values.question[None, :]
    shape = eta.shape
    steps = fit.steps
    if own is not None:
        each = np.broadcast_to((steps[:, None] + own.deviation)[:, None, :], (len(steps), *shape))
        steps = each.reshape(len(steps), -1)
    gain = np.ones(shape)
    if fit.beside is not None and fit.beside.slopes is not None:
        gain = np.broadcast_to(np.exp(fit.beside.slopes.log)[:, None], shape)
        steps = gain.ravel() * steps[:, None]  # questions have no steps of their own then
    root = np.sqrt(spread).ravel()
    total = np.zeros((eta.size, len(steps), len(steps)))
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        total += weight * _of_one(gain.ravel() * (eta.ravel() + node * root), steps, fit.link)
    total *= np.square(gain.ravel())[:, None, None]
    return total.reshape(*shape, len(steps), len(steps))


def _of_one(eta: Floats, steps: Floats, link: Link) -> Floats:
    """Fisher information of a rating on ``eta - tau_l``, ``(n, L, L)``: ``sum_k dp_k dp_k' / p_k``."""
    shares = np.maximum(probabilities(eta, steps, link=link), _LEAST)  # (L + 1, n)
    top = len(steps)
    moved = np.zeros((top + 1, top, len(eta)))  # dp_k / dy_l
    if link == "acl":
        beyond = np.cumsum(shares[::-1], axis=0)[::-1][1:]  # P(Y >= l)
        for category in range(top + 1):
            reached = (np.arange(1, top + 1) <= category)[:, None]
            moved[category] = shares[category] * (reached - beyond)
    else:
        beyond = np.cumsum(shares[::-1], axis=0)[::-1][1:]
        density = beyond * (1 - beyond)
        for step in range(top):
            moved[step + 1, step] += density[step]
            moved[step, step] -= density[step]
    return np.asarray(np.einsum("kln,kmn->nlm", moved / shares[:, None, :], moved))


def _expected_loss(distance: float, now: float, after: Floats) -> Floats:
    """Probability of a wrong verdict after the rating, averaged over where the measure may move."""
    moved = np.sqrt(np.maximum(now - after, 0.0))
    there = distance + moved[..., None] * _MOVES
    return np.asarray(ndtr(-np.abs(there) / np.sqrt(after)[..., None]) @ _MOVE_WEIGHTS)
