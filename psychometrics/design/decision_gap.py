"""Which competencies moved the verdicts, and how far that is from what the role demands.

The variance of the verdicts that levels explain is shared out among the competencies by Johnson's
relative weights (``psychometrics.design.relative_importance``): never negative, adding up to R squared. The
verdict (hire 1, no hire 0) is regressed linearly: with two groups the direction is that of the linear
discriminant.

Importance is a share of *variance*, weights are not: verdicts that follow the weighted sum of levels
exactly give uncorrelated competencies importance in proportion to the weight squared times the
variance of the levels. So the verdicts are compared with the importance the same levels would have
had if the weighted sum had decided:

    decision gap = 1/2 sum of | importance_c - demanded_c |

the share of importance that went to other competencies than demanded, between 0 and 1.

With few verdicts importance is mostly noise. The shares are pulled towards the demanded ones by the
positive-part factor ``1 - 1/F`` (F of the regression), and the gap stands beside the one that verdicts
following the demand exactly would show in a panel of this size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics._checks import MOST_REPLICATES, count, finite, generator, numbers, open_unit
from psychometrics.design.relative_importance import johnson
from psychometrics.errors import BadInput, NotEnoughData

Floats: TypeAlias = NDArray[np.float64]

#: Below these nothing is computed: importance would be noise.
FEWEST_VERDICTS = 30
FEWEST_PER_COMPETENCY = 5
FEWEST_OF_A_KIND = 10
_ALIKE = 1e-9  # spread in levels below which all candidates count as alike
_RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Importance:
    """Arrays ``(C,)``, one entry per competency.

    ``share`` of the explained variance after shrinking, summing to 1, with percentile limits of a
    bootstrap over candidates; ``raw_share`` before shrinking; ``demanded`` what it would be had the
    weighted sum of levels decided. ``direction`` is the correlation of the level with the verdict:
    importance has no sign, and a clearly negative one means that higher levels were held against
    candidates.
    """

    share: Floats
    lower: Floats
    upper: Floats
    raw_share: Floats
    demanded: Floats
    direction: Floats


@dataclass(frozen=True, slots=True)
class DecisionGap:
    """Share of importance that went elsewhere than demanded, 0..1, with a bootstrap interval.

    ``excess`` ``(C,)`` = importance - demanded; positive entries sum to the gap, and so do the
    negative ones. ``by_chance`` is the mean gap of verdicts that follow the demand as closely as
    these follow the levels; ``notable`` says whether the gap exceeds all but ``1 - level`` of those.
    ``explained`` is the share of the verdicts' variance the levels account for, corrected for the
    number of competencies (Ezekiel). ``kept`` is the weight the data got against the demand.
    """

    gap: float
    lower: float
    upper: float
    by_chance: float
    notable: bool
    excess: Floats
    importance: Importance
    explained: float
    kept: float
    verdicts: int
    hires: int
    level: float


def decision_gap(
    levels: ArrayLike,
    hired: ArrayLike,
    weights: ArrayLike,
    *,
    level: float = 0.90,
    replicates: int = 400,
    seed: int = 0,
) -> DecisionGap:
    """Compare what moved the verdicts with what the role demands.

    Args:
        levels: calibrated level of each candidate on each competency, ``(N, C)``; NaN where not
            assessed, which counts as the competency's mean: it cannot have moved that verdict.
        hired: the verdicts, ``(N,)``, 1 or True for a hire.
        weights: demanded weight of each competency, ``(C,)``, >= 0, summing to 1.
        level: coverage of the intervals.
        replicates: bootstrap samples, and simulated panels of the comparison by chance.
        seed: the same seed gives the same limits.

    Raises:
        BadInput: shapes do not match or values are out of range.
        NotEnoughData: fewer than 30 verdicts or 5 per competency, fewer than 10 hires or 10
            rejections, or no level that varies.
    """
    x, y, w = _checked(levels, hired, weights, level, replicates)
    # Everybody on one competency alike: it can have moved nothing, and the demand may not count it.
    varies = x.std(axis=0) > _ALIKE
    if not (varies & (w > 0)).any():
        raise NotEnoughData("no demanded competency varies between these candidates")
    found = _shares(x, y, w)
    gap = _distance(found.share, found.demanded)
    rng = generator(seed)
    drawn_shares, drawn_gaps = _bootstrap(x, y, w, replicates, rng)
    null = _gaps_by_chance(x, y, w, found, replicates, rng)
    tail = (1 - level) / 2
    lower, upper = np.quantile(drawn_shares, [tail, 1 - tail], axis=0)
    low, high = np.quantile(drawn_gaps, [tail, 1 - tail])
    return DecisionGap(
        gap=gap,
        lower=float(low),
        upper=float(high),
        by_chance=float(null.mean()),
        notable=bool(gap > np.quantile(null, level)),
        excess=found.share - found.demanded,
        importance=Importance(
            share=found.share,
            lower=lower,
            upper=upper,
            raw_share=found.raw,
            demanded=found.demanded,
            direction=_correlations(x, y),
        ),
        explained=found.explained,
        kept=found.kept,
        verdicts=len(y),
        hires=int(y.sum()),
        level=level,
    )


def _importance(x: Floats, y: Floats) -> Floats:
    """Relative weights ``(C,)`` summing to R squared; 0 for a competency on which all are alike."""
    found = np.zeros(x.shape[1])
    varies = x.std(axis=0) > _ALIKE
    if varies.any() and y.std() > _ALIKE:
        used = x[:, varies]
        # A touch of ridge: in a resampled panel one competency may repeat another.
        among = np.atleast_2d(np.corrcoef(used, rowvar=False)) + _RIDGE * np.eye(used.shape[1])
        towards = _correlations(used, y) / (1 + _RIDGE)
        found[varies] = johnson(towards, among / (1 + _RIDGE)).weights
    return found


@dataclass(frozen=True, slots=True)
class _Shares:
    share: Floats
    raw: Floats
    demanded: Floats
    explained: float
    kept: float


def _shares(x: Floats, y: Floats, w: Floats) -> _Shares:
    n, c = x.shape
    demanded = _importance(x, x @ w)
    demanded = demanded / demanded.sum()
    found = _importance(x, y)
    explained = float(min(found.sum(), 1.0))
    raw = found / explained if explained > 0 else demanded
    chance = (1 - explained) * c / (n - c - 1)
    kept = max(0.0, 1 - chance / explained) if explained > 0 else 0.0
    return _Shares(
        share=kept * raw + (1 - kept) * demanded,
        raw=raw,
        demanded=demanded,
        explained=max(0.0, explained - chance),
        kept=kept,
    )


def _bootstrap(
    x: Floats, y: Floats, w: Floats, replicates: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Shares ``(replicates, C)`` and gaps of resampled candidates, hires and rejections apart."""
    groups = [np.flatnonzero(y == verdict) for verdict in (0, 1)]
    shares, gaps = np.empty((replicates, x.shape[1])), np.empty(replicates)
    for draw in range(replicates):
        rows = np.concatenate([rng.choice(group, len(group)) for group in groups])
        if not (x[rows] @ w).std() > _ALIKE:
            rows = np.arange(len(x))  # a sample of candidates all alike says nothing else
        found = _shares(x[rows], y[rows], w)
        shares[draw], gaps[draw] = found.share, _distance(found.share, found.demanded)
    return shares, gaps


