"""Intraclass correlations of a complete table (Shrout & Fleiss 1979; McGraw & Wong 1996).

Six coefficients of an n targets x k judges table, each with an F-based interval:

* case 1, different judges for every target: one-way random effects;
* case 2, the same judges, a sample of all judges: absolute agreement, severity counts as error;
* case 3, the same judges and only these: consistency, severity does not count;

each for a single judge ("1") and for the mean of all k ("k"). Real interview data have holes;
dropping incomplete rows biases these coefficients, so tables with holes are refused and the
reliability of such data is to be taken from a calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtri

from psychometrics._checks import beyond_rounding, numbers, open_unit
from psychometrics.errors import BadInput

Floats: TypeAlias = NDArray[np.float64]


class IncompleteTable(BadInput):
    """The table of ratings has empty cells."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One intraclass correlation; None where the data leave it undefined: what it divides by is not above 0.

    That happens without any variance, and for the mean of k judges who agree (case 2) where targets differ less
    than chance alone would make them. A limit is None too where the interval has no end on that side: means of
    judges have no lowest value.
    """

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Analysis of variance of the table: between targets, within, between judges, residual."""

    between: float
    within: float
    judges: float
    residual: float


@dataclass(frozen=True, slots=True)
class IntraclassCorrelations:
    """The six coefficients, the mean squares and the variance components behind them.

    ``components`` are the variances of target, judge and residual, negative ones set to 0.
    """

    icc_1_1: Coefficient
    icc_2_1: Coefficient
    icc_3_1: Coefficient
    icc_1_k: Coefficient
    icc_2_k: Coefficient
    icc_3_k: Coefficient
    mean_squares: MeanSquares
    components: tuple[float, float, float]
    targets: int
    judges: int
    level: float


def intraclass_correlations(table: ArrayLike, *, level: float = 0.90) -> IntraclassCorrelations:
    """Compute the Shrout-Fleiss family.

    Args:
        table: ratings, shape (n targets, k judges), n and k at least 2, no empty cells.
        level: coverage of the intervals.

    Raises:
        IncompleteTable: a cell is empty (NaN).
        BadInput: wrong shape, or level outside 0..1.
    """
    x = _checked(table, level)
    n, k = x.shape
    ms = _mean_squares(x)
    tail = (1 - level) / 2
    single_1 = _ratio(ms.between - ms.within, ms.between + (k - 1) * ms.within)
    single_3 = _ratio(ms.between - ms.residual, ms.between + (k - 1) * ms.residual)
    absolute = ms.between + (k - 1) * ms.residual + k * (ms.judges - ms.residual) / n
    single_2 = _ratio(ms.between - ms.residual, absolute)
    mean_2 = _ratio(ms.between - ms.residual, ms.between + (ms.judges - ms.residual) / n)
    ends_1 = _f_limits(ms.between, ms.within, n - 1, n * (k - 1), tail)
    ends_3 = _f_limits(ms.between, ms.residual, n - 1, (n - 1) * (k - 1), tail)
    ends_2 = _agreement_limits(ms, single_2, n, k, tail)
    return IntraclassCorrelations(
        icc_1_1=_from_f(single_1, ends_1, k, averaged=False),
        icc_2_1=_with_limits(single_2, ends_2),
        icc_3_1=_from_f(single_3, ends_3, k, averaged=False),
        icc_1_k=_from_f(_ratio(ms.between - ms.within, ms.between), ends_1, k, averaged=True),
        icc_2_k=_with_limits(mean_2, None if ends_2 is None else _stepped_up(ends_2, k)),
        icc_3_k=_from_f(_ratio(ms.between - ms.residual, ms.between), ends_3, k, averaged=True),
        mean_squares=ms,
        components=(
            max((ms.between - ms.residual) / k, 0.0),
            max((ms.judges - ms.residual) / n, 0.0),
            ms.residual,
        ),
        targets=n,
        judges=k,
        level=level,
    )


def _checked(table: ArrayLike, level: float) -> Floats:
    open_unit(level, "level")
    x = numbers(table, "table")
    if x.ndim != 2 or min(x.shape) < 2:
        raise BadInput(f"the table needs at least 2 targets and 2 judges, got shape {x.shape}")
    empty = int(np.isnan(x).sum())
    if empty:
        raise IncompleteTable(
            f"{empty} of {x.size} cells are empty; intraclass correlations need a complete table. "
            "Use the reliability of a calibration for ratings with holes."
        )
    return x


def _mean_squares(x: Floats) -> MeanSquares:
    n, k = x.shape
    by_target, by_judge, grand = x.mean(axis=1), x.mean(axis=0), x.mean()
    residual = x - by_target[:, None] - by_judge[None, :] + grand
    squares = (
        k * ((by_target - grand) ** 2).sum() / (n - 1),
        ((x - by_target[:, None]) ** 2).sum() / (n * (k - 1)),
        n * ((by_judge - grand) ** 2).sum() / (k - 1),
        (residual**2).sum() / ((n - 1) * (k - 1)),
    )
    return MeanSquares(*(beyond_rounding(float(square), x) for square in squares))


def _ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator > 0 else None


def _quantile(df1: float, df2: float, tail: float) -> float:
    return float(fdtri(df1, df2, 1 - tail))


def _f_limits(signal: float, noise: float, df1: float, df2: float, tail: float) -> tuple[float, float] | None:
    """Limits of the ratio of expected mean squares; infinite when there is no noise."""
    if noise <= 0:
        return None if signal <= 0 else (np.inf, np.inf)
    observed = signal / noise
    return observed / _quantile(df1, df2, tail), observed * _quantile(df2, df1, tail)


def _from_f(
    value: float | None, limits: tuple[float, float] | None, k: int, *, averaged: bool
) -> Coefficient:
    if value is None or limits is None:
        return Coefficient(value, None, None)
    each = k - 1 if not averaged else 0
    ends = [1.0 if np.isinf(f) else float((f - 1) / (f + each)) if f + each > 1e-12 else None for f in limits]
    return Coefficient(value, ends[0], ends[1])


def _agreement_limits(
    ms: MeanSquares, value: float | None, n: int, k: int, tail: float
) -> tuple[float, float] | None:
    """Limits of ICC(2,1) with Satterthwaite's degrees of freedom (Shrout & Fleiss 1979, p. 424)."""
    if value is None or ms.residual <= 0:
        return None
    judged = ms.judges / ms.residual
    spread = n * (1 + (k - 1) * value) - k * value
    top = (k - 1) * (n - 1) * (k * value * judged + spread) ** 2
    df = top / ((n - 1) * k**2 * value**2 * judged**2 + spread**2)
    high, low = _quantile(n - 1, df, tail), _quantile(df, n - 1, tail)
    error = k * ms.judges + (k * n - k - n) * ms.residual
    lower = n * (ms.between - high * ms.residual) / (high * error + n * ms.between)
    upper = n * (low * ms.between - ms.residual) / (error + n * low * ms.between)
    return lower, upper


def _stepped_up(limits: tuple[float | None, float], k: int) -> tuple[float | None, float | None]:
    """Spearman-Brown of both ends; None where it has no bound: a single judge at -1/(k - 1) or below."""
    lower, upper = (
        None if end is None or 1 + end * (k - 1) <= 1e-12 else end * k / (1 + end * (k - 1)) for end in limits
    )
    return lower, upper


def _with_limits(value: float | None, limits: tuple[float | None, float | None] | None) -> Coefficient:
    if value is None or limits is None:
        return Coefficient(value, None, None)
    return Coefficient(value, *limits)
