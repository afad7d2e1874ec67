"""Speed, memory and accuracy of the calibration, beside plain means of the same ratings.

    python -m benchmarks.calibration                  sizes S and M with halo
    python -m benchmarks.calibration --sizes L        1.5 million ratings
    python -m benchmarks.calibration --sizes XL,XL-random           11,000 interviewers, in departments or none
    python -m benchmarks.calibration --sizes courses --halo 0       2,972 interviewers, one rating each time
    python -m benchmarks.calibration --seeds 20       accuracy averaged over 20 panels
    python -m benchmarks.calibration --small 300      180-rating panels, 300 seeds
    python -m benchmarks.calibration --peers          beside statsmodels, lme4, clmm, glmmTMB where present
    python -m benchmarks.calibration --profile        where the time goes, against the arithmetic's limit
    python -m benchmarks.calibration --csv L          the whole command on a CSV of that size

Both engines side by side, NumPy alone where numba is not installed. CPU seconds are of the whole call, one
thread, the best of several at S and M; memory is the peak of a process of its own per size and engine, simulated
panel included. What numba takes to compile everything once, and to load it again in a later process, stands apart.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.crowds import CROWDS  # noqa: E402
from benchmarks.generator import FIRST_SEED, SIZES, Panel, simulate  # noqa: E402
from benchmarks.one_pass import describe, profile  # noqa: E402
from benchmarks.peers import peers  # noqa: E402
from benchmarks.small_panels import simulate_small  # noqa: E402
from psychometrics.model.calibration import Calibration, calibrate, update  # noqa: E402
from psychometrics.model.compiled import Engine, installed  # noqa: E402

Floats = npt.NDArray[np.float64]
Z90 = 1.6448536

COLUMNS = (
    ("cpu", "{:.3f}"), ("one_interview_more", "{:.3f}"), ("memory", "{:.0f}"),
    ("iterations", "{:.1f}"), ("rmse", "{:.4f}"),
    ("correlation", "{:.4f}"), ("slope", "{:.3f}"), ("coverage", "{:.3f}"),
    ("severity_rmse", "{:.4f}"), ("severity_coverage", "{:.3f}"), ("halo", "{:.3f}"),
    ("raw_rmse", "{:.4f}"), ("raw_correlation", "{:.4f}"), ("raw_coverage", "{:.3f}"),
)  # fmt: skip
ENGINES: tuple[Engine, ...] = ("numpy", "compiled")
_TRIES = {"S": 7, "M": 4}  # of which the best counts; machines are shared


def main() -> None:
    """Run the benchmark and print a table, or JSON."""
    options = _arguments()
    if options.child == "small":
        print(json.dumps(measure_small(options.small, options.engine)))
    elif options.child:
        print(json.dumps(measure(options.child, options.halo, options.link, options.seeds, options.engine)))
    elif options.warm:
        print(json.dumps(warm(options.link)))
    else:
        with tempfile.TemporaryDirectory() as cache:
            os.environ.setdefault("NUMBA_CACHE_DIR", cache)  # so that compiling is seen, and seen once
            _report(options)


def _report(options: argparse.Namespace) -> None:
    """What was asked for, measured in processes of their own."""
    engines = [engine for engine in ENGINES if engine == "numpy" or installed()]
    if options.engine != "auto":
        engines = [options.engine]
    times: dict[str, Any] = {}
    if "compiled" in engines:
        times = {"compile": _child(options, "--warm"), "load": _child(options, "--warm")}
    if options.csv:
        for size in options.csv.split(","):
            for engine in engines:
                print(measure_command(size, options.halo, engine), flush=True)
        return
    rows = [
        [_child(options, "--child", size, "--engine", engine) for engine in engines]
        for size in (options.sizes.split(",") if not options.small else [])
    ]
    if options.small:
        part = ("--child", "small", "--small", str(options.small))
        rows.append([_child(options, *part, "--engine", engine) for engine in engines])
    if options.format == "json":
        print(json.dumps({"kernels": times, "rows": rows}, indent=1))
        return
    _print(rows, times)
    for size in options.sizes.split(",") if options.peers or options.profile else []:
        compare(size, options, engines)


def _print(rows: list[list[dict[str, Any]]], times: dict[str, float]) -> None:
    """The tables, one per panel, engines side by side."""
    if times:
        compiling, loading = times["compile"], times["load"]
        print(f"kernels: {compiling:.1f} CPU s to compile once, {loading:.2f} to load from the cache")
    elif not installed():
        print("compiled: skipped, numba is not installed")
    for row in rows:
        print(f"{row[0]['panel']}, {row[0]['ratings']:,.0f} ratings, {row[0]['seeds']} seed(s)")
        print(f"  {'':<20}" + "".join(f"{found['engine']:>12}" for found in row))
        for name, shape in COLUMNS:
            if row[0].get(name) is not None:
                title = {"memory": "peak memory, MB", "cpu": "CPU s"}.get(name, name.replace("_", " "))
                print(f"  {title:<20}" + "".join(f"{shape.format(found[name]):>12}" for found in row))


def _child(options: argparse.Namespace, *arguments: str) -> Any:
    """Run a part of this benchmark in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.calibration", *arguments]
    command += ["--halo", str(options.halo), "--link", options.link, "--seeds", str(options.seeds)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def warm(link: str) -> float:
    """CPU seconds of a first compiled call beyond a second one: loading numba and compiling or loading kernels."""
    spent = []
    for _ in range(2):
        before = time.process_time()
        _one(simulate_small(0), halo=True, link=link, engine="compiled")
        spent.append(time.process_time() - before)
    return spent[0] - spent[1]


def compare(size: str, options: argparse.Namespace, engines: list[Engine]) -> None:
    """Print the profile of one panel, and what other programs make of it."""
    panel = simulate(size, link=options.link, halo=options.halo)
    print(f"{size}, {len(panel.score):,} ratings")
    if options.profile:
        print(describe({engine: profile(panel, engine=engine) for engine in engines}))
    for peer in peers(panel) if options.peers else ():
        said = peer.skipped or f"{peer.cpu:10.2f} CPU s, correlation {peer.correlation:.4f}"
        print(f"  {peer.name:<27} {said}", flush=True)


def measure(size: str, halo: float, link: str, seeds: int, engine: Engine) -> dict[str, Any]:
    """Average the measurements of one size over ``seeds`` panels."""
    first = FIRST_SEED if seeds == 1 else 1000
    results = []
    if engine == "compiled":
        warm(link)
    for seed in range(first, first + seeds):
        panel = simulate(size, link=link, halo=halo, seed=seed)  # type: ignore[arg-type]
        tries = [
            _one(panel, halo=halo > 0, link=link, engine=engine)
            for _ in range(_TRIES.get(size, 1) if seeds == 1 else 1)
        ]
        results.append(min(tries, key=lambda found: found["cpu"] or 0.0))
    row = _averaged(f"{size}, {link}, halo {halo:g}", results)  # reads the peak memory, so it comes first
    more = _update_cost(panel, halo=halo > 0, link=link, engine=engine)
    return {**row, "engine": engine, "one_interview_more": more}


def measure_command(size: str, halo: float, engine: Engine) -> str:
    """Run ``python -m psychometrics`` on a CSV in a process of its own; what it cost."""
    panel = simulate(size, halo=halo)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        columns = (panel.candidate, panel.interviewer, panel.question, panel.score + 1, panel.interview)
        with path.open("w", encoding="utf-8") as file:
            file.write("candidate,interviewer,question,score,interview\n")
            file.writelines(
                f"C{who:06},I{by:05},Q{what:04},{score},V{sitting:07}\n"
                for who, by, what, score, sitting in zip(*(c.tolist() for c in columns), strict=True)
            )
        weight = path.stat().st_size / 1e6
        began = time.monotonic()
        with (Path(folder) / "out.txt").open("w", encoding="utf-8") as out:
            command = [sys.executable, "-m", "psychometrics", str(path), "--engine", engine]
            process = subprocess.Popen(command, stdout=out)
            _, status, used = os.wait4(process.pid, 0)  # the usage of this process alone
        wall = time.monotonic() - began
    if status:
        raise subprocess.CalledProcessError(status, command)
    return (
        f"command on {size}, {engine}: {len(panel.score):,} ratings, {weight:.0f} MB of CSV; "
        f"{used.ru_utime + used.ru_stime:.1f} CPU s, {wall:.1f} s wall, peak {used.ru_maxrss / 1024:.0f} MB"
    )


def _update_cost(panel: Panel, *, halo: bool, link: str, engine: Engine = "numpy") -> float:
    """CPU seconds of adding the last interview to a panel fitted without it."""
    new = panel.interview == panel.interview[-1]

    def columns(rows: npt.NDArray[np.bool_]) -> list[npt.NDArray[Any]]:
        return [column[rows] for column in (panel.candidate, panel.interviewer, panel.question, panel.score)]

    base = calibrate(
        *columns(~new),
        interview=panel.interview[~new],
        halo=halo,
        link=link,  # type: ignore[arg-type]
        engine=engine,
    )
    spent = []
    for _ in range(5):
        before = time.process_time()
        update(base, *columns(new), interview=panel.interview[new])
        spent.append(time.process_time() - before)
    return min(spent)


def measure_small(seeds: int, engine: Engine) -> dict[str, Any]:
    """Average the measurements of 180-rating panels: 20 candidates, five interviewers."""
    _one(simulate_small(0), halo=True, link="acl", engine=engine)  # whatever is loaded at a first call
    results = [_one(simulate_small(seed), halo=True, link="acl", engine=engine) for seed in range(seeds)]
    return {**_averaged("20 candidates x 5 interviewers, halo 0.5", results), "engine": engine}


def _one(panel: Panel, *, halo: bool, link: str, engine: Engine = "numpy") -> dict[str, float | None]:
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
        engine=engine,
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
    parser.add_argument("--sizes", default="S,M", help=f"of {', '.join((*SIZES, *CROWDS))} (default S,M)")
    parser.add_argument("--halo", type=float, default=0.5, help="true halo sd, 0 for none")
    parser.add_argument("--link", choices=("acl", "cl"), default="acl")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--small", type=int, default=0, metavar="SEEDS")
    parser.add_argument("--peers", action="store_true", help="fit the same ratings with other programs")
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    parser.add_argument("--csv", metavar="SIZES", help="run the whole command on CSV files of these sizes")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--engine", choices=("auto", *ENGINES), default="auto", help="one engine only")
    parser.add_argument("--child", choices=(*SIZES, *CROWDS, "small"), help=argparse.SUPPRESS)
    parser.add_argument("--warm", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
