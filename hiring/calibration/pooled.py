"""The weighted gap over what was rated, with the joint uncertainty of the levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import TeamPolicy
from hiring.calibration.models import LevelDisplay, LevelEstimate, PooledEstimate
from psychometrics.model.levels import rules
from roles.models import Requirement


@dataclass(frozen=True)
class PooledView:
    """Weighted gap over the assessed competencies, in levels; ``covered`` is their share of the weight.

    ``level`` and ``required`` are what it is the difference of, weighted alike; ``meets`` = P(the weighted level
    reaches what is required, less kappa), by the joint posterior.
    """

    gap: float | None
    lower: float | None
    upper: float | None
    covered: float
    level: float | None = None
    required: float | None = None
    meets: float | None = None


def pool(
    requirements: Sequence[Requirement],
    found: Mapping[int, LevelEstimate],
    joint: PooledEstimate | None,
    policy: TeamPolicy,
) -> PooledView:
    """Pool by weight with the joint covariance; independent errors would make this far too certain."""
    weights = {row.competency_id: float(row.weight) for row in requirements}
    needed = {row.competency_id: row.required_level for row in requirements}
    nothing = PooledView(None, None, None, 0.0)
    if joint is None:
        return nothing
    at = [
        (index, pk)
        for index, pk in enumerate(joint.competencies)
        if pk in weights and pk in found and found[pk].display in (LevelDisplay.POINT, LevelDisplay.INTERVAL)
    ]
    covered = sum(weights[pk] for _, pk in at)
    if covered <= 0:
        return nothing
    gaps = []
    for _, pk in at:
        level = found[pk].level
        if level is None:
            return nothing
        gaps.append(needed[pk] - level)
    covariance = [[joint.covariance[i][j] for j, _ in at] for i, _ in at]
    result = rules.pooled([weights[pk] for _, pk in at], gaps, covariance)
    half = rules.half_width(result.se, policy.interval_level)
    required = sum(weights[pk] * needed[pk] for _, pk in at) / covered
    return PooledView(
        gap=result.gap,
        lower=result.gap - half,
        upper=result.gap + half,
        covered=covered / sum(weights.values()),
        level=required - result.gap,
        required=required,
        meets=rules.probability_met(result, kappa=policy.kappa),
    )
