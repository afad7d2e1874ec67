"""Generalizability theory: where ratings vary, and what another design would buy (Brennan 2001).

Components of variance for four designs, from complete tables by analysis of variance or from
unbalanced ratings by REML (:mod:`psychometrics.reliability.reml`), and the D study on top of them:

* ``p x r``: every interviewer rates every candidate;
* ``p x q x r``: every interviewer rates every candidate on every question;
* ``p x (r:t)``: interviewers nested in tasks (stages), all candidates pass all;
* ``r:p``: different interviewers for every candidate.

``relative = p / (p + delta)`` compares candidates who met the same conditions, ``absolute = p / (p + Delta)``
also counts severity and difficulty as error. In ``r:p`` the two are one: whoever met whom is error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import choice, count, finite, generator, numbers, open_unit
from psychometrics.errors import BadInput, NotEnoughData, NoVariation

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

# Per design, in the order of the table's axes: each component and the facets it is averaged over.
DESIGNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "p x r": {"p": (), "r": ("r",), "pr": ("r",)},
    "p x q x r": {
        "p": (),
        "q": ("q",),
        "r": ("r",),
        "pq": ("q",),
        "pr": ("r",),
        "qr": ("q", "r"),
        "pqr": ("q", "r"),
    },
    "p x (r:t)": {"p": (), "t": ("t",), "r:t": ("t", "r"), "pt": ("t",), "pr:t": ("t", "r")},
    "r:p": {"p": (), "r:p": ("r",)},
}
AXES = {"p x r": "pr", "p x q x r": "pqr", "p x (r:t)": "ptr", "r:p": "pr"}

_DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Components:
    """Components of variance by name, the last one holding error too; negative estimates set to 0.

    ``untruncated`` keeps them as estimated; ``mean_squares`` and ``degrees`` are empty for REML.
    ``draws`` (4,000 x components) say how uncertain they are, for the intervals of a D study.
    ``sizes`` are the levels of each facet in the data.
    """

    design: str
    values: Mapping[str, float]
    untruncated: Mapping[str, float]
    mean_squares: Mapping[str, float]
    degrees: Mapping[str, int]
    sizes: Mapping[str, int]
    method: str
    draws: Floats


@dataclass(frozen=True, slots=True)
class DesignPoint:
    """One planned design: conditions per facet, coefficients with limits, and error variances.

    ``relative`` (E rho squared) and ``absolute`` (Phi) are None with their limits where there is neither
    candidate nor error variance.
    """

    conditions: Mapping[str, int]
    relative: float | None
    relative_lower: float | None
    relative_upper: float | None
    absolute: float | None
    absolute_lower: float | None
    absolute_upper: float | None
    relative_error: float
    absolute_error: float


def anova_components(table: ArrayLike, design: str, *, seed: int = 0) -> Components:
    """Components from a complete table by expected mean squares.

    Args:
        table: ratings with an axis per facet, candidates first: (p, r), (p, q, r), (p, t, r) with r
            interviewers within each task, or (p, r) with r different interviewers per candidate.
        design: a key of :data:`DESIGNS`.
        seed: of the draws behind the intervals (generalized pivotal quantities: each mean square times
            its degrees of freedom over a chi-square draw).

    Raises:
        BadInput: unknown design, wrong number of axes, or empty cells (use REML).
        NotEnoughData: a facet with one level only.
        NoVariation: all ratings are equal.
    """
    choice(design, tuple(DESIGNS), "design")
    x, axes = numbers(table, "table"), AXES[design]
    if x.ndim != len(axes):
        raise BadInput(f"a {design} table has {len(axes)} axes, got shape {x.shape}")
    if np.isnan(x).any():
        raise BadInput(f"{int(np.isnan(x).sum())} cells are empty; use reml_components for such ratings")
    x = finite(x, "table")
    if min(x.shape) < 2:
        raise NotEnoughData(f"every facet needs at least 2 levels, got shape {x.shape}")
    if np.ptp(x) == 0:
        raise NoVariation("all ratings are equal: there is no variance to take apart")
    sizes = dict(zip(axes, x.shape, strict=True))
    squares, degrees = _sums_of_squares(x, design)
    names = list(DESIGNS[design])
    mean_squares = np.array([squares[name] / degrees[name] for name in names])
    solve = np.linalg.inv(_expected_mean_squares(design, sizes))
    raw = solve @ mean_squares
    rng = generator(seed)
    df = np.array([degrees[name] for name in names])
    pivots = mean_squares * df / rng.chisquare(df, size=(_DRAWS, len(df)))
    return Components(
        design=design,
        values={name: max(float(v), 0.0) for name, v in zip(names, raw, strict=True)},
        untruncated={name: float(v) for name, v in zip(names, raw, strict=True)},
        mean_squares=dict(zip(names, mean_squares.tolist(), strict=True)),
        degrees=degrees,
        sizes=sizes,
        method="anova",
        draws=np.maximum(pivots @ solve.T, 0.0),
    )


def coefficients(
    components: Components, conditions: Mapping[str, int], *, level: float = 0.90
) -> DesignPoint:
    """Generalizability (relative) and dependability (absolute) of one planned design.

    Args:
        conditions: conditions per facet of the planned design, such as ``{"q": 3, "r": 2}``; in
            ``p x (r:t)`` ``r`` counts interviewers per task. All at least 1.
        level: coverage of the limits.

    Raises:
        BadInput: facets other than those of the design, a number under 1, or level out of range.
    """
    structure = DESIGNS[components.design]
    wanted = {facet for facets in structure.values() for facet in facets}
    if not isinstance(conditions, Mapping) or set(conditions) != wanted:
        raise BadInput(f"conditions must give a number of at least 1 for each of {sorted(wanted)}")
    conditions = {facet: count(n, f"conditions of {facet}", least=1) for facet, n in conditions.items()}
    tail = (1 - open_unit(level, "level")) / 2
    names = list(structure)
    share = np.array([1 / np.prod([conditions[f] for f in structure[n]], dtype=float) for n in names])
    # Whatever involves candidates moves their order; the rest moves all of them alike.
    relative = share * [n != "p" and "p" in n for n in names]
    absolute = share * [n != "p" for n in names]
    values = np.array([components.values[n] for n in names])
    found: list[tuple[float | None, float | None, float | None]] = []
    for error in (relative, absolute):
        total = values[0] + error @ values
        drawn = components.draws[:, 0] + components.draws @ error
        if total <= 0:
            found.append((None, None, None))
            continue
        ratio = np.divide(components.draws[:, 0], drawn, out=np.zeros(len(drawn)), where=drawn > 0)
        lower, upper = np.quantile(ratio, [tail, 1 - tail])
        found.append((float(values[0] / total), float(lower), float(upper)))
    return DesignPoint(
        dict(conditions), *found[0], *found[1], float(relative @ values), float(absolute @ values)
    )


def d_study(
    components: Components, grid: Mapping[str, list[int]], *, level: float = 0.90
) -> tuple[DesignPoint, ...]:
    """All combinations of planned conditions, the last facet of ``grid`` varying fastest.

    Raises:
        BadInput: as :func:`coefficients`.
    """
    import itertools

    if not isinstance(grid, Mapping) or not all(np.iterable(one) and len(one) for one in grid.values()):
        raise BadInput(
            "grid must give a list of numbers for every facet of the design, such as {'r': [1, 2, 4]}"
        )
    return tuple(
        coefficients(components, dict(zip(grid, numbers, strict=True)), level=level)
        for numbers in itertools.product(*grid.values())
    )


def _sums_of_squares(x: Floats, design: str) -> tuple[dict[str, float], dict[str, int]]:
    """Sums of squares and degrees of freedom by component, through means over the other axes."""
    axes = AXES[design]

    def marginal(letters: str) -> tuple[float, int]:
        """Sum of squared marginal means, each over what it averages, and their number."""
        drop = tuple(i for i, axis in enumerate(axes) if axis not in letters)
        means = x.mean(axis=drop) if drop else x
        return float((np.asarray(means) ** 2).sum() * (x.size / max(np.size(means), 1))), np.size(means)

    # Component = its own marginal minus those it contains (Brennan 2001, 3.2.2), signs by inclusion.
    recipes = {
        "p x r": {"p": "+p -", "r": "+r -", "pr": "+pr -p -r +"},
        "r:p": {"p": "+p -", "r:p": "+pr -p"},
        "p x (r:t)": {
            "p": "+p -",
            "t": "+t -",
            "r:t": "+tr -t",
            "pt": "+pt -p -t +",
            "pr:t": "+ptr -pt -tr +t",
        },
        "p x q x r": {
            "p": "+p -",
            "q": "+q -",
            "r": "+r -",
            "pq": "+pq -p -q +",
            "pr": "+pr -p -r +",
            "qr": "+qr -q -r +",
            "pqr": "+pqr -pq -pr -qr +p +q +r -",
        },
    }[design]
    squares, degrees = {}, {}
    # Centred first: sums of squared means lose digits otherwise.
    x = x - x.mean()
    for name, recipe in recipes.items():
        parts = [(1 if term[0] == "+" else -1, marginal(term[1:])) for term in recipe.split()]
        square = sum(sign * value for sign, (value, _) in parts)
        # A difference of sums this small against them is rounding: there is no such variance.
        squares[name] = square if square > 1e-12 * float((x**2).sum()) else 0.0
        degrees[name] = sum(sign * number for sign, (_, number) in parts)
    return squares, degrees


def _expected_mean_squares(design: str, sizes: Mapping[str, int]) -> Floats:
    """E(mean square of row) = sum of coefficients x components: a component enters where it contains the row."""
    names = list(DESIGNS[design])
    letters = {name: set(name.replace(":", "")) for name in names}
    if design == "p x (r:t)":
        letters |= {"r:t": {"r", "t"}, "pr:t": {"p", "r", "t"}}
    facets = set(AXES[design])
    table = np.zeros((len(names), len(names)))
    for i, row in enumerate(names):
        for j, column in enumerate(names):
            if letters[row] <= letters[column]:
                table[i, j] = np.prod([sizes[f] for f in facets - letters[column]], dtype=float)
    return table
