"""Criteria as ``calibration.question_steps`` takes questions: each may have steps of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.model.calibration.question_steps import QuestionSteps, common_only
from psychometrics.model.levels.data import Coded
from psychometrics.model.levels.layout import Layout
from psychometrics.model.levels.policy import Settings

Codes: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class RatedCriteria:
    """Implements ``question_steps.Asked``; criteria are numbered as in the layout."""

    top: int
    questions: NDArray[np.int64]
    question: Codes
    points: NDArray[np.int64]

    @classmethod
    def of(cls, data: Coded, layout: Layout) -> RatedCriteria:
        """The ratings of ``data``, whose criteria are all in the layout."""
        return cls(data.top, layout.criteria, np.searchsorted(layout.criteria, data.criterion), data.score)


def starting(data: Coded, layout: Layout, settings: Settings) -> QuestionSteps | None:
    """No deviations yet, or None where all criteria share their steps: so with one step, or one criterion."""
    if settings.steps == "common" or data.top < 2 or len(layout.criteria) < 2:
        return None
    return common_only(RatedCriteria.of(data, layout), settings.link)


def carried(
    old: QuestionSteps | None, before: Layout, begin: QuestionSteps | None, after: Layout
) -> QuestionSteps | None:
    """The deviations of an earlier fit laid out for another set of criteria; new ones begin at the common steps."""
    if old is None or begin is None:
        return begin
    deviation = begin.deviation.copy()
    _, at, now = np.intersect1d(before.criteria, after.criteria, return_indices=True)
    deviation[:, now] = old.deviation[:, at]
    return replace(begin, deviation=deviation, variance=old.variance)
