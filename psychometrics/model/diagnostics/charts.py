"""EWMA and CUSUM of one interviewer's leniency over time, with limits made for the series at hand.

Handbook limits promise a mean time to a false alarm in a series that never ends. Somebody with ninety
interviews would be suspected more often than not. Here the limits are those that nine of ten (or whatever
``level`` says) of the same interviewer's own values, drawn in random order, would never cross: if nothing
drifts, any order is as likely as the one observed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.agreement.control_charts import CusumChart, EwmaChart, cusum_chart, ewma_chart
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.examined import examined
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.drift import unit_weights
from psychometrics.model.diagnostics.residuals import residuals

Floats = npt.NDArray[np.float64]

MIN_INTERVIEWS = 10
_ORDERS = 999
_SMALLEST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class DriftChart:
    """One interviewer's interviews in order of time, ``(interviews,)`` each."""

    when: Floats
    leniency: Floats
    """One-step estimate of how much more lenient than usual, logits."""
    standardised: Floats
    """The same over its standard deviation, centred on the interviewer's own mean: what is charted."""
    ewma: EwmaChart
    cusum: CusumChart
    p_ewma: float
    p_cusum: float
    """Share of random orders whose largest excursion is at least the one observed."""


def drift_chart(
    calibration: Calibration,
    interviewer: object,
    when: npt.ArrayLike,
    *,
    level: float = 0.90,
    weight: float = 0.1,
    allowance: float = 0.25,
) -> DriftChart:
    """Chart an interviewer's leniency, one point per interview.

    ``when`` ``(n,)`` is the time of each rating in the order given to ``calibrate``. ``level`` is the share
    of drift-free series that stay within the limits; ``weight`` is EWMA's, ``allowance`` CUSUM's, in
    standard deviations (.25 suits a change of .8 logits). Limits come from 999 random orders under a fixed
    seed, so the same data give the same chart.

    Raises BadInput for an unknown interviewer or times that are missing, NotEnoughData under ten interviews or
    where all bear one time.
    """
    _checks.open_unit(level, "level")
    fit = calibration.posterior.best
    r = fit.structure.ratings
    times = _checks.finite(_checks.column(when, "when", r.n), "when")[r.order]
    place = np.flatnonzero(r.interviewers == interviewer)
    if not len(place):
        raise BadInput(f"no interviewer {interviewer!r}")
    units = np.flatnonzero(r.unit_interviewer == place[0])
    if len(units) < MIN_INTERVIEWS:
        raise NotEnoughData(
            f"{len(units)} interviews by {interviewer}: at least {MIN_INTERVIEWS} are needed for a chart"
        )
    fitted = examined(fit)
    found = residuals(fitted)
    count = len(r.unit_candidate)
    information = by_group(r.unit, found.variance, count)[units]
    score = by_group(r.unit, found.residual, count)[units]
    began = by_group(r.unit, times, count)[units] / np.bincount(r.unit, minlength=count)[units]
    if np.ptp(began) == 0.0:
        raise NotEnoughData(f"all interviews by {interviewer} bear one time: nothing to chart")
    order = np.argsort(began, kind="stable")
    leniency = (score / information)[order]
    precise = np.sqrt((information * unit_weights(fitted, found)[units])[order])
    values = leniency * precise
    values -= values.mean()
    values /= max(float(values.std(ddof=1)), _SMALLEST)
    rng = np.random.default_rng(20260101)
    orders = rng.permuted(np.broadcast_to(values, (_ORDERS, len(values))), axis=1)
    smooth = _largest_ewma(orders, weight)
    summed = _largest_cusum(orders, allowance)
    ewma = ewma_chart(values, target=0.0, sd=1.0, weight=weight, width=float(np.quantile(smooth, level)))
    cusum = cusum_chart(
        values, target=0.0, sd=1.0, allowance=allowance, interval=float(np.quantile(summed, level))
    )
    own = values[None, :]
    return DriftChart(
        when=began[order],
        leniency=leniency,
        standardised=values,
        ewma=ewma,
        cusum=cusum,
        p_ewma=_share(smooth, float(_largest_ewma(own, weight)[0])),
        p_cusum=_share(summed, float(_largest_cusum(own, allowance)[0])),
    )


def _share(drawn: Floats, observed: float) -> float:
    """Permutation p-value, the observed order counted in."""
    return float((1 + (drawn >= observed - _SMALLEST).sum()) / (1 + len(drawn)))


def _largest_ewma(series: Floats, weight: float) -> Floats:
    """Largest deviation of the EWMA in its own standard deviations, of each row."""
    last, largest = np.zeros(len(series)), np.zeros(len(series))
    for step, value in enumerate(series.T, start=1):
        last = weight * value + (1.0 - weight) * last
        sd = np.sqrt(weight / (2.0 - weight) * (1.0 - (1.0 - weight) ** (2 * step)))
        np.maximum(largest, np.abs(last) / sd, out=largest)
    return largest


def _largest_cusum(series: Floats, allowance: float) -> Floats:
    """Largest sum on either side, of each row."""
    high, low, largest = (np.zeros(len(series)) for _ in range(3))
    for value in series.T:
        high = np.maximum(0.0, high + value - allowance)
        low = np.maximum(0.0, low - value - allowance)
        largest = np.maximum(largest, np.maximum(high, low))
    return largest
