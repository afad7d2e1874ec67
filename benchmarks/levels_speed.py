"""Speed and memory of the level fit, beside the one-trait fit of the same ratings.

    python -m benchmarks.levels_speed                 sizes S and M
    python -m benchmarks.levels_speed --sizes L       1.5 million ratings

Six competencies in turn, harder questions targeted one level higher, halo in both fits. Every measurement
runs in a process of its own on one thread; CPU seconds are of the fit alone, memory is the process's peak.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402

from benchmarks.generator import SIZES, Panel, simulate  # noqa: E402
from psychometrics.calibration import calibrate  # noqa: E402
from psychometrics.levels import LevelRatings, calibrate_levels  # noqa: E402


def ratings_of(panel: Panel) -> LevelRatings:
    """The panel's ratings as several competencies' worth."""
    questions = np.arange(int(panel.question.max()) + 1)
    return LevelRatings(
        candidate=panel.candidate,
        session=panel.interview,
        interviewer=panel.interviewer,
        criterion=panel.question,
        score=panel.score,
        criterion_competency=questions % 6,
        criterion_target=3 + (panel.difficulty[questions] > 0),
    )


def measure(size: str, what: str) -> dict[str, Any]:
    """One measurement in this process."""
    panel = simulate(size, halo=0.5)
    started = time.process_time()
    if what == "one trait":
        columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
        iterations = calibrate(*columns, interview=panel.interview).iterations
    else:
        iterations = calibrate_levels(ratings_of(panel)).iterations
    return {
        "size": size,
        "ratings": len(panel.score),
        "what": what,
        "cpu": time.process_time() - started,
        "iterations": iterations,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="S,M", help=f"of {', '.join(SIZES)} (default S,M)")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(*options.child)))
        return
    print("| size | ratings | fit | CPU s | iterations | peak MB |")
    print("|---|---|---|---|---|---|")
    for size in options.sizes.split(","):
        for what in ("one trait", "levels"):
            command = [sys.executable, "-m", "benchmarks.levels_speed", "--child", size, what]
            row = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            print(
                f"| {size} | {row['ratings']:,} | {what} | {row['cpu']:.2f} | {row['iterations']} "
                f"| {row['memory']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
