"""The loop designer: the sessions a bank allows, the best choice of them, how far it may be from the best possible.

``sessions`` enumerates, ``SessionOptions.problem`` states limits and what must be there, ``design_loop`` chooses.
"""

from psychometrics.design.designer.enumeration import sessions
from psychometrics.design.designer.floors import Unmet
from psychometrics.design.designer.frontier import LimitedDesign, frontier
from psychometrics.design.designer.options import Requirements, SessionOptions
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.questions import SessionQuestion, SessionRules
from psychometrics.design.designer.run import Design, Progress, design_loop
from psychometrics.design.designer.scored import design_by_score
from psychometrics.design.designer.shared import RoleDemand, SharedProblem, shared_problem

__all__ = [
    "Design",
    "LimitedDesign",
    "Problem",
    "Progress",
    "Requirements",
    "RoleDemand",
    "SessionOptions",
    "SessionQuestion",
    "SessionRules",
    "SharedProblem",
    "Unmet",
    "design_by_score",
    "design_loop",
    "frontier",
    "sessions",
    "shared_problem",
]
