"""What more interviewers or more questions would buy: a D study on the latent scale.

With ``n`` interviewers asking ``m`` questions each (Brennan 2001, applied to the components in logits):

    relative = s_c^2 / (s_c^2 + s_h^2 / n + v / (n m))
    absolute = s_c^2 / (s_c^2 + s_h^2 / n + v / (n m) + s_r^2 / n + s_q^2 / (n m))

``v = 1 / mean(V)`` is what one rating leaves undecided. Relative is about comparing candidates who met
the same interviewers and questions; absolute counts severity and difficulty as error. A second question
by the same interviewer stops paying at ``s_h^2``; another interviewer keeps paying.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtri

from psychometrics.errors import BadInput
from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.fit import names
from psychometrics.model.calibration.uncertainty import log_variance_covariance

Floats = npt.NDArray[np.float64]


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


def reliability_table(
    calibration: Calibration,
    interviewers: Sequence[int] = (1, 2, 3, 4, 5, 6),
    questions: Sequence[int] = (1, 2, 3, 4, 6, 8),
) -> ReliabilityTable:
    """Latent reliability of every design, with intervals at the calibration's level.

    Intervals come from the posterior covariance of the log variances by the delta method on the logit of
    reliability; components held at their default count as known.
    """
    if min(*interviewers, *questions) < 1:
        raise BadInput("a design has at least one interviewer and one question")
    fit = calibration.posterior.best
    moving = [name for name in names(fit.variances) if name in calibration.estimated]
    covariance = log_variance_covariance(fit, calibration.estimated)
    left = 1.0 / float(np.mean(_information(calibration)))
    values = {
        name: float(getattr(fit.variances, name) or 0.0)
        for name in ("candidate", "interviewer", "question", "halo")
    }
    z = float(ndtri(0.5 + calibration.level / 2))
    found = {}
    for kind in ("relative", "absolute"):
        centre, spread = _table(kind, values, left, moving, covariance, interviewers, questions)
        found[kind] = centre
        found[f"{kind}_lower"] = expit(logit(centre) - z * spread)
        found[f"{kind}_upper"] = expit(logit(centre) + z * spread)
    return ReliabilityTable(
        interviewers=tuple(interviewers), questions=tuple(questions), level=calibration.level, **found
    )


def _information(calibration: Calibration) -> Floats:
    """Information of every rating at its predictor."""
    from psychometrics.model.thresholds import moments

    fit = calibration.posterior.best
    points = fit.structure.ratings.points
    eta = fit.values.eta(fit.structure)
    return moments(eta, fit.rating_steps, points, spread=fit.post.eta, link=fit.link).information


def _table(
    kind: str,
    values: dict[str, float],
    left: float,
    moving: list[str],
    covariance: Floats,
    interviewers: Sequence[int],
    questions: Sequence[int],
) -> tuple[Floats, Floats]:
    """Reliabilities and standard errors of their logits, ``(interviewers, questions)``."""
    n = np.array(interviewers, float)[:, None]
    m = np.array(questions, float)[None, :]
    zero = np.zeros_like(n * m)
    errors = {"halo": values["halo"] / n + zero, "rating": left / (n * m)}
    if kind == "absolute":
        errors["interviewer"] = values["interviewer"] / n + zero
        errors["question"] = values["question"] / (n * m)
    total = sum(errors.values(), zero)
    reliability = values["candidate"] / (values["candidate"] + total)
    # logit(reliability) = log s_c^2 - log(error): its gradient in the log variances
    gradient = np.stack([
        np.ones_like(zero) if name == "candidate" else -errors.get(name, zero) / total
        for name in moving
    ])  # fmt: skip
    variance = np.einsum("anm,ab,bnm->nm", gradient, covariance, gradient)
    return reliability, np.sqrt(variance)
