"""Validity when only some people were hired and the criterion is rated unreliably.

Attenuation, Thorndike's Case II (direct restriction), Case IV (indirect restriction; Hunter,
Schmidt & Le 2006), the standard deviation ratios that selection leaves behind, and a local study
weighed against a meta-analysis. ``u`` is always the restricted over the unrestricted standard
deviation, at most 1 where selection took place; correct for criterion unreliability first, for
range afterwards. Without a ``u`` of one's own no correction for range should be made (Sackett,
Zhang, Berry & Lievens 2022).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from psychometrics import _normal
from psychometrics._checks import above_zero, count, number, open_unit
from psychometrics.errors import BadInput, NotEnoughData


@dataclass(frozen=True, slots=True)
class IndirectCorrection:
    """Case IV: validity of true scores and of observed scores among applicants.

    ``u_true`` is the ratio of true-score standard deviations; ``applicant_reliability`` of the
    predictor before selection.
    """

    true: float
    operational: float
    u_true: float
    applicant_reliability: float


@dataclass(frozen=True, slots=True)
class LocalValidity:
    """A local coefficient and the posterior after weighing it against the prior."""

    corrected: float
    standard_error: float
    posterior: float
    posterior_sd: float


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends."""

    lower: float
    upper: float


def disattenuated(r: float, *, criterion: float, predictor: float = 1.0) -> float:
    """Correlation without measurement error: ``r / sqrt(r_xx r_yy)``.

    With ``predictor=1`` this is operational validity: selection uses the observed predictor.

    Raises:
        BadInput: not a correlation, a reliability outside (0, 1], or a corrected value beyond 1
            (the reliabilities contradict r).
    """
    _normal.correlation(r, "r")
    return _no_more_than_one(r / math.sqrt(_reliability(criterion) * _reliability(predictor)))


def case_ii(r: float, u: float) -> float:
    """Correct for direct selection on the predictor: ``r U / sqrt(1 + r^2 (U^2 - 1))``, U = 1/u (Thorndike 1949).

    A ``u`` above 1 (range enhancement) is corrected downwards by the same formula.

    Raises:
        BadInput: not a correlation, or u not above 0.
    """
    r, u = _normal.correlation(r, "r"), _ratio(u)
    # Multiplied through by u: U squared overflows where u is small.
    return r / math.sqrt(u * u * (1 - r * r) + r * r) if r else 0.0


def case_iv(
    r: float, u: float, *, incumbent_reliability: float, criterion_reliability: float
) -> IndirectCorrection:
    """Correct for selection on something related to the predictor (Hunter, Schmidt & Le 2006).

    Args:
        r: observed correlation among those hired.
        u: ratio of observed predictor standard deviations, hired over applicants.
        incumbent_reliability: of the predictor among those hired.
        criterion_reliability: of the criterion among those hired.

    Raises:
        BadInput: an argument out of range, or a ``u`` so far above 1 that applicants would have no true variance.
    """
    u = _ratio(u)
    incumbent, criterion = _reliability(incumbent_reliability), _reliability(criterion_reliability)
    applicant = 1 - u * u * (1 - incumbent)
    if applicant <= 0:
        raise BadInput(f"u = {u} leaves applicants no true variance at incumbent reliability {incumbent}")
    # u squared minus its own error variance, in the form without cancellation.
    u_true = u * math.sqrt(incumbent / applicant)
    true = case_ii(disattenuated(r, criterion=criterion, predictor=incumbent), u_true)
    return IndirectCorrection(true, true * math.sqrt(applicant), u_true, applicant)


def truncation_u(selection_ratio: float) -> float:
    """``u`` of a normal predictor after taking the top share: ``sqrt(1 - i (i - z))``, i the mean above z.

    Raises:
        BadInput: a ratio not strictly between 0 and 1.
    """
    z, i = _normal.cut_for(selection_ratio), _normal.mean_above(selection_ratio)
    return math.sqrt(1 - i * (i - z))


def indirect_u(u: float, r: float) -> float:
    """``u`` of a variable correlated ``r`` with the one selected on: ``sqrt(1 - r^2 (1 - u^2))``."""
    r = _normal.correlation(r, "r")
    return math.sqrt(1 - r * r * (1 - _ratio(u) ** 2))


def observed_u(true_u: float, reliability: float) -> float:
    """``u`` of observed scores from that of true scores: ``sqrt(u^2 r_xx + 1 - r_xx)``."""
    rho = _reliability(reliability)
    return math.sqrt(_ratio(true_u) ** 2 * rho + 1 - rho)


def correlation_interval(r: float, n: int, *, level: float = 0.95) -> Interval:
    """Fisher's interval of a correlation from ``n`` people: ``tanh(atanh r -+ z / sqrt(n - 3))``.

    Raises:
        BadInput: r not strictly between -1 and 1, or level out of range.
        NotEnoughData: fewer than four people.
    """
    r, n = _inside(r), count(n, "n")
    if n < 4:
        raise NotEnoughData(f"an interval of a correlation needs at least 4 people, got {n}")
    half = _normal.quantile((1 + open_unit(level, "level")) / 2) / math.sqrt(n - 3)
    return Interval(math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def credibility_interval(mean: float, sd: float, *, level: float = 0.80) -> Interval:
    """Where a share ``level`` of the settings of a meta-analysis has its validity: ``mean -+ z sd``.

    Raises:
        BadInput: sd negative, or level out of range.
    """
    mean, sd = number(mean, "mean"), number(sd, "sd")
    if sd < 0:
        raise BadInput(f"sd must not be negative, got {sd}")
    half = _normal.quantile((1 + open_unit(level, "level")) / 2) * sd
    return Interval(mean - half, mean + half)


def local_update(
    r: float, n: int, *, criterion_reliability: float, prior_mean: float, prior_sd: float
) -> LocalValidity:
    """Weigh a local validity against a meta-analytic prior (normal prior, normal likelihood).

    The local value is corrected for criterion unreliability, ``r_c = r / sqrt(r_yy)``, with standard
    error ``(1 - r^2) / sqrt((n - 1) r_yy)``.

    Raises:
        BadInput: an argument out of range.
        NotEnoughData: fewer than four people.
    """
    r, n = _inside(r), count(n, "n")
    if n < 4:
        raise NotEnoughData(f"a local validity needs at least 4 people, got {n}")
    prior_mean, prior_sd = _normal.correlation(prior_mean, "prior_mean"), above_zero(prior_sd, "prior_sd")
    corrected = disattenuated(r, criterion=criterion_reliability)
    error = (1 - r * r) / math.sqrt((n - 1) * criterion_reliability)
    prior, local = 1 / prior_sd**2, 1 / error**2
    posterior = (prior * prior_mean + local * corrected) / (prior + local)
    return LocalValidity(corrected, error, posterior, (prior + local) ** -0.5)


def _reliability(value: float) -> float:
    found = number(value, "a reliability")
    if not 0 < found <= 1:
        raise BadInput(f"a reliability must lie above 0 and at most at 1, got {value}")
    return found


def _ratio(u: float) -> float:
    return above_zero(u, "u")


def _inside(r: float) -> float:
    found = number(r, "r")
    if not -1 < found < 1:
        raise BadInput(f"r must lie strictly between −1 and 1, got {r}")
    return found


def _no_more_than_one(r: float) -> float:
    if abs(r) > 1 + 1e-12:
        raise BadInput(f"the corrected correlation is {r:.3f}: the reliabilities contradict the coefficient")
    return min(max(r, -1.0), 1.0)
