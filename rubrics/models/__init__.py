"""Tables of what is asked and how answers are rated."""

from rubrics.models.criteria import Anchor, Criterion
from rubrics.models.exposure import QuestionExposure
from rubrics.models.questions import Injection, Question, QuestionBank, QuestionFormat
from rubrics.models.scales import RatingScale, ScalePoint

__all__ = [
    "Anchor",
    "Criterion",
    "Injection",
    "Question",
    "QuestionBank",
    "QuestionExposure",
    "QuestionFormat",
    "RatingScale",
    "ScalePoint",
]
