"""What no rating has to be asked for: the priors' part of the equations, and what the steps have seen in all."""

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]

#: Prior variance of every step around zero (5 logits, squared): nothing where a step is seen, but it
#: keeps the scale finite where a handful of ratings order everybody perfectly.
STEP_VARIANCE = 25.0
#: Prior variance of a group's mean (3 logits, squared): wide, so that groups are hardly drawn together.
GROUP_VARIANCE = 9.0


def prior_matrix(structure: Structure, moments: Moments, variances: Variances) -> Floats:
    """The priors' part of the matrix over the globals, and the information about steps, ``(p, p)``."""
    r = structure.ratings
    first = len(r.interviewers) + len(r.questions)
    dense = np.zeros((structure.size, structure.size))
    dense[first : first + r.top, first : first + r.top] = moments.step_information
    dense.ravel()[:: structure.size + 1] += prior_precision(structure, variances)
    return dense


def prior_precision(structure: Structure, variances: Variances) -> Floats:
    """Precision of the globals' priors, ``(p,)``; of groups with what their candidates say."""
    r = structure.ratings
    interviewers, first = len(r.interviewers), len(r.interviewers) + len(r.questions)
    precision = np.empty(structure.size)
    precision[:interviewers] = 1.0 / variances.interviewer
    precision[interviewers:first] = 1.0 / variances.question
    precision[first : first + r.top] = 1.0 / STEP_VARIANCE
    if r.group is not None and r.groups is not None:
        members = np.bincount(r.group, minlength=len(r.groups))
        precision[first + r.top :] = members / variances.candidate + 1.0 / GROUP_VARIANCE
    return precision


def prior_gradient(
    structure: Structure, moments: Moments, values: Parameters, variances: Variances
) -> Floats:
    """The priors' part of the gradient over the globals, and the scores of steps, ``(p,)``."""
    r = structure.ratings
    interviewers, first = len(r.interviewers), len(r.interviewers) + len(r.questions)
    gradient = np.empty(structure.size)
    gradient[:interviewers] = -values.interviewer / variances.interviewer
    gradient[interviewers:first] = -values.question / variances.question
    gradient[first : first + r.top] = moments.step_score - values.easiness / STEP_VARIANCE
    if r.group is not None and values.group is not None:
        pull = by_group(r.group, values.deviation(structure) / variances.candidate, len(values.group))
        gradient[first + r.top :] = pull - values.group / GROUP_VARIANCE
    return gradient
