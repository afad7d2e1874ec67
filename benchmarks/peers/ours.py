"""Fits one panel with psychometrics: python -m benchmarks.peers.ours ratings.csv program halo(0|1) folder.

``program`` is ``psychometrics NumPy`` or ``psychometrics compiled``, and ``, cl`` for cumulative logits. Writes the
same two files as fit.R. What takes under five seconds is done twice and the shorter time counts, as for the
programs in R; compiled fits always are, since the first may compile the kernels or load them.
"""

import sys
import time
from pathlib import Path

import numpy as np

from psychometrics.model.calibration import Calibration, calibrate
from psychometrics.model.compiled import Engine
from psychometrics.model.thresholds import Link

_QUICK = 5.0


def main() -> None:
    """Fit, and write what was found."""
    source, program, halo, folder = sys.argv[1:5]
    table = np.loadtxt(source, dtype=np.int32, delimiter=",", skiprows=1)
    result, cpu = fit(table, program, halo=halo == "1")
    write(result, cpu, Path(folder))


def fit(table: np.ndarray, program: str, *, halo: bool) -> tuple[Calibration, float]:
    """Calibrate columns candidate, interviewer, question, score, interview; the result and its CPU seconds."""
    candidate, interviewer, question, score, interview = table.T
    link: Link = "cl" if program.endswith(", cl") else "acl"
    engine: Engine = "compiled" if "compiled" in program else "numpy"
    spent = []
    for _ in range(2):
        before, began = time.process_time(), time.monotonic()
        result = calibrate(
            candidate,
            interviewer,
            question,
            score,
            interview=interview,
            halo=halo,
            link=link,
            engine=engine,
        )
        spent.append(time.process_time() - before)
        if engine == "numpy" and time.monotonic() - began > _QUICK:
            break
    return result, min(spent)


def write(result: Calibration, cpu: float, folder: Path) -> None:
    """Leave effects.csv and notes.txt in the folder; severities with their sign turned, as the others have it."""
    rows = ["facet,label,effect,variance"]
    people, staff = result.candidates, result.interviewers
    for facet, label, effect, se in (
        ("candidate", people.label, people.measure, people.se),
        ("interviewer", staff.label, -staff.severity, staff.se),
    ):
        rows += [
            f"{facet},{who},{value!r},{error**2!r}"
            for who, value, error in zip(label.tolist(), effect.tolist(), se.tolist(), strict=True)
        ]
    (folder / "effects.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    notes = [f"version\tpsychometrics, NumPy {np.__version__}", f"fit\t{cpu}"]
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        notes.append(f"kilobytes\t{peak.split()[1]}")
    notes += [f"sd {name}\t{size}" for name, size in result.components.items() if size is not None]
    notes += [f"said\t{warning}" for warning in result.warnings]
    (folder / "notes.txt").write_text("\n".join(notes) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
