"""The fixed point: Newton steps on the parameters, Fellner-Schall steps on the variances."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.acceleration import Aitken, Damped
from psychometrics.model.calibration.algebra import Spread, System
from psychometrics.model.calibration.beside import Beside, joined, uncertain_sums
from psychometrics.model.calibration.border import Border
from psychometrics.model.calibration.engines import algebra_of
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.question_steps import QuestionSteps, advance
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.calibration.system import solve
from psychometrics.model.calibration.variance_steps import fellner_schall, names
from psychometrics.model.derivatives import Moments, empty_moments
from psychometrics.model.thresholds import Link, moments, starting_steps

Floats = npt.NDArray[np.float64]
Progress = Callable[[float, str], None]

MAX_ITERATIONS = 150
STEP_TOLERANCE = 1e-3  # logits
VARIANCE_TOLERANCE = 5e-4  # log units
QUICK_TOLERANCE = 0.05  # logits; of an update's last step: Newton's error is about its square
QUICK_VARIANCE_TOLERANCE = 2e-3  # log units; what is left to go is about three such moves
ROUGH_TOLERANCE, ROUGH_VARIANCE_TOLERANCE = 0.1, 0.15  # a start for what is fitted beside
BESIDE_TOLERANCE = 4e-3  # logits and log units, with slopes or pulls, whose own error is about .1
_LARGEST_STEP = 2.0  # logits; a longer Newton step is halved
_SETTLED = 0.5  # logits; variances move only once steps are shorter than this


@dataclass(frozen=True, slots=True)
class Fit:
    """A converged (or stopped) fit."""

    structure: Structure
    link: Link
    values: Parameters
    variances: Variances
    system: System
    post: Spread
    iterations: int
    converged: bool
    own_steps: QuestionSteps | None = None
    """Deviations of the questions' steps; None where all questions share them."""
    beside: Beside | None = None
    """Slopes and pulls of the interviewers; None where neither is fitted."""
    border: Border | None = None
    """How the rest follows them, and their covariance."""
    common: "Fit | None" = None
    """Where slopes are fitted: what the fit was with common ones, near enough to judge interviewers by."""

    def moments(self) -> Moments:
        """Derivatives of every rating's log-likelihood at the fit."""
        r = self.structure.ratings
        return moments(
            self.values.eta(self.structure),
            self.rating_steps,
            r.points,
            spread=self.post.eta,
            slope=self.rating_slopes,
            link=self.link,
        )

    @property
    def rating_slopes(self) -> Floats | None:
        """``(n,)`` slope of every rating's interviewer; None where all have slope 1."""
        return _slopes(self.beside, self.structure)

    @property
    def steps(self) -> Floats:
        """``(L,)`` steps tau common to all questions, logits."""
        return -self.values.easiness

    @property
    def rating_steps(self) -> Floats:
        """The steps each rating was made on: ``(L,)`` if common, else ``(L, n)``."""
        return _steps(self.values, self.own_steps, self.structure)


