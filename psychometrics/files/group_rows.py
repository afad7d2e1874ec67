"""Means of the groups candidates belong to, out of a fit of several competencies."""

from typing import Any

import numpy as np
import numpy.typing as npt

from psychometrics.model.levels import LevelCalibration

Row = dict[str, Any]


def group_means(
    run: LevelCalibration,
    labels: npt.NDArray[Any],
    group: npt.NDArray[np.intp],
    subset: npt.NDArray[np.intp],
    z: float,
) -> list[Row]:
    """One row per group: its mean over the competencies against the average of the groups it is linked with.

    ``group`` and ``subset`` ``(candidates,)`` are codes; pools of the run are ``subset * len(labels) + group``. A group
    counts to the subset most of its candidates are in. One that is linked with no other has no mean: None.
    """
    layout, shared = run.origin.layout, run.origin.state.shared
    table = np.zeros((len(labels), int(subset.max()) + 1), np.intp)
    np.add.at(table, (group, subset), 1)
    home = table.argmax(1)
    means = np.zeros((len(labels), layout.size))
    for g in range(len(labels)):
        pool = int(home[g]) * len(labels) + g
        means[g, layout.pool[np.searchsorted(layout.pools, pool)]] = 1.0
        mine = layout.profile[layout.profiles[:, 0] == pool]
        means[g, mine] = 1.0 / len(mine)
    together = (home[:, None] == home) / (home[:, None] == home).sum(1, keepdims=True)
    contrasts = means - together @ means
    mean = contrasts @ shared
    se = np.sqrt(np.einsum("gp,pq,gq->g", contrasts, run.shared_covariance, contrasts))
    alone = (home[:, None] == home).sum(1) < 2
    mean, se = np.where(alone, np.nan, mean), np.where(alone, np.nan, se)
    count = np.bincount(group, minlength=len(labels))
    return [
        {
            "group": str(label),
            "mean": mean[g].item(),
            "se": se[g].item(),
            "lower": (mean[g] - z * se[g]).item(),
            "upper": (mean[g] + z * se[g]).item(),
            "candidates": count[g].item(),
        }
        for g, label in enumerate(labels.tolist())
    ]
