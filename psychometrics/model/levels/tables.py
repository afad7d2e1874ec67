"""Tables of the results, row by row from the posteriors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from psychometrics.model import thresholds
from psychometrics.model.levels import keys
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.policy import HIGHEST_LEVEL, LOWEST_LEVEL, MIDDLE_TARGET
from psychometrics.model.levels.posterior import Posterior
from psychometrics.model.levels.results import CriterionTable, LevelTable, SeverityTable

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


def level_table(
    fit: Fit, found: Posterior, contrasts: Floats, alone: Posterior, confidence: float
) -> LevelTable:
    """One row per candidate and competency rated."""
    data, structure, rows = fit.problem.data, fit.problem.structure, found.rows
    competency = structure.competencies
    se = np.sqrt(found.variance)
    logit = rows.theta - fit.bar.eta
    logit_se = np.sqrt(rows.logit_variance)
    z = float(ndtri((1 + confidence) / 2))
    row = structure.competency_starts[structure.who] + structure.competency
    count = np.bincount(row)
    target = data.criterion_target[data.criterion]
    lowest, highest = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(lowest, row, target)
    np.maximum.at(highest, row, target)
    shift = fit.spacing * (_mean_target(fit)[competency] - MIDDLE_TARGET)
    fair, link = rows.theta - shift, fit.problem.settings.link
    between = fit.state.variances["general"] + fit.state.variances["competency"]
    return LevelTable(
        candidate=data.candidates[found.candidate],
        competency=competency,
        opening=data.opening[found.candidate],
        level=rows.level,
        se=se,
        lower=rows.level - z * se,
        upper=rows.level + z * se,
        contrast_se=np.sqrt(contrasts),
        floor=np.maximum(LOWEST_LEVEL, lowest - 2),
        ceiling=np.minimum(HIGHEST_LEVEL, highest + 1),
        logit=logit,
        logit_se=logit_se,
        fair_average=thresholds.expected(fair, fit.steps, link=link),
        fair_lower=thresholds.expected(fair - z * logit_se, fit.steps, link=link),
        fair_upper=thresholds.expected(fair + z * logit_se, fit.steps, link=link),
        borrowed=rows.borrowed,
        reliability=np.clip(1 - rows.error / between, 0.0, 1.0),
        own_level=alone.rows.level,
        own_se=np.sqrt(alone.variance),
        raw_mean=np.bincount(row, data.score) / count,
        ratings=count.astype(np.int64),
        interviewers=keys.distinct(row, structure.interviewer, len(count)),
        sessions=keys.distinct(row, data.session, len(count)),
    )


def _mean_target(fit: Fit) -> Floats:
    """Mean target level of the criteria rated, by competency code."""
    data = fit.problem.data
    of = data.criterion_competency[data.used_criteria]
    total = np.bincount(of, data.criterion_target[data.used_criteria])
    return np.asarray(total / np.maximum(np.bincount(of), 1))


def severities_of(fit: Fit) -> tuple[Floats, Floats]:
    """Severity of every interviewer and its variance, ``(J,)`` each, logits and logits squared."""
    found = _severities(fit)
    return found.value, found.variance


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of two shared parameters each, or of one and nothing."""

    value: Floats
    variance: Floats
    with_spacing: Floats
    """Covariance with the logits per level; zeros without."""


def _sums(fit: Fit, first: Codes, second: Codes, *, centred: bool) -> _Sums:
    """Add up shared parameters at two positions, -1 for nothing; less the mean of all sums if ``centred``."""
    size, spacing = fit.problem.layout.size, fit.problem.layout.spacing
    value, covariance = np.zeros(size + 1), np.zeros((size + 1, size + 1))  # nothing stands last
    value[:-1], covariance[:-1, :-1] = fit.solution.shared, fit.solution.covariance
    total = value[first] + value[second]
    variance = covariance[first, first] + 2 * covariance[first, second] + covariance[second, second]
    beside = covariance[spacing]  # without levels that is the row of nothing
    with_spacing = beside[first] + beside[second]
    if centred:
        mean = np.bincount(np.concatenate([first, second]) % (size + 1), minlength=size + 1) / len(first)
        mean[size] = 0.0
        towards = covariance @ mean
        variance = variance + mean @ towards - 2 * (towards[first] + towards[second])
        total, with_spacing = total - total.mean(), with_spacing - with_spacing.mean()
    return _Sums(total, np.maximum(variance, 0.0), with_spacing)


def _severities(fit: Fit) -> _Sums:
    """Contrasts with the average interviewer, or with the reference where there is one."""
    layout = fit.problem.layout
    anchored = layout.team_severity >= 0
    team = np.where(layout.severity >= 0, layout.team_severity, -1)
    return _sums(fit, layout.severity, team, centred=not anchored)


def severity_table(fit: Fit, confidence: float, *, unknown: tuple[Floats, Floats]) -> SeverityTable:
    """Severity of every interviewer with its interval.

    ``unknown`` holds the variances ``(J,)`` of severity in logits and in levels that not knowing the
    variance components adds; zeros where these are taken as known. An interviewer alone, with no reference to
    stand against, is the average: severity is NaN then.
    """
    data, layout = fit.problem.data, fit.problem.layout
    z = float(ndtri((1 + confidence) / 2))
    found = _severities(fit)
    severity, in_levels = found.value, found.value / fit.spacing
    se = np.sqrt(found.variance + unknown[0])
    of_spacing = (
        float(fit.solution.covariance[layout.spacing, layout.spacing]) if layout.spacing >= 0 else 0.0
    )
    scaled = found.variance - 2 * in_levels * found.with_spacing + in_levels**2 * of_spacing
    scaled_se = np.sqrt(np.maximum(scaled, 0.0) / fit.spacing**2 + unknown[1])
    if len(severity) == 1 and layout.severity[0] >= 0:
        severity = se = in_levels = scaled_se = np.full(1, np.nan)
    by = np.searchsorted(layout.interviewers, data.interviewer)
    return SeverityTable(
        interviewer=layout.interviewers,
        severity=severity,
        se=se,
        lower=severity - z * se,
        upper=severity + z * se,
        in_levels=in_levels,
        in_levels_lower=in_levels - z * scaled_se,
        in_levels_upper=in_levels + z * scaled_se,
        ratings=np.bincount(by, minlength=len(severity)).astype(np.int64),
        candidates=keys.distinct(by, data.candidate, len(severity)),
    )


def criterion_table(fit: Fit) -> CriterionTable:
    """Difficulty of every criterion beyond what its target level explains."""
    data, layout = fit.problem.data, fit.problem.layout
    found = _sums(fit, layout.difficulty, layout.parent, centred=False)
    own = fit.state.own_steps
    what = np.searchsorted(layout.criteria, data.criterion)
    return CriterionTable(
        criterion=layout.criteria,
        competency=data.criterion_competency[layout.criteria],
        target=data.criterion_target[layout.criteria],
        difficulty=found.value,
        se=np.sqrt(found.variance),
        ratings=np.bincount(what, minlength=len(layout.criteria)).astype(np.int64),
        steps=None if own is None else own.of_questions(fit.steps).T,
    )
