"""What in the ratings speaks against the calibration's assumptions, in sentences.

Each check has a false-alarm rate of its own, stated in docs/methods/robustness.md with its power. A check that
has too little to go on says nothing; silence is no proof.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.qualifications import NOT_AT_RANDOM
from psychometrics.model.diagnostics.drift import question_drift
from psychometrics.model.diagnostics.interviewers import Diagnostics, diagnose
from psychometrics.model.diagnostics.step_differences import step_differences

Floats = npt.NDArray[np.float64]

MIN_CANDIDATES = 50  # for the shape of their distribution, and for what goes with it
_RATE = 1e-4  # of false alarms, for tests of the whole panel
_LEAKS = 0.01  # false discovery rate of questions, here that of any false alarm
_SHAPE = 0.01  # nominal; measures drawn towards their mean look more normal than they are
_TELLING_SKEW, _TELLING_TAILS = 0.3, 0.5  # smaller ones are found in large panels, and do nothing
_TELLING_SPREAD = 1.25  # of z, whose variance is 1 where interviewers do not differ
_TELLING = 0.2  # correlation
_CERTAIN = 4.0  # standard errors of it

_KINDS = {
    "noise": "how much their ratings scatter",
    "drift": "how their standard moved over time",
    "central_tendency": "how much of the scale they use",
    "discrimination": "how strongly they tell candidates apart",
    "halo": "how much one impression decides all their ratings of a candidate",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One assumption that does not hold."""

    name: str
    """assignment, proficiency_shape, stages, interviewers, questions or question_steps."""
    text: str
    """What was found, what it does to the numbers, what to do."""


def check_assumptions(
    calibration: Calibration, *, when: npt.ArrayLike | None = None, diagnostics: Diagnostics | None = None
) -> tuple[Finding, ...]:
    """Everything the ratings say against the model they were calibrated with; empty if nothing.

    ``when`` ``(n,)`` is the time of each rating in the order given to ``calibrate``; without it leaked questions
    and drift are not looked for. ``diagnostics`` are those of the same calibration, if they are at hand.

    Raises BadInput for ``when`` of another length or not finite.
    """
    given = [Finding("assignment", said) for said in calibration.warnings if NOT_AT_RANDOM in said]
    found = [_shape(calibration), _stages(calibration)]
    found.append(_interviewers(diagnostics or diagnose(calibration, when=when)))
    if when is not None:
        found.append(_questions(calibration, when))
    found.append(_question_steps(calibration))
    return (*given, *(finding for finding in found if finding is not None))


def _shape(calibration: Calibration) -> Finding | None:
    """Skewness and kurtosis of candidates' measures (Jarque & Bera 1980)."""
    fit = calibration.posterior.best
    measure = fit.values.deviation(fit.structure)
    people, spread = len(measure), float(measure.std())
    if people < MIN_CANDIDATES or spread == 0.0:
        return None
    standard = (measure - measure.mean()) / spread
    skew, tails = float((standard**3).mean()), float((standard**4).mean()) - 3.0
    if abs(skew) < _TELLING_SKEW and abs(tails) < _TELLING_TAILS:
        return None
    if chdtrc(2, people * (skew**2 / 6.0 + tails**2 / 24.0)) > _SHAPE:
        return None
    return Finding(
        "proficiency_shape",
        f"Proficiency is not normally distributed (skewness {skew:.2f}, excess kurtosis {tails:.2f}). Order and "
        "average coverage hardly suffer, but measures at the long end are drawn in too much. Look at the "
        "measures from candidates' own ratings there; if the candidates come from pools of different "
        "standing, give these as groups.",
    )


def _stages(calibration: Calibration) -> Finding | None:
    """Candidates with more interviews are better: somebody selected."""
    people = calibration.candidates
    r = calibration.posterior.best.structure.ratings
    count = np.bincount(r.unit_candidate, minlength=len(r.candidates)).astype(float)
    known = np.isfinite(people.measure)
    subset = people.subset[known] - people.subset.min()
    count, measure = _within(count[known], subset), _within(people.measure[known], subset)
    if len(count) < MIN_CANDIDATES or count.std() < 1e-9 or measure.std() == 0.0:
        return None
    together = float(np.corrcoef(count, measure)[0, 1])
    if abs(together) < max(_TELLING, _CERTAIN / np.sqrt(len(count))):
        return None
    better = "more" if together > 0 else "less"
    text = (
        f"Candidates with more interviews were found {better} proficient (correlation {together:.2f}): some were "
        "let through or left. If that followed from ratings that are among these, nothing has to be done; if "
        "from ratings that are missing, the mean of those who left is too near to the others'."
    )
    if r.groups is not None:
        text += (
            " Groups that are stages reached do harm if these ratings decided them (intervals then cover 79 % "
            "instead of 90 %): leave such groups out."
        )
    return Finding("stages", text)


def _within(values: Floats, subset: npt.NDArray[np.intp]) -> Floats:
    """Values less the mean of their subset."""
    size = np.maximum(np.bincount(subset), 1)
    return np.asarray(values - (by_group(subset, values, len(size)) / size)[subset])


def _interviewers(found: Diagnostics) -> Finding | None:
    """Interviewers differ in kind, as a panel or one of them."""
    spread = {
        name: float(np.nanmean(test.z**2)) for name, test in found.tests.items() if np.isfinite(test.z).any()
    }
    kinds = [name for name, p in found.panel().items() if p < _RATE and spread[name] > _TELLING_SPREAD]
    if not kinds:
        return None
    ways = " and in ".join(_KINDS[name] for name in kinds)
    return Finding(
        "interviewers",
        f"Interviewers differ not only in severity but in {ways}. Measures lose little, but one interviewer's "
        "word then weighs more or less than the calibration believes: see who is flagged.",
    )


def _questions(calibration: Calibration, when: npt.ArrayLike) -> Finding | None:
    """Questions that moved."""
    test = question_drift(calibration, when, rate=_LEAKS)
    moved = np.flatnonzero(test.flagged)
    if not len(moved):
        return None
    worst = moved[np.argsort(-np.abs(test.z[moved]))][:3]
    named = ", ".join(f"{calibration.questions.label[k]} ({test.effect[k]:+.1f} logits)" for k in worst)
    return Finding(
        "questions",
        f"The difficulty of questions moved over time, later against earlier: {named}. A question that became "
        "easier may be known; retire it, or count it as another question from that day on.",
    )


def _question_steps(calibration: Calibration) -> Finding | None:
    """Questions use the scale differently."""
    if calibration.question_thresholds is not None or step_differences(calibration) >= _RATE:
        return None
    return Finding(
        "question_steps",
        "Questions differ in the steps between their scores, not only in difficulty: calibrate with "
        'steps="question".',
    )
