"""What more interviewers or more questions would buy: a D study on the latent scale.

With ``n`` interviewers asking ``m`` questions each (Brennan 2001, applied to the components in logits):

    relative = s_c^2 / (s_c^2 + s_h^2 / n + v / (n m))
    absolute = s_c^2 / (s_c^2 + s_h^2 / n + v / (n m) + s_r^2 / n + s_q^2 / (n m))

``v = 1 / mean(V)`` is what one rating leaves undecided. Relative is about comparing candidates who met
the same interviewers and questions; absolute counts severity and difficulty as error. A second question
by the same interviewer stops paying at ``s_h^2``; another interviewer keeps paying.

Of a fit of several competencies the table is that of one competency, from ratings of that competency alone:
``s_c^2`` is the variance of the general factor and of the competency together, ``s_q^2`` what the target level does
not explain of a criterion's difficulty. Every answer is seen by one interviewer, so its performance is part of
``v``: where answers were rated twice the fit has told it apart, and it is put back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtri

from psychometrics.errors import BadInput
from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.uncertainty import log_variance_covariance
from psychometrics.model.calibration.variance_steps import names
from psychometrics.model.diagnostics.runs import Run, interval_level
from psychometrics.model.levels.components import components
from psychometrics.model.levels.results import LevelCalibration

Floats = npt.NDArray[np.float64]

#: Which part of the formula a term of the level model belongs to; differences between pools are not between candidates.
_PART = {
    "general": "candidate",
    "competency": "candidate",
    "halo": "halo",
    "performance": "rating",
    "severity": "interviewer",
    "difficulty": "question",
}


@dataclass(frozen=True, slots=True, eq=False)
class ReliabilityTable:
    """Reliability by number of interviewers (rows) and questions each (columns)."""

    interviewers: tuple[int, ...]
    questions: tuple[int, ...]
    relative: Floats
    relative_lower: Floats
    relative_upper: Floats
    absolute: Floats
    absolute_lower: Floats
    absolute_upper: Floats
    level: float


@dataclass(frozen=True, slots=True, eq=False)
class _Sources:
    """What makes ratings differ, and how well that is known."""

    terms: dict[str, tuple[str, float]]
    """The part of the formula each term belongs to, and its variance."""
    left: float
    """v but for performance."""
    moving: tuple[str, ...]
    """Terms that were estimated."""
    covariance: Floats
    """Of the log variances of ``moving``."""


def reliability_table(
    run: Run,
    interviewers: Sequence[int] = (1, 2, 3, 4, 5, 6),
    questions: Sequence[int] = (1, 2, 3, 4, 6, 8),
) -> ReliabilityTable:
    """Latent reliability of every design, with intervals at the run's level.

    ``run`` is a fit of one trait or of several competencies. Intervals come from the posterior covariance of the log
    variances by the delta method on the logit of reliability; components held at their default count as known.

    Raises BadInput for a design without an interviewer or without a question.
    """
    if min(*interviewers, *questions) < 1:
        raise BadInput("a design has at least one interviewer and one question")
    sources = _of_levels(run) if isinstance(run, LevelCalibration) else _of_one_trait(run)
    level = interval_level(run)
    z = float(ndtri(0.5 + level / 2))
    found = {}
    for kind in ("relative", "absolute"):
        centre, spread = _table(sources, interviewers, questions, absolute=kind == "absolute")
        found[kind] = centre
        found[f"{kind}_lower"] = expit(logit(centre) - z * spread)
        found[f"{kind}_upper"] = expit(logit(centre) + z * spread)
    return ReliabilityTable(
        interviewers=tuple(interviewers), questions=tuple(questions), level=level, **found
    )


def _of_one_trait(calibration: Calibration) -> _Sources:
    fit = calibration.posterior.best
    now = fit.moments()
    used = names(fit.variances)
    return _Sources(
        terms={name: (name, float(getattr(fit.variances, name))) for name in used},
        left=1.0 / float(np.mean(now.information)),
        moving=tuple(name for name in used if name in calibration.estimated),
        covariance=log_variance_covariance(fit, calibration.estimated),
    )


def _of_levels(run: LevelCalibration) -> _Sources:
    known = components(run)
    terms = {term: (part, run.components.get(term, 0.0) ** 2) for term, part in _PART.items()}
    part, performance = terms["performance"]
    terms["performance"] = (part, known.watched * performance)
    return _Sources(
        terms=terms,
        left=1.0 / float(np.mean(known.information)),
        moving=known.moving,
        covariance=known.covariance,
    )


def _table(
    sources: _Sources, interviewers: Sequence[int], questions: Sequence[int], *, absolute: bool
) -> tuple[Floats, Floats]:
    """Reliabilities and standard errors of their logits, ``(interviewers, questions)``."""
    n = np.array(interviewers, float)[:, None]
    m = np.array(questions, float)[None, :]
    nothing = np.zeros_like(n * m)
    shrinks = {"halo": 1 / n + nothing, "rating": 1 / (n * m)}
    shrinks |= {"interviewer": 1 / n + nothing, "question": 1 / (n * m)} if absolute else {}
    errors = {
        term: variance * shrinks[part] for term, (part, variance) in sources.terms.items() if part in shrinks
    }
    total = sum(errors.values(), sources.left * shrinks["rating"])
    people = {term: variance for term, (part, variance) in sources.terms.items() if part == "candidate"}
    between = sum(people.values())
    # logit(reliability) = log(between) - log(total): its gradient in the log variances
    gradient = np.stack([
        nothing + people[term] / between if term in people else -errors.get(term, nothing) / total
        for term in sources.moving
    ])  # fmt: skip
    variance = np.einsum("anm,ab,bnm->nm", gradient, sources.covariance, gradient)
    return between / (between + total), np.sqrt(variance)
