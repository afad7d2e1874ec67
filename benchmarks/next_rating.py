"""What it costs to say what one more rating would tell, after a fit of levels.

    python -m benchmarks.next_rating [--candidates 100]

Processor milliseconds a candidate, over every interviewer on every criterion, and over the twenty interviewers that
calibration runs of the product try. Panels of ``benchmarks.generator`` with halo.
"""

import argparse
import os
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402

from benchmarks.generator import simulate  # noqa: E402
from benchmarks.levels_speed import ratings_of  # noqa: E402
from psychometrics.model.levels import LevelCalibration, calibrate_levels, next_level_rating  # noqa: E402

SIZES = ("S", "M")
TRIED = 20


def milliseconds(run: LevelCalibration, candidates: int, interviewers: int | None) -> float:
    """A candidate, over the first ``interviewers`` or all of them."""
    people = None if interviewers is None else run.severities.interviewer[:interviewers]
    codes = [one.candidate for one in run.people[:candidates]]
    started = time.process_time()
    for code in codes:
        next_level_rating(run, code, cut=3.0, interviewers=people)
    return 1000 * (time.process_time() - started) / len(codes)


def main() -> None:
    """Print a row a panel."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=100)
    options = parser.parse_args()
    print("| ratings | interviewers | criteria | fit, s | everybody, ms | twenty, ms |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        ratings = ratings_of(simulate(size, halo=0.5))
        started = time.process_time()
        run = calibrate_levels(ratings)
        fit = time.process_time() - started
        people, criteria = len(run.severities.interviewer), len(np.unique(np.asarray(ratings.criterion)))
        cost = [milliseconds(run, options.candidates, number) for number in (None, TRIED)]
        print(
            f"| {run.n_ratings:,} | {people} | {criteria} | {fit:.1f} | {cost[0]:.1f} | {cost[1]:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
