"""The calibration beside statsmodels, lme4, glmmTMB and clmm: same panels, same run, same scoring.

    python -m benchmarks.peers                           size S with halo
    python -m benchmarks.peers --halo 0                  the same without halo in the truth
    python -m benchmarks.peers --link cl                 ratings drawn as clmm assumes
    python -m benchmarks.peers --steps -2.2 -1 1.8       half of the scores in one category
    python -m benchmarks.peers --seeds 20 --programs psychometrics,lme4
    python -m benchmarks.peers --small 50 --programs psychometrics,lme4     180-rating panels
    python -m benchmarks.peers --sizes M --seconds 600

Nothing here is a dependency; what is missing is said and skipped. To have them, on Debian or Ubuntu and for
statsmodels in an environment of its own:

    apt-get install r-base-core r-cran-lme4 r-cran-ordinal r-cran-glmmtmb
    python3 -m venv peers && peers/bin/pip install statsmodels pandas
    python -m benchmarks.peers --python peers/bin/python

Every fit runs in a process of its own, one thread. CPU seconds are of the fit, without loading of libraries and
reading of files, the shorter of two where the first took under five seconds; "errors" are the CPU seconds of
standard errors where a program computes them apart. MB is the peak of the process, libraries included.
Effects are centred and scaled by one factor for all panels, the median of those that bring each panel's nearest
to the truth, every program's alike;
"cover" is the share of nominal 90 % intervals of a candidate's (an interviewer's) contrast with the mean that
contain the truth, "ends" the same in the tenths of candidates estimated lowest and highest, "width" the mean
half-width in logits. "halo" is its standard deviation over that of candidates, "zero" the share of panels in which
a program put a component of variance at nothing, "said" the share in which it said anything.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from statistics import fmean

import numpy as np

from benchmarks.generator import ADJACENT_STEPS, FIRST_SEED, SIZES, Panel, simulate
from benchmarks.peers.comparison import Peer, peers, spreadsheet
from benchmarks.peers.programs import PEERS, Program
from benchmarks.peers.scores import score
from benchmarks.small_panels import simulate_small

HEADS = (
    "fit s", "errors", "MB", "corr", "rmse", "cover", "ends", "width", "sev.rmse", "cover", "halo", "zero", "said",
)  # fmt: skip


def main() -> None:
    """Fit every panel with every program; print a table a size, or JSON."""
    options = _arguments()
    programs = chosen(options.programs.split(","), options.link)
    versions: set[str] = set()
    for name, panels in _series(options):
        results: dict[str, list[Peer]] = {}
        for panel in panels:
            results.setdefault("plain means", []).append(spreadsheet(panel))
            for peer in peers(
                panel,
                programs=programs,
                python=options.python,
                seconds=options.seconds,
                gigabytes=options.gigabytes,
                large=options.large,
            ):
                results.setdefault(peer.name, []).append(peer)
                print(f"{name}: {peer.name} {peer.skipped or 'done'}", file=sys.stderr, flush=True)
        versions |= {peer.version for found in results.values() for peer in found if peer.version}
        if options.format == "json":
            found = {title: [asdict(peer) for peer in every] for title, every in results.items()}
            print(json.dumps({"panel": name, "results": found}, default=lambda array: array.tolist()))
        else:
            print(table(name, results), flush=True)
    if options.format == "table":
        print("; ".join(sorted(versions)))


def chosen(wanted: list[str], link: str) -> list[Program]:
    """Ours and the peers whose name begins with one of the words; cumulative logits of ours beside ``cl``."""
    mine = [
        f"psychometrics {engine}{drawn}"
        for drawn in ("", ", cl")
        if link == "cl" or not drawn
        for engine in ("NumPy", "compiled")
    ]
    every = [Program(name, halo, sys.maxsize) for name in mine for halo in (False, True)] + list(PEERS)
    return [program for program in every if any(program.name.startswith(word) for word in wanted)]


def table(name: str, results: dict[str, list[Peer]]) -> str:
    """One line a program, averaged over the panels it finished."""
    lines = [name, f"  {'':<33}" + "".join(f"{head:>9}" for head in HEADS)]
    for title, found in results.items():
        done = [peer for peer in found if peer.candidates is not None]
        if not done:
            lines.append(f"  {title:<33} {found[0].skipped}")
            continue
        line = "".join(
            f"{'-':>9}" if value is None else f"{value:>9{shape}}" for value, shape in averages(done)
        )
        lines.append(
            f"  {title:<33}{line}" + (f"  {len(done)} of {len(found)}" if len(done) < len(found) else "")
        )
    return "\n".join(lines)


def averages(done: list[Peer]) -> Iterator[tuple[float | None, str]]:
    """Means over panels in the order of HEADS, each with its format; None where a program has no number."""

    def mean(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return fmean(known) if len(known) == len(values) else None

    yield mean([peer.cpu for peer in done]), ".2f"
    yield mean([peer.errors for peer in done]), ".2f"
    yield mean([peer.memory for peer in done]), ".0f"
    people = score([peer.candidates for peer in done if peer.candidates])
    staff = score([peer.interviewers for peer in done if peer.interviewers])
    yield people.correlation, ".4f"
    yield people.rmse, ".4f"
    yield people.coverage, ".3f"
    yield people.ends, ".3f"
    yield people.half_width, ".3f"
    yield staff.rmse, ".4f"
    yield staff.coverage, ".3f"
    yield mean([peer.halo_share for peer in done]), ".3f"
    yield mean([float(bool(peer.zero)) for peer in done]), ".2f"
    yield mean([float(bool(peer.said)) for peer in done]), ".2f"


def _series(options: argparse.Namespace) -> Iterator[tuple[str, list[Panel] | Iterator[Panel]]]:
    """Names and panels; a panel is made when its turn comes."""
    if options.small:
        start = options.first or 0
        seeds = range(start, start + options.small)
        yield f"180 ratings, halo 0.5, {options.small} panels", map(simulate_small, seeds)
        return
    first = options.first or (FIRST_SEED if options.seeds == 1 else 1000)
    for size in options.sizes.split(","):
        panels = (
            simulate(size, link=options.link, halo=options.halo, seed=seed, steps=np.array(options.steps))
            for seed in range(first, first + options.seeds)
        )
        drawn = (
            options.link if options.link == "cl" else "steps " + ", ".join(map("{:g}".format, options.steps))
        )
        yield f"{size}, {drawn}, halo {options.halo:g}, {options.seeds} panel(s)", panels


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", default="S", help=f"of {', '.join(SIZES)} (default S)")
    parser.add_argument("--halo", type=float, default=0.5, help="true halo sd, 0 for none")
    parser.add_argument("--link", choices=("acl", "cl"), default="acl", help="how ratings are drawn")
    parser.add_argument(
        "--steps", type=float, nargs=3, default=ADJACENT_STEPS.tolist(), help="of the rating scale, logits"
    )
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, help="seed of the first panel, to go on where another run ended")
    parser.add_argument("--small", type=int, default=0, metavar="SEEDS", help="180-rating panels instead")
    parser.add_argument(
        "--programs",
        default="psychometrics,statsmodels,lme4,glmmTMB,ordinal",
        help="names or their beginnings",
    )
    parser.add_argument("--python", default=sys.executable, help="an interpreter with statsmodels and pandas")
    parser.add_argument("--seconds", type=float, default=600, help="wall time after which a fit is ended")
    parser.add_argument("--gigabytes", type=float, default=16, help="address space of a fit")
    parser.add_argument("--large", action="store_true", help="start programs on panels of any size")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