def _gaps_by_chance(
    x: Floats, y: Floats, w: Floats, found: _Shares, replicates: int, rng: np.random.Generator
) -> Floats:
    """Gaps of verdicts that follow the demanded weighted sum plus noise, as many hires as there were.

    The noise is set so that levels explain as much of the verdicts as they do here.
    """
    wanted = x @ w
    standard = (wanted - wanted.mean()) / wanted.std()
    share = float(y.mean())
    # The best a two-valued verdict can correlate with a normal score cut at this share of hires.
    cut = np.quantile(standard, 1 - share)
    best = max(float(np.corrcoef(standard, standard >= cut)[0, 1]), 0.1)
    signal = min(found.explained**0.5 / best, 0.999)
    hires = int(y.sum())
    gaps = np.empty(replicates)
    for draw in range(replicates):
        score = signal * standard + (1 - signal**2) ** 0.5 * rng.standard_normal(len(x))
        verdict = np.zeros(len(x))
        verdict[np.argsort(-score, kind="stable")[:hires]] = 1.0
        simulated = _shares(x, verdict, w)
        gaps[draw] = _distance(simulated.share, simulated.demanded)
    return gaps


def _distance(share: Floats, demanded: Floats) -> float:
    return float(np.abs(share - demanded).sum() / 2)


def _correlations(x: Floats, y: Floats) -> Floats:
    """Correlation of every column with ``y``; 0 for a column without variance."""
    apart, centred = x - x.mean(axis=0), y - y.mean()
    scale = np.sqrt((apart**2).sum(axis=0) * (centred @ centred))
    return np.asarray(np.divide(centred @ apart, scale, out=np.zeros(x.shape[1]), where=scale > 1e-9))


def _checked(
    levels: ArrayLike, hired: ArrayLike, weights: ArrayLike, level: float, replicates: int
) -> tuple[Floats, Floats, Floats]:
    x, y, w = numbers(levels, "levels"), finite(hired, "hired"), finite(weights, "weights")
    if x.ndim != 2 or y.shape != (len(x),) or w.shape != (x.shape[1],):
        raise BadInput("levels must have shape (N, C), hired (N,) and weights (C,)")
    if not np.all((y == 0) | (y == 1)):
        raise BadInput("hired must hold 0 or 1 for every candidate")
    if np.any(w < 0) or abs(w.sum() - 1) > 1e-6:
        raise BadInput("weights must not be negative and must sum to 1")
    open_unit(level, "level")
    count(replicates, "replicates", least=100, most=MOST_REPLICATES)
    n, c = x.shape
    needed = max(FEWEST_VERDICTS, FEWEST_PER_COMPETENCY * c)
    rarer = int(min(y.sum(), n - y.sum()))
    if n < needed or rarer < FEWEST_OF_A_KIND:
        raise NotEnoughData(
            f"{n} verdicts with {rarer} of the rarer kind; importance takes at least {needed} verdicts "
            f"with {FEWEST_OF_A_KIND} hires and {FEWEST_OF_A_KIND} rejections"
        )
    missing = np.isnan(x)
    if missing.any():
        seen = np.maximum((~missing).sum(axis=0), 1)
        means = np.where(missing, 0.0, x).sum(axis=0) / seen
        x = np.where(missing, means, x)
    return x, y, w
