"""Scores on several declared scales: each is calibrated on its own steps, and none is averaged with another."""

from collections.abc import Callable
from typing import Any

import numpy as np

from psychometrics._labels import natural
from psychometrics.errors import PsychometricsError
from psychometrics.files.score_file import Scores

Result = dict[str, Any]

UNDECLARED = "not declared"


def by_scale(scores: Scores) -> list[tuple[str, Scores]]:
    """The scores of each scale, with its name; those on none come last."""
    if scores.scale is None:
        return [(UNDECLARED, scores)]
    names = [*(scale.name for scale in scores.scales), UNDECLARED]
    return [
        (names[place], scores.where(scores.scale == place))
        for place in sorted(np.unique(scores.scale).tolist(), key=lambda place: place % len(names))
    ]


def joined(
    parts: list[tuple[str, Scores]], fit: Callable[[Scores], Result], notes: tuple[str, ...], level: float
) -> Result:
    """The results of all scales side by side.

    A scale with too few ratings is left out and named. Raises the first refusal where none can be calibrated.
    """
    found: list[Result] = []
    names = ", ".join(name for name, _ in parts)
    warnings = [
        (
            f"Questions are rated on {len(parts)} scales ({names}): each is calibrated on its own, and measures of "
            "different scales are not comparable."
        )
    ]
    refused: PsychometricsError | None = None
    for name, scores in parts:
        try:
            result = fit(scores)
        except PsychometricsError as error:
            refused = refused or error
            asked = ", ".join(sorted(set(scores.question.tolist()), key=natural)[:5])
            warnings.append(f"The scale {name} ({asked}) could not be calibrated: {error}.")
            continue
        found.append({"scale": name, **result})
    if not found and refused is not None:
        raise refused
    return {"parts": found, "warnings": [*warnings, *notes], "level": level}
