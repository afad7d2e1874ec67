"""What one more rating would tell of a candidate: expected variance, and expected loss of the decision.

A rating of candidate ``c`` by interviewer ``r`` on question ``q``, in a conversation of its own, observes the
predictors of its steps, ``y_l = theta_c + rho_r + beta_q + v + e_l`` with the halo ``v`` of the new conversation; what
is asked about is the candidate's contrast ``theta_c - mean theta``. :mod:`psychometrics.model.one_rating` says what
follows: a low-rank update, for which nothing is refitted and the score that will be given need not be known.
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
from psychometrics.model.one_rating import expected_loss, information, variance_after

Floats = npt.NDArray[np.float64]

_AT_ONCE = 50_000  # ratings looked at together: some 30 MB


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
        loss_after = expected_loss(mean - cut, now, after)
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
    judges, questions = len(r.interviewers), len(r.questions)
    same = np.flatnonzero(group == group[who])
    rows = system.matrix()
    own = np.asarray(rows[[who]].toarray())[0]
    gap = np.ravel(rows[same].mean(axis=0)) - own
    asked = np.zeros((fit.structure.size, questions + r.top))
    asked[judges + np.arange(asked.shape[1]), np.arange(asked.shape[1])] = 1.0
    with_own, with_gap = covariance.times(np.stack([-own, gap], axis=1)).T
    # theta_i = -w_i' globals + its own noise 1 / D_i.
    alone = 1.0 / system.precision
    panel = _Panel(
        now=float(alone[who] * (1 - 2 / len(same)) + alone[same].sum() / len(same) ** 2 + gap @ with_gap),
        variance=float(alone[who] - own @ with_own),
        with_candidate=float(alone[who] * (1 - 1 / len(same)) - with_gap @ own),
        with_own=with_own,
        with_gap=with_gap,
        diagonal=covariance.diagonal,
        columns=covariance.times(asked),
    )
    after = np.empty((judges, questions))
    for start in range(0, judges, max(1, _AT_ONCE // questions)):
        part = slice(start, min(start + max(1, _AT_ONCE // questions), judges))
        after[part] = _after(fit, who, panel, part)
    return panel.now, after


@dataclass(frozen=True, slots=True)
class _Panel:
    """What the panel knows of the candidate and of the globals."""

    now: float
    """Variance of ``b``."""
    variance: float
    """Of the candidate."""
    with_candidate: float
    """``Cov(b, theta_c)``: the candidate's own noise, less its share of the mean's."""
    with_own: Floats
    with_gap: Floats
    """``(p,)`` covariance of the globals with the candidate, and with ``b``."""
    diagonal: Floats
    columns: Floats
    """``(p, Q + L)`` covariance of the globals with questions and steps."""


def _after(fit: Fit, who: int, panel: _Panel, part: slice) -> Floats:
    """Variance of ``b`` after a rating by each of some interviewers, ``(interviewers, Q)``."""
    r = fit.structure.ratings
    judges, questions, top = len(r.interviewers), len(r.questions), r.top
    asked, steps = slice(judges, judges + questions), slice(judges + questions, judges + questions + top)
    columns, with_own, with_gap = panel.columns, panel.with_own, panel.with_gap
    base = (
        panel.variance
        + (fit.variances.halo or 0.0)
        + (panel.diagonal[part] + 2 * with_own[part])[:, None]
        + (panel.diagonal[asked] + 2 * with_own[asked])[None, :]
        + 2 * columns[part, :questions]
    )
    told = panel.with_candidate + with_gap[part][:, None] + with_gap[asked][None, :]
    with_steps = (
        with_own[steps] + columns[part, questions:][:, None, :] + columns[asked, questions:][None, :, :]
    )
    joint = base[..., None, None] + with_steps[..., :, None] + with_steps[..., None, :]
    joint += columns[steps, questions:]
    toward = told[..., None] + with_gap[steps]
    values, own_steps = fit.values, fit.own_steps
    eta = values.candidate[who] + values.interviewer[part][:, None] + values.question[None, :]
    its_steps = fit.steps
    if own_steps is not None:
        each = own_steps.of_questions(fit.steps)[:, None, :]
        its_steps = np.broadcast_to(each, (top, *eta.shape))
    if fit.beside is None or fit.beside.slopes is None:
        return variance_after(panel.now, toward, joint, information(eta, base, its_steps, fit.link))
    # A slope stretches predictor and steps alike; questions have no steps of their own then.
    gain = np.broadcast_to(np.exp(fit.beside.slopes.log[part])[:, None], eta.shape)
    stretched = gain * np.asarray(its_steps)[:, None, None]
    told = np.square(gain)[..., None, None] * information(gain * eta, gain**2 * base, stretched, fit.link)
    return variance_after(panel.now, toward, joint, told)
