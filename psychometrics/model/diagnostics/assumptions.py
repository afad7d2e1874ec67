"""What in the ratings speaks against the calibration's assumptions, in sentences.

Each check has a false-alarm rate of its own, stated in docs/methods/robustness.md with its power. A check that
has too little to go on says nothing; silence is no proof.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.qualifications import NOT_AT_RANDOM, assignment_warnings
from psychometrics.model.diagnostics.drift import question_drift
from psychometrics.model.diagnostics.held_out_steps import own_steps_predict
from psychometrics.model.diagnostics.interviewers import Diagnostics, diagnose
from psychometrics.model.diagnostics.judgement import InterviewerTest
from psychometrics.model.diagnostics.runs import Run, fitted_ratings
from psychometrics.model.diagnostics.step_differences import step_differences
from psychometrics.model.fitted import Codes, FittedRatings
from psychometrics.model.levels import keys
from psychometrics.model.levels.results import LevelCalibration

Floats = npt.NDArray[np.float64]

MIN_CANDIDATES = 50  # for the shape of their distribution, and for what goes with it
_RATE = 1e-4  # of false alarms, for tests of the whole panel
_LEAKS = 0.01  # false discovery rate of questions, here that of any false alarm
# Nominal, of skewness and of tails each; measures drawn towards their mean look more normal than they are.
_SHAPE = 0.005
_TELLING_SKEW, _TELLING_TAILS = 0.3, 0.5  # smaller ones are found in large panels, and do nothing
_TELLING_SPREAD = 1.25  # of z, whose variance is 1 where interviewers do not differ
# Of the effects' standard deviation in what matters of one: of interviewers who differ less, hardly one would matter.
_TELLING_EFFECTS = 1 / 3
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


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """Candidates as the run has them, ``(candidates,)`` each."""

    measure: Floats
    """NaN where it is not known."""
    alike: Codes
    """Candidates are compared within equal codes only."""
    grouped: bool
    """Whether groups with means of their own were given."""


def check_assumptions(
    run: Run,
    *,
    when: npt.ArrayLike | None = None,
    diagnostics: Diagnostics | None = None,
    questions: npt.NDArray[Any] | None = None,
) -> tuple[Finding, ...]:
    """Everything the ratings say against the model they were fitted with; empty if nothing.

    ``run`` is a fit of one trait or of several competencies. Of the latter a candidate's proficiency is the mean over
    the competencies rated, for its shape and for who met whom less the means of the pools; whether candidates with
    more interviews are better is asked within openings, whose loops have different lengths.
    ``when`` ``(n,)`` is the time of each rating in the order given to the fit; without it leaked questions
    and drift are not looked for. ``diagnostics`` are those of the same run, if they are at hand. ``questions`` are
    names to speak of the run's questions (criteria) by, in its order; its own labels if left out.

    Raises BadInput for ``when`` of another length or not finite.
    """
    fit = fitted_ratings(run)
    given = [Finding("assignment", said) for said in _assignment(run, fit)]
    found = [*_shape(fit), _stages(fit, _people(run, fit))]
    found.append(_interviewers(diagnostics or diagnose(run, when=when)))
    if when is not None:
        found.append(_questions(run, fit.questions if questions is None else questions, when))
    found.append(_question_steps(fit))
    return (*given, *(finding for finding in found if finding is not None))


def _assignment(run: Run, fit: FittedRatings) -> list[str]:
    """Who met whom; a fit of one trait has looked already."""
    if not isinstance(run, LevelCalibration):
        return [said for said in run.warnings if NOT_AT_RANDOM in said]
    if run.links.subsets > 1 or len(fit.interviewers) < 2:
        return []
    met = fit.unit_candidate * len(fit.interviewers) + fit.unit_interviewer
    severity = run.severities.severity
    return assignment_warnings(fit.candidate, fit.interviewer, met, fit.standing, severity)


def _people(run: Run, fit: FittedRatings) -> _People:
    if isinstance(run, LevelCalibration):
        table, coded = run.table, run.origin.data
        who = np.searchsorted(coded.candidates, table.candidate)
        # Competencies differ in how hard they are to show; a candidate is not better for those they were asked about.
        apart = _within(table.logit, keys.joint(table.opening, table.competency))
        measure = by_group(who, apart, len(coded.candidates)) / np.bincount(who)
        return _People(measure, keys.joint(run.links.candidate_subset, coded.opening), grouped=False)
    people = run.candidates
    grouped = run.posterior.best.structure.ratings.groups is not None
    return _People(people.measure, people.subset, grouped)


def _shape(fit: FittedRatings) -> list[Finding]:
    """Skewness and kurtosis of candidates' measures, each for itself (the two parts of Jarque & Bera 1980)."""
    measure = fit.standing
    people, spread = len(measure), float(measure.std())
    if people < MIN_CANDIDATES or spread == 0.0:
        return []
    standard = (measure - measure.mean()) / spread
    skew, tails = float((standard**3).mean()), float((standard**4).mean()) - 3.0
    # Skewness brings a long tail along: 1.5 skewness^2 of a gamma distribution's kurtosis. What is more is heavy.
    heavy = tails - 1.5 * skew**2 >= _TELLING_TAILS
    # Of heavy tails the skewness scatters more than a normal distribution's, by chance.
    scatter = float((standard**6).mean()) - 6.0 * (tails + 3.0) + 9.0 if heavy else 6.0
    found = []
    if abs(skew) >= _TELLING_SKEW and chdtrc(1, people * skew**2 / scatter) <= _SHAPE:
        end, other = ("upper", "lower") if skew > 0 else ("lower", "upper")
        found.append(
            f"Proficiency is not normally distributed but skewed (skewness {skew:.2f}): the {end} end is longer than "
            f"the {other}. Order and "
            f"average coverage hardly suffer, but measures at the {end} end are drawn in too much: look at the "
            "measures from candidates' own ratings there."
        )
    if (heavy or tails <= -_TELLING_TAILS) and chdtrc(1, people * tails**2 / 24.0) <= _SHAPE:
        found.append(
            f"Proficiency is not normally distributed but has heavier tails (excess kurtosis {tails:.2f}): more "
            "candidates stand far from the mean, at either end, and are drawn in too much. Order hardly suffers: "
            "look at the measures from candidates' own ratings there."
            if tails > 0
            else f"Proficiency is not normally distributed but flatter (excess kurtosis {tails:.2f}), as where two "
            "kinds of candidates are among them. Order and average coverage hardly suffer. If candidates come from "
            "pools of different standing, give these as groups (group= in Python, --group on the command line)."
        )
    return [Finding("proficiency_shape", text) for text in found]


