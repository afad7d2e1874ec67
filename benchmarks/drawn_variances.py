"""Variances from draws beside exact ones: the same panels fitted both ways.

    python -m benchmarks.drawn_variances          some 2 CPU minutes

Panels small enough for the dense matrix are also fitted as if they had thousands of interviewers. Differences of
measures and severities are in logits, those of standard errors a share of the exact one.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.crowds import CROWDS, Crowd  # noqa: E402
from benchmarks.generator import Panel, simulate  # noqa: E402
from psychometrics.model.calibration import Calibration, calibrate, structure  # noqa: E402

Floats = npt.NDArray[np.float64]

#: Besides sizes of the generator: the same departments, well linked and hardly at all.
LINKED = {
    "15 % guests": Crowd(1_500, 400, 60, 8, 0.15, 5.0, 4.0),
    "2 % guests": Crowd(1_500, 400, 60, 8, 0.02, 5.0, 4.0),
    "0.3 % guests": Crowd(1_500, 400, 60, 8, 0.003, 5.0, 4.0),
}
PANELS = ("S", "M", *LINKED, "courses")


def fitted(panel: Panel, largest: int) -> Calibration:
    """The panel calibrated with ``largest`` globals allowed in a dense matrix."""
    kept = structure.LARGEST_DENSE
    structure.LARGEST_DENSE = largest
    try:
        return calibrate(
            panel.candidate, panel.interviewer, panel.question, panel.score, interview=panel.interview
        )
    finally:
        structure.LARGEST_DENSE = kept


def difference(drawn: Floats, exact: Floats) -> str:
    """Root mean square and largest relative difference, percent."""
    off = 100 * (drawn / exact - 1)
    return f"{np.sqrt(np.nanmean(off**2)):.2f} / {np.nanmax(np.abs(off)):.1f}"


def main() -> None:
    """Print the table."""
    CROWDS.update(LINKED)
    print(
        "| panel | interviewers | largest difference of measure | severity | se of candidates, % | of interviewers, % |"
    )
    print("|---|---|---|---|---|---|")
    for name in PANELS:
        panel = simulate(name, halo=0.0 if name == "courses" else 0.5)
        exact, drawn = fitted(panel, 10**9), fitted(panel, 0)
        people, staff = (drawn.candidates, exact.candidates), (drawn.interviewers, exact.interviewers)
        print(
            f"| {name} | {len(staff[0].label):,} | {np.nanmax(np.abs(people[0].measure - people[1].measure)):.4f} "
            f"| {np.nanmax(np.abs(staff[0].severity - staff[1].severity)):.4f} "
            f"| {difference(people[0].se, people[1].se)} | {difference(staff[0].se, staff[1].se)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
