"""Speed, memory and accuracy of the calibration, beside plain means of the same ratings.

    python -m benchmarks.calibration                  sizes S and M with halo
    python -m benchmarks.calibration --sizes L        1.5 million ratings
    python -m benchmarks.calibration --seeds 20       accuracy averaged over 20 panels
    python -m benchmarks.calibration --small 300      180-rating panels, 300 seeds

CPU seconds are of the fit alone, one thread; memory is the peak of a process of its own per size.
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
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import FIRST_SEED, SIZES, Panel, simulate  # noqa: E402
from benchmarks.small_panels import simulate_small  # noqa: E402
from psychometrics.calibration import Calibration, calibrate  # noqa: E402

Floats = npt.NDArray[np.float64]
Z90 = 1.6448536

COLUMNS = (
    ("ratings", "{:,.0f}"), ("cpu", "{:.3f}"), ("iterations", "{:.1f}"), ("rmse", "{:.4f}"),
    ("correlation", "{:.4f}"), ("slope", "{:.3f}"), ("coverage", "{:.3f}"),
    ("severity_rmse", "{:.4f}"), ("severity_coverage", "{:.3f}"), ("halo", "{:.3f}"),
    ("raw_rmse", "{:.4f}"), ("raw_correlation", "{:.4f}"), ("raw_coverage", "{:.3f}"),
)  # fmt: skip


def main() -> None:
    """Run the benchmark and print a table, or JSON."""
    options = _arguments()
    if options.child:
        print(json.dumps(measure(options.child, options.halo, options.link, options.seeds)))
        return
    rows = []
    for size in options.sizes.split(",") if not options.small else []:
        command = [sys.executable, "-m", "benchmarks.calibration", "--child", size]
        command += ["--halo", str(options.halo), "--link", options.link]
        command += ["--seeds", str(options.seeds)]
        rows.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
    if options.small:
        rows.append(measure_small(options.small))
    if options.format == "json":
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['panel']}, {row['seeds']} seed(s), peak memory {row['memory']:.0f} MB")
        for name, shape in COLUMNS:
            if row.get(name) is not None:
                print(f"  {name.replace('_', ' '):<18} {shape.format(row[name]):>12}")


def measure(size: str, halo: float, link: str, seeds: int) -> dict[str, Any]:
    """Average the measurements of one size over ``seeds`` panels."""
    first = FIRST_SEED if seeds == 1 else 1000
    results = []
    for seed in range(first, first + seeds):
        panel = simulate(size, link=link, halo=halo, seed=seed)  # type: ignore[arg-type]
        results.append(_one(panel, halo=halo > 0, link=link))
    return _averaged(f"{size}, {link}, halo {halo:g}", results)


def measure_small(seeds: int) -> dict[str, Any]:
    """Average the measurements of 180-rating panels: 20 candidates, five interviewers."""
    results = [_one(simulate_small(seed), halo=True, link="acl") for seed in range(seeds)]
    return _averaged("20 candidates x 5 interviewers, halo 0.5", results)


def _one(panel: Panel, *, halo: bool, link: str) -> dict[str, float | None]:
    """Fit one panel and compare with its truth and with plain means."""
    before = time.process_time()
    result = calibrate(
        panel.candidate,
        panel.interviewer,
        panel.question,
        panel.score,
        interview=panel.interview,
        halo=halo,
        link=link,  # type: ignore[arg-type]
    )
    cpu = time.process_time() - before
    people, staff = result.candidates, result.interviewers
    truth = panel.proficiency[people.label] - panel.proficiency[people.label].mean()
    severity = panel.severity[staff.label] - panel.severity[staff.label].mean()
    error = people.measure - truth
    return {
        "ratings": float(result.ratings),
        "cpu": cpu,
        "iterations": float(result.iterations),
        "rmse": _rms(error),
        "correlation": _correlation(people.measure, truth),
        "slope": float(people.measure @ truth / (people.measure @ people.measure)),
        "coverage": float((np.abs(error) < Z90 * people.se).mean()),
        "severity_rmse": _rms(staff.severity - severity),
        "severity_coverage": float((np.abs(staff.severity - severity) < Z90 * staff.se).mean()),
        "halo": result.components["halo"],
        **_plain_means(panel, result, truth),
    }


def _plain_means(panel: Panel, result: Calibration, truth: Floats) -> dict[str, float | None]:
    """The baseline: the candidate's mean rating, scaled to the truth as kindly as possible."""
    raw = result.candidates.raw_mean
    centred = raw - raw.mean()
    scale = float(centred @ truth / (centred @ centred))
    score = panel.score.astype(float)
    count = np.bincount(panel.candidate)[result.candidates.label]
    square = np.bincount(panel.candidate, score**2)[result.candidates.label] / count
    error = np.sqrt(np.maximum(square - raw**2, 0.0) / np.maximum(count - 1, 1)) * scale
    return {
        "raw_rmse": _rms(scale * centred - truth),
        "raw_correlation": _correlation(raw, truth),
        "raw_coverage": float((np.abs(scale * centred - truth) < Z90 * error).mean()),
    }


def _averaged(name: str, results: list[dict[str, float | None]]) -> dict[str, Any]:
    """Mean of every measurement."""
    row: dict[str, Any] = {"panel": name, "seeds": len(results)}
    for key in results[0]:
        values = [value for value in (result[key] for result in results) if value is not None]
        row[key] = float(np.mean(values)) if values else None
    row["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return row


def _rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


def _correlation(one: Floats, two: Floats) -> float:
    return float(np.corrcoef(one, two)[0, 1])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calibration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", default="S,M", help=f"of {', '.join(SIZES)} (default S,M)")
    parser.add_argument("--halo", type=float, default=0.5, help="true halo sd, 0 for none")
    parser.add_argument("--link", choices=("acl", "cl"), default="acl")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--small", type=int, default=0, metavar="SEEDS")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--child", choices=tuple(SIZES), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
