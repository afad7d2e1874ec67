"""One Newton system of the calibration model, solved by two Schur complements.

An algebra eliminates halo and candidates; what is solved here is the system over interviewers, questions, steps and
group means that it leaves.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.algebra import Algebra, System
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]


def solve(
    structure: Structure, algebra: Algebra, moments: Moments, values: Parameters, variances: Variances
) -> tuple[System, Parameters]:
    """Assemble and factor the system; return it and the full Newton step."""
    r = structure.ratings
    interviewers, questions = len(r.interviewers), len(r.questions)
    reduced = algebra.reduce(moments, values, variances)
    factor = reduced.schur.factored()
    unit_information = reduced.unit_information
    system = System(
        structure,
        unit_information,
        None
        if unit_information is None or variances.halo is None
        else unit_information + 1.0 / variances.halo,
        reduced.precision,
        reduced.weights,
        factor,
        *_shares(structure, moments, reduced.question_information),
    )
    step = factor.solve(reduced.gradient)
    candidate, halo = algebra.substitute(moments, reduced, step, variances.halo)
    last = interviewers + questions + r.top
    interviewer, question, easiness, group = np.split(step, [interviewers, interviewers + questions, last])
    full = Parameters(candidate, interviewer, question, easiness, halo)
    return system, full if values.group is None else replace(full, group=group)


def _shares(structure: Structure, moments: Moments, question_information: Floats) -> tuple[Floats, Floats]:
    """Weights of the typical question and the typical step over the globals."""
    r = structure.ratings
    first, last = len(r.interviewers), len(r.interviewers) + len(r.questions)
    question, step = np.zeros(structure.size), np.zeros(structure.size)
    question[first:last] = question_information
    step[last : last + r.top] = moments.cross.sum(1)
    return question / question.sum(), step / step.sum()