def _stages(fit: FittedRatings, people: _People) -> Finding | None:
    """Candidates with more interviews are better: somebody selected."""
    count = np.bincount(fit.unit_candidate, minlength=len(fit.candidates)).astype(float)
    known = np.isfinite(people.measure)
    alike = people.alike[known]
    count, measure = _within(count[known], alike), _within(people.measure[known], alike)
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
    if people.grouped:
        text += (
            " Groups that are stages reached do harm if these ratings decided them (intervals then cover 79 % "
            "instead of 90 %): leave such groups out."
        )
    return Finding("stages", text)


def _within(values: Floats, group: Codes) -> Floats:
    """Values less the mean of their group."""
    _, place, size = np.unique(group, return_inverse=True, return_counts=True)
    return np.asarray(values - (by_group(place, values, len(size)) / size)[place])


def _interviewers(found: Diagnostics) -> Finding | None:
    """Interviewers differ in kind, as a panel or one of them."""
    kinds = [name for name, p in found.panel().items() if p < _RATE and _telling(found.tests[name])]
    if not kinds:
        return None
    ways = " and in ".join(_KINDS[name] for name in kinds)
    someone = any(found.tests[name].flagged.any() for name in kinds)
    return Finding(
        "interviewers",
        f"Interviewers differ not only in severity but in {ways}. Measures lose little, but one interviewer's "
        "word then weighs more or less than the calibration believes"
        + (": see who is flagged." if someone else "; of nobody alone it is certain that it matters."),
    )


def _telling(test: InterviewerTest) -> bool:
    """Whether interviewers differ by more than only a large panel sees: in z, and in the unit of the effect."""
    known = np.isfinite(test.z)
    # Moments (DerSimonian & Laird 1986): what the effects scatter beyond their errors.
    between = float((test.effect[known] ** 2 - test.se[known] ** 2).mean())
    spread = float((test.z[known] ** 2).mean())
    return spread > _TELLING_SPREAD and between > (_TELLING_EFFECTS * test.minimum) ** 2


def _questions(run: Run, names: npt.NDArray[Any], when: npt.ArrayLike) -> Finding | None:
    """Questions that moved."""
    test = question_drift(run, when, rate=_LEAKS)
    moved = np.flatnonzero(test.flagged)
    if not len(moved):
        return None
    worst = moved[np.argsort(-np.abs(test.z[moved]))][:3]
    named = ", ".join(f"{names[k]} ({test.effect[k]:+.1f} logits)" for k in worst)
    return Finding(
        "questions",
        f"The difficulty of questions moved over time, later against earlier: {named}. A question that became "
        "easier may be known; retire it, or count it as another question from that day on.",
    )


def _question_steps(fit: FittedRatings) -> Finding | None:
    """Questions use the scale differently, and ratings held out are predicted better where they may."""
    if fit.rating_steps.ndim > 1 or step_differences(fit) >= _RATE or not own_steps_predict(fit):
        return None
    return Finding(
        "question_steps",
        "Questions differ in the steps between their scores, not only in difficulty: steps of their own predict "
        'ratings that were held out better. Measures hardly suffer. Calibrate with steps="question".',
    )
