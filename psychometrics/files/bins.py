"""Scores finer than a rating scale, such as percentages, put into classes."""

from dataclasses import replace

import numpy as np

from psychometrics.errors import BadInput
from psychometrics.files.score_file import Scores
from psychometrics.model.calibration.ratings import MAX_CATEGORIES


def classed(scores: Scores, bins: int | None) -> tuple[Scores, tuple[str, ...]]:
    """The scores of one scale in at most ``bins`` classes of about equal size, each with the mean of its scores.

    Equal scores are never parted, and raw means stay what they are; the note says which
    they are. Without ``bins`` the scores stay as they are;
    raises BadInput where they are then too many to be points of a scale.
    """
    values, place, count = np.unique(scores.score, return_inverse=True, return_counts=True)
    if bins is None or len(values) <= bins:
        if len(values) > MAX_CATEGORIES:
            raise BadInput(
                f"the scores have {len(values)} distinct values from {values[0]:g} to {values[-1]:g}, and a rating "
                f"scale at most {MAX_CATEGORIES}: put them into classes with --bins 7, or round them"
            )
        return scores, ()
    middle = np.cumsum(count) - 0.5 * count  # of each value, among all ratings
    found = np.minimum((middle * bins / len(scores)).astype(np.intp), bins - 1)
    _, of_value = np.unique(found, return_inverse=True)
    size = np.bincount(of_value, count)
    mean = np.bincount(of_value, count * values) / size
    lowest = [float(values[of_value == k].min()) for k in range(len(size))]
    highest = [float(values[of_value == k].max()) for k in range(len(size))]
    named = ", ".join(
        f"{low:g}" if low == high else f"{low:g} to {high:g}"
        for low, high in zip(lowest, highest, strict=True)
    )
    note = (
        f"{len(values)} different scores were put into {len(size)} classes of about equal size ({named}); each counts "
        "as the mean of its scores."
    )
    return replace(scores, score=mean[of_value[place]]), (note,)