def fit(
    structure: Structure,
    *,
    link: Link = "acl",
    variances: Variances,
    estimate: frozenset[str],
    start: Fit | None = None,
    quick: bool = False,
    rough: bool = False,
    own_steps: QuestionSteps | None = None,
    beside: Beside | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Fit the model from ``variances``, re-estimating the components named in ``estimate``.

    ``start`` warm-starts parameters and smoothing from an earlier fit of the same data. ``quick``
    settles for the tolerances of an update, whose start is near, ``rough`` for a start. ``own_steps`` lets
    questions have steps of their own, starting there; fixed where no component is estimated. ``beside`` are slopes or
    pulls to start from; their variances are fixed where no component is estimated.
    """
    r, algebra = structure.ratings, algebra_of(structure)
    values = _start(structure, link, variances) if start is None else start.values
    width = None if start is None else start.post.eta
    moving = [name for name in names(variances) if name in estimate]
    aitken, damped = Aitken(), Damped()
    tolerance, still = _tolerances(quick=quick, rough=rough, beside=beside)
    room = empty_moments(r.n, r.top)
    for iteration in range(1, MAX_ITERATIONS + 1):
        steps = _steps(values, own_steps, structure)
        eta = algebra.predictor(values)
        slope = _slopes(beside, structure)
        now = algebra.moments(eta, steps, r.points, spread=width, slope=slope, link=link, out=room)
        system, step = solve(structure, algebra, now, values, variances)
        border, step, move = joined(
            beside, structure, algebra, now, system, values, step, variances, eta, width
        )
        longest = max(_longest(step), float(np.abs(move).max(initial=0.0)))
        scale, gain = 1.0, 0.0
        while longest * scale > _LARGEST_STEP:
            scale *= 0.5
        values, beside = _both(values, step, beside, move, scale)
        change = np.inf
        post = None
        if longest < _SETTLED:
            post = algebra.spread(system)
            change, ahead = 0.0, damped.next(width, post.eta)
            if moving:
                old = np.log([getattr(variances, name) for name in moving])
                sums = uncertain_sums(system, post, beside, border)
                new = np.log(fellner_schall(values, structure, sums, variances, moving))
                change = float(np.abs(new - old).max())
                gain = aitken.gain(new - old)
                target = np.exp(new + gain * (new - old)).tolist()
                variances = replace(variances, **dict(zip(moving, target, strict=True)))
                if beside is not None and border is not None:
                    beside, renewed = beside.renewed(border)
                    change = max(change, renewed)
            if own_steps is not None and moving:
                own_steps, moved = advance(own_steps, r, algebra.predictor(values), width, -values.easiness)
                longest = max(longest, moved)
            settled = longest < tolerance and change < still
            if settled and width is not None:
                post = algebra.reported(system, post)
                state = (values, variances, system, post, iteration, True, own_steps, beside, border)
                return Fit(structure, link, *state)
            if gain and width is not None:
                values, beside = _both(values, step, beside, move, gain)
                ahead = ahead * (ahead / width) ** gain
            width = ahead
        if progress is not None:
            progress(min(0.95, iteration / 20), f"iteration {iteration}")
    post = post or algebra.spread(system)
    state = (values, variances, system, post, MAX_ITERATIONS, False, own_steps, beside, border)
    return Fit(structure, link, *state)


def _tolerances(*, quick: bool, rough: bool, beside: Beside | None) -> tuple[float, float]:
    """Longest step and change of a log variance at which a fit has settled."""
    if rough:
        return ROUGH_TOLERANCE, ROUGH_VARIANCE_TOLERANCE
    if quick:
        return QUICK_TOLERANCE, QUICK_VARIANCE_TOLERANCE
    if beside is not None:
        return BESIDE_TOLERANCE, BESIDE_TOLERANCE
    return STEP_TOLERANCE, VARIANCE_TOLERANCE


def _slopes(beside: Beside | None, structure: Structure) -> Floats | None:
    """Slope of every rating's interviewer, None where all have the same."""
    if beside is None or beside.slopes is None:
        return None
    return beside.slopes.of_ratings(structure.ratings)


def _both(
    values: Parameters, step: Parameters, beside: Beside | None, move: Floats, scale: float
) -> tuple[Parameters, Beside | None]:
    """Take ``scale`` of a step of the effects and of what is fitted beside."""
    values = _advance(values, step, scale)
    if beside is None:
        return values, None
    beside = beside.moved(move, scale)
    return beside.placed(values), beside


def _steps(values: Parameters, own: QuestionSteps | None, structure: Structure) -> Floats:
    """Common steps, or every rating's."""
    return -values.easiness if own is None else own.of_ratings(-values.easiness, structure.ratings)


def _start(structure: Structure, link: Link, variances: Variances) -> Parameters:
    """Everybody average, steps from the observed shares of the categories."""
    r = structure.ratings
    return Parameters(
        candidate=np.zeros(len(r.candidates)),
        interviewer=np.zeros(len(r.interviewers)),
        question=np.zeros(len(r.questions)),
        easiness=-starting_steps(r.points, r.top, link=link),
        halo=None if variances.halo is None else np.zeros(len(r.unit_candidate)),
        group=None if r.groups is None else np.zeros(len(r.groups)),
    )


def _longest(step: Parameters) -> float:
    """Largest move of any candidate or global, logits."""
    parts = (step.candidate, step.interviewer, step.question, step.easiness)
    return max(float(np.abs(part).max()) for part in parts)


def _advance(values: Parameters, step: Parameters, scale: float) -> Parameters:
    """Take ``scale`` of a step."""
    return Parameters(
        candidate=values.candidate + scale * step.candidate,
        interviewer=values.interviewer + scale * step.interviewer,
        question=values.question + scale * step.question,
        easiness=values.easiness + scale * step.easiness,
        halo=None if values.halo is None or step.halo is None else values.halo + scale * step.halo,
        group=None if values.group is None or step.group is None else values.group + scale * step.group,
    )
