"""Agreement and components of variance: how long on large panels, and how often limits cover.

    python -m benchmarks.components            # CPU seconds and peak memory by size and design
    python -m benchmarks.components --coverage 400    # coverage of 90 % limits over so many panels per row

Scores are drawn from the model (normal effects); the designs are those of the shared generator of panels, and
small tables with two thirds of the cells empty. One thread; a child process per row, so that peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.generator import simulate
from psychometrics.agreement.krippendorff import krippendorff_alpha
from psychometrics.reliability.generalizability import (
    AXES,
    DESIGNS,
    Components,
    anova_components,
    coefficients,
)
from psychometrics.reliability.reml import reml_components

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.intp]

# Variances by effect, on the scale of a score whose error has variance 1.
TRUTH = {
    "p x r": {"p": 1.0, "r": 0.36, "pr": 1.0},
    "p x q x r": {"p": 1.0, "q": 0.5, "r": 0.36, "pq": 0.3, "pr": 0.25, "qr": 0.1, "pqr": 1.0},
    "p x (r:t)": {"p": 1.0, "t": 0.2, "r:t": 0.36, "pt": 0.4, "pr:t": 1.0},
    "r:p": {"p": 1.0, "r:p": 1.36},
}
PLANNED = {"p x r": {"r": 3}, "p x q x r": {"q": 3, "r": 2}, "p x (r:t)": {"t": 4, "r": 2}, "r:p": {"r": 3}}
LARGE = [
    ("S", "p x q x r"),
    ("S", "p x (r:t)"),
    ("M", "p x r"),
    ("L", "p x r"),
    ("L", "r:p"),
    ("M", "p x q x r"),
]
SMALL = [
    ("anova", "p x r", (10, 3)),
    ("anova", "p x r", (60, 4)),
    ("anova", "p x q x r", (10, 4, 3)),
    ("anova", "p x q x r", (40, 6, 4)),
    ("anova", "p x (r:t)", (10, 3, 3)),
    ("anova", "p x (r:t)", (40, 4, 3)),
    ("anova", "r:p", (15, 3)),
    ("reml", "p x r", (15, 4)),
    ("reml", "p x r", (30, 8)),
    ("reml", "p x q x r", (20, 6, 5)),
    ("reml", "p x q x r", (60, 10, 10)),
    ("reml", "p x (r:t)", (20, 4, 4)),
    ("reml", "p x (r:t)", (60, 5, 6)),
    ("reml", "r:p", (30, 4)),
]


def main() -> None:
    """Print the rows asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--coverage", type=int, metavar="PANELS", help="panels per row instead of speed")
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    options = parser.parse_args()
    if options.coverage:
        for method, design, shape in SMALL:
            name = f"{method} {design} {shape}"
            if options.rows in name:
                print(f"{name:32s}", *cover(method, design, shape, options.coverage), flush=True)
        return
    tasks: list[tuple[Any, ...]] = [(alpha_of, "L", metric) for metric in ("nominal", "ordinal", "ratio")]
    for work, size, what in [*tasks, *((components_of, size, design) for size, design in LARGE)]:
        if options.rows in f"{size} {what}":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(f"{size} {what:12s}", pool.apply(work, (size, what)), flush=True)


def alpha_of(size: str, metric: Any) -> str:
    """Krippendorff's alpha with 1,000 bootstrap samples; a unit is a candidate, so that every rating enters."""
    panel = simulate(size, halo=0.5)
    unit = panel.candidate
    score = panel.score + 1.0
    started = time.process_time()
    found = krippendorff_alpha(unit, score, metric=metric)
    return f"alpha {found.alpha:.3f} of {found.units:,} units, {len(score):,} ratings: {_cost(started)}"


def components_of(size: str, design: str) -> str:
    """Components by REML of scores drawn on the ratings of a panel; ``p x r`` takes means of cells."""
    panel = simulate(size, halo=0.5)
    codes = {"p": panel.candidate.astype(np.int64), "q": panel.question.astype(np.int64)}
    codes |= {"r": panel.interviewer.astype(np.int64), "t": panel.question.astype(np.int64)}
    if design == "p x r":
        first = np.unique(codes["p"] * 10_000 + codes["r"], return_index=True)[1]
        codes = {name: code[first] for name, code in codes.items()}
    rng = np.random.default_rng(1)
    score = sum(_effect(name, design, codes, rng) for name in TRUTH[design])
    started = time.process_time()
    found = reml_components(codes, score, design)
    values = ", ".join(f"{name} {value:.2f}" for name, value in found.values.items())
    return f"{len(codes['p']):,} ratings: {_cost(started)}; {values}"


def cover(method: str, design: str, shape: tuple[int, ...], panels: int) -> tuple[str, ...]:
    """Share of panels whose 90 % limits hold the planned design's relative and absolute coefficient."""
    conditions, hits, refused = PLANNED[design], [], 0
    relative, absolute = _population(design)
    for seed in range(panels):
        rng = np.random.default_rng(seed)
        codes = dict(zip(AXES[design], (code.ravel() for code in np.indices(shape)), strict=True))
        score = sum(_effect(name, design, codes, rng) for name in TRUTH[design])
        try:
            found = _estimated(method, design, shape, codes, np.asarray(score), rng)
        except ValueError:
            refused += 1
            continue
        point = coefficients(found, conditions)
        if point.relative_lower is None or point.relative_upper is None:
            refused += 1
        elif point.absolute_lower is not None and point.absolute_upper is not None:
            hits.append(
                (
                    point.relative_lower <= relative <= point.relative_upper,
                    point.absolute_lower <= absolute <= point.absolute_upper,
                )
            )
    shares = np.mean(hits, axis=0)
    return (f"relative {shares[0]:.3f}", f"absolute {shares[1]:.3f}", f"refused {refused}")


def _estimated(
    method: str,
    design: str,
    shape: tuple[int, ...],
    codes: dict[str, Codes],
    score: Floats,
    rng: np.random.Generator,
) -> Components:
    if method == "anova":
        return anova_components(score.reshape(shape), design)
    kept = rng.random(len(score)) < (0.5 if len(shape) == 2 else 0.3)
    return reml_components({name: code[kept] for name, code in codes.items()}, score[kept], design)


def _population(design: str) -> tuple[float, float]:
    """Relative and absolute coefficient of the planned design, from the truth."""
    share = {
        name: value / np.prod([PLANNED[design][facet] for facet in DESIGNS[design][name]], dtype=float)
        for name, value in TRUTH[design].items()
        if name != "p"
    }
    delta = sum(value for name, value in share.items() if "p" in name)
    return 1 / (1 + delta), 1 / (1 + sum(share.values()))


def _effect(name: str, design: str, codes: dict[str, Codes], rng: np.random.Generator) -> Floats:
    """One effect drawn per level and spread over the ratings; the last one of a design is error."""
    if name == list(TRUTH[design])[-1]:
        return rng.normal(0, TRUTH[design][name] ** 0.5, len(codes["p"]))
    facets = set(name.replace(":", "")) | ({"t"} if design == "p x (r:t)" and "r" in name else set())
    place = np.zeros(len(codes["p"]), dtype=np.int64)
    for facet in sorted(facets):
        place = place * (int(codes[facet].max()) + 1) + codes[facet]
    _, level = np.unique(place, return_inverse=True)
    return rng.normal(0, TRUTH[design][name] ** 0.5, int(level.max()) + 1)[level]


def _cost(started: float) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{time.process_time() - started:.1f} s CPU, {peak:.0f} MB"


if __name__ == "__main__":
    main()
