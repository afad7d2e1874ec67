"""Scores whose scale nobody declared: a mistyped one is left out and said, two scales are never joined.

A score counts as mistyped where it stands further above all others than these are wide, and more than three times
as far as any two neighbours among them: 44 beside 1 to 4, not 10 beside 1 to 6. Below, only a negative one does:
a low score alone is what a scale is for. Few can be mistyped; where many stand apart they are a code, or another scale.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput
from psychometrics.files._factorised import factorised
from psychometrics.files.score_file import Scores
from psychometrics.model.calibration.ratings import MAX_CATEGORIES

Floats = npt.NDArray[np.float64]

_APART = 3.0  # times the widest gap among the others
_FEW = 100  # one in so many may be mistyped
_NAMED = 3
_LEAST_OTHERS = 20  # ratings on the questions of the shorter scale
_LEAST_ABOVE = 3  # ratings of a question above them
_SHARE_ABOVE = 0.2


def plausible(scores: Scores) -> Scores:
    """The scores without those that can only be mistyped, each named in the notes.

    Raises BadInput where questions seem to be rated on different scales, or many scores stand apart: what is what
    has to be declared. Scores on declared scales are taken as they are.
    """
    undeclared = np.ones(len(scores), bool) if scores.scale is None else scores.scale < 0
    if not undeclared.any():
        return scores
    far = undeclared & _far(scores.score, undeclared)
    few = far.sum() <= max(1, int(undeclared.sum()) // _FEW)
    _refuse_two_scales(scores, undeclared & ~far if few else undeclared)
    if not far.any():
        return scores
    rest = scores.score[undeclared & ~far]
    low, high = float(rest.min()), float(rest.max())
    if not few:
        first = int(np.flatnonzero(far)[0])
        raise BadInput(
            f"{int(far.sum())} scores stand far from all others, which are {low:g} to {high:g}; the first is "
            f"{scores.score[first]:g} on {scores.cell(first)}. If they mean that nothing was rated, empty the cells; "
            f"if they are scores, declare the scale: --scale {_ends(scores.score[undeclared])}"
        )
    return replace(scores.where(~far), notes=(*scores.notes, _left_out(scores, far, low, high)))


def _far(score: Floats, among: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which scores stand far from the bulk of those that are looked at."""
    values, count = np.unique(score[among], return_counts=True)
    above, below = _top(values, count), -_top(-values[::-1], count[::-1])
    if np.isneginf(below) or below >= 0 or values[values > below].min() < 0:
        return np.asarray(score >= above)
    return np.asarray((score >= above) | (score <= below))


def _top(values: Floats, count: npt.NDArray[np.intp]) -> float:
    """From which value on the highest stand apart; infinity where none do. ``values`` ascend."""
    gaps = np.diff(values)
    total = int(count.sum())
    for cut in range(2, len(values)):
        apart = gaps[cut - 1] > _APART * gaps[: cut - 1].max() and gaps[cut - 1] > values[cut - 1] - values[0]
        if apart and 2 * int(count[cut:].sum()) < total:
            return float(values[cut])
    return float("inf")


def _left_out(scores: Scores, far: npt.NDArray[np.bool_], low: float, high: float) -> str:
    """The note that names the cells."""
    places = np.flatnonzero(far)
    named = "; ".join(f"{scores.score[k]:g} on {scores.cell(int(k))}" for k in places[:_NAMED])
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    one = len(places) == 1
    return (
        f"{len(places)} score{'' if one else 's'} far from all others, which are {low:g} to {high:g}, "
        f"{'was' if one else 'were'} left out as mistyped: {named}{more}. Correct the file; or declare the scale, "
        f"--scale {low:g}:{high:g} to have such scores refused, --scale {_ends(scores.score)} to have them counted."
    )


def _refuse_two_scales(scores: Scores, among: npt.NDArray[np.bool_]) -> None:
    """Raise BadInput where some questions use many points that no other question has."""
    labels, code = factorised(scores.question[among].tolist())
    score = scores.score[among]
    top = np.full(len(labels), -np.inf)
    np.maximum.at(top, code, score)
    lowest = float(score.min())
    fine = len(np.unique(score)) > MAX_CATEGORIES
    for end in np.unique(top)[:-1]:
        longer = top > end
        above = score > end
        own = np.bincount(code[above], minlength=len(labels))
        size = np.bincount(code, minlength=len(labels))
        enough = (own >= _LEAST_ABOVE) & (own >= _SHARE_ABOVE * size)
        points = np.array([len(np.unique(score[above & (code == k)])) for k in np.flatnonzero(longer)])
        reach = top[longer] - end > (end - lowest if fine else 0.0)
        others = score[~longer[code]]
        if (
            enough[longer].all()
            and (points >= 2).all()
            and reach.all()
            and len(others) >= _LEAST_OTHERS
            and len(np.unique(others)) >= 2
        ):
            named = [labels[k] for k in np.flatnonzero(longer)]
            _refuse(named, score[longer[code]], others, score)


def _refuse(longer: list[str], score: Floats, others: Floats, everything: Floats) -> None:
    shown = ", ".join(longer[:_NAMED]) + (f" and {len(longer) - _NAMED} more" if len(longer) > _NAMED else "")
    reach = f"{min(score.min(), others.min()):g}:{score.max():g}"
    options = " ".join(f"--scale {_quoted(f'{name}={reach}')}" for name in longer[:_NAMED])
    raise BadInput(
        f"{'the question' if len(longer) == 1 else 'the questions'} {shown} {'is' if len(longer) == 1 else 'are'} "
        f"rated from {score.min():g} to {score.max():g}, all others from {others.min():g} to {others.max():g}: two "
        f"scales are not joined. Declare them, --scale {_ends(others)} {options}"
        f"{' ...' if len(longer) > _NAMED else ''}, or that it is one, --scale {_ends(everything)}"
    )


def _quoted(text: str) -> str:
    """An argument as a shell takes it."""
    return (
        text
        if text.isascii() and text.replace("=", "").replace(":", "").replace(".", "").isalnum()
        else f'"{text}"'
    )


def _ends(score: Floats) -> str:
    return f"{score.min():g}:{score.max():g}"
