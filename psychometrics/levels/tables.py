"""Tables of the results, row by row from the posteriors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from psychometrics import thresholds
from psychometrics.levels.fit import Fit
from psychometrics.levels.policy import GLOBAL_TERMS, HIGHEST_LEVEL, LOWEST_LEVEL, MIDDLE_TARGET
from psychometrics.levels.posterior import CandidatePosterior
from psychometrics.levels.results import CriterionTable, LevelTable, SeverityTable

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


def level_table(
    fit: Fit,
    people: Sequence[CandidatePosterior],
    contrasts: Sequence[Floats],
    alone: Sequence[CandidatePosterior],
    confidence: float,
) -> LevelTable:
    """One row per candidate and competency rated."""
    data, layout = fit.problem.data, fit.problem.layout
    lengths = [len(person.competencies) for person in people]
    candidate = np.repeat(data.candidates, lengths)
    competency = np.concatenate([person.competencies for person in people])
    level = np.concatenate([person.level for person in people])
    se = np.sqrt(np.concatenate([np.diag(person.covariance) for person in people]))
    logit = np.concatenate([person.logit for person in people]) - fit.bar.eta
    logit_se = np.sqrt(np.concatenate([person.logit_variance for person in people]))
    z = float(ndtri((1 + confidence) / 2))

    row_key = np.stack([candidate, competency], axis=1)
    key = np.stack([data.candidate, data.competency], axis=1)
    _, row = np.unique(key, axis=0, return_inverse=True)
    row = row.ravel()
    count = np.bincount(row)
    target = data.criterion_target[data.criterion]
    lowest, highest = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(lowest, row, target)
    np.maximum.at(highest, row, target)
    shift = fit.spacing * (_mean_target(fit)[competency] - MIDDLE_TARGET)
    eta = logit + fit.bar.eta - shift
    severity = GLOBAL_TERMS.index("severity")
    between = fit.state.variances["general"] + fit.state.variances["competency"]
    error = [_relative_variance(fit, person, layout.term == severity) for person in people]
    return LevelTable(
        candidate=row_key[:, 0],
        competency=row_key[:, 1],
        opening=np.repeat(data.opening, lengths),
        level=level,
        se=se,
        lower=level - z * se,
        upper=level + z * se,
        contrast_se=np.sqrt(np.concatenate(list(contrasts))),
        floor=np.maximum(LOWEST_LEVEL, lowest - 2),
        ceiling=np.minimum(HIGHEST_LEVEL, highest + 1),
        logit=logit,
        logit_se=logit_se,
        fair_average=thresholds.expected(eta, fit.steps),
        fair_lower=thresholds.expected(eta - z * logit_se, fit.steps),
        fair_upper=thresholds.expected(eta + z * logit_se, fit.steps),
        borrowed=np.concatenate([person.borrowed for person in people]),
        reliability=np.clip(1 - np.concatenate(error) / between, 0.0, 1.0),
        own_level=np.concatenate([person.level for person in alone]),
        own_se=np.sqrt(np.concatenate([np.diag(person.covariance) for person in alone])),
        raw_mean=np.bincount(row, data.score) / count,
        ratings=count.astype(np.int64),
        interviewers=_distinct(row, data.interviewer),
        sessions=_distinct(row, data.session),
    )


def _mean_target(fit: Fit) -> Floats:
    """Mean target level of the criteria rated, by competency code."""
    data = fit.problem.data
    of = data.criterion_competency[data.used_criteria]
    total = np.bincount(of, data.criterion_target[data.used_criteria])
    return np.asarray(total / np.maximum(np.bincount(of), 1))


def _relative_variance(fit: Fit, person: CandidatePosterior, chosen: NDArray[np.bool_]) -> Floats:
    """Error variance of a candidate's standing in their pool: own ratings and severities, ``(c,)``."""
    held = chosen[person.columns]
    columns, gradient = person.columns[held], person.gradient[:, held]
    inner = fit.solution.covariance[np.ix_(columns, columns)]
    shared = np.einsum("cq,cq->c", gradient @ inner, gradient)
    return np.asarray((np.diag(person.own) + shared) * fit.spacing**2)


def _distinct(row: Codes, codes: Codes) -> Codes:
    """Number of distinct codes among the ratings of each row."""
    pairs = np.unique(np.stack([row, codes]), axis=1)
    return np.bincount(pairs[0]).astype(np.int64)


def severities_of(fit: Fit) -> Floats:
    """Severity of every interviewer, ``(J,)`` logits."""
    return np.asarray(_severity_rows(fit) @ fit.solution.shared)


def _severity_rows(fit: Fit) -> Floats:
    """Each severity as a combination of shared parameters, ``(J, P)``.

    A contrast with the average interviewer, or with the reference where there is one.
    """
    layout = fit.problem.layout
    rows = np.zeros((len(layout.interviewers), layout.size))
    free = layout.severity >= 0
    rows[np.flatnonzero(free), layout.severity[free]] = 1.0
    if layout.team_severity >= 0:
        rows[free, layout.team_severity] = 1.0
    else:
        rows -= rows.mean(axis=0)
    return rows


def severity_table(fit: Fit, confidence: float, *, unknown: tuple[Floats, Floats]) -> SeverityTable:
    """Severity of every interviewer with its interval.

    ``unknown`` holds the variances ``(J,)`` of severity in logits and in levels that not knowing the
    variance components adds; zeros where these are taken as known.
    """
    data, layout = fit.problem.data, fit.problem.layout
    size = layout.size
    z = float(ndtri((1 + confidence) / 2))
    rows = _severity_rows(fit)
    severity = rows @ fit.solution.shared
    covariance = fit.solution.covariance[:size, :size]
    se = np.sqrt(np.einsum("jp,jp->j", rows @ covariance, rows) + unknown[0])
    scaled = rows / fit.spacing
    if layout.spacing >= 0:
        scaled[:, layout.spacing] -= severity / fit.spacing**2
    scaled_se = np.sqrt(np.einsum("jp,jp->j", scaled @ covariance, scaled) + unknown[1])
    in_levels = severity / fit.spacing
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
        ratings=np.bincount(by, minlength=len(rows)).astype(np.int64),
        candidates=_distinct(by, data.candidate),
    )


def criterion_table(fit: Fit) -> CriterionTable:
    """Difficulty of every criterion beyond what its target level explains."""
    data, layout = fit.problem.data, fit.problem.layout
    rows = np.zeros((len(layout.criteria), layout.size))
    rows[np.arange(len(layout.criteria)), layout.difficulty] = 1.0
    versions = np.flatnonzero(layout.parent >= 0)
    rows[versions, layout.parent[versions]] = 1.0
    covariance = fit.solution.covariance[: layout.size, : layout.size]
    what = np.searchsorted(layout.criteria, data.criterion)
    return CriterionTable(
        criterion=layout.criteria,
        competency=data.criterion_competency[layout.criteria],
        target=data.criterion_target[layout.criteria],
        difficulty=rows @ fit.solution.shared,
        se=np.sqrt(np.einsum("kp,kp->k", rows @ covariance, rows)),
        ratings=np.bincount(what, minlength=len(layout.criteria)).astype(np.int64),
    )
