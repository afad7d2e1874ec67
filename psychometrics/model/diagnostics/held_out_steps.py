"""Would ratings that were not used be predicted better by steps of the questions' own?

A score test says that questions differ in their steps; with many ratings they always do. Whether that is worth a
parameter per question and step is another matter, and ratings held out decide it: the deviations are estimated, drawn
to the common steps as ``steps="question"`` does it, from half of the candidates, and the other half is predicted with
them and without. Predictors are those of the fit, made with common steps from all ratings, which favours these: a gain
is no accident of the method. A few passes over the ratings, and over no more than some twenty thousand.
"""

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.question_steps import QuestionSteps, advance, common_only
from psychometrics.model.fitted import FittedRatings
from psychometrics.model.thresholds import NODE_WEIGHTS, NODES, Link, probabilities

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

_ENOUGH = 20_000  # ratings; of a larger panel every second, third … candidate is taken
_ROUNDS, _STILL = 20, 1e-3
_CERTAIN = 2.0  # standard errors of the gain, candidates apart


class _Part:
    """Some of the ratings, as ``advance`` takes them."""

    def __init__(self, fit: FittedRatings, rows: Codes) -> None:
        self.top, self.questions = fit.top, fit.questions
        self.question, self.points = fit.question[rows], fit.points[rows]
        self.eta, self.width = fit.eta[rows], fit.width[rows]


def own_steps_predict(fit: FittedRatings) -> bool:
    """Whether the log likelihood of held-out candidates gains beyond doubt by steps of the questions' own.

    False where the fit has them already.
    """
    if fit.rating_steps.ndim > 1:
        return False
    part = fit.candidate % max(1, -(-len(fit.points) // _ENOUGH)) == 0
    # Labels are in order: neighbours go to different halves.
    half = np.cumsum(np.bincount(fit.candidate[part], minlength=len(fit.candidates)) > 0)[fit.candidate] % 2
    gain = np.zeros(len(fit.candidates))
    for side in (0, 1):
        seen, unseen = (np.flatnonzero(part & (half == which)) for which in (side, 1 - side))
        own = _estimated(fit, _Part(fit, seen))
        rest = _Part(fit, unseen)
        ahead = _log_likelihood(rest, own.of_ratings(fit.steps, rest), fit.link)
        ahead -= _log_likelihood(rest, fit.steps, fit.link)
        gain += by_group(fit.candidate[unseen], ahead, len(gain))
    return bool(gain.sum() > _CERTAIN * np.sqrt((gain**2).sum()))


def _estimated(fit: FittedRatings, part: _Part) -> QuestionSteps:
    """Questions' own steps from some of the ratings."""
    own = common_only(part, fit.link)
    for _ in range(_ROUNDS):
        own, moved = advance(own, part, part.eta, part.width**2, fit.steps)
        if moved < _STILL:
            break
    return own


def _log_likelihood(part: _Part, steps: Floats, link: Link) -> Floats:
    """Of every rating, averaged over where its predictor may be."""
    shares = np.zeros(len(part.points))
    each = np.arange(len(part.points))
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        shares += weight * probabilities(part.eta + node * part.width, steps, link=link)[part.points, each]
    return np.asarray(np.log(shares))
