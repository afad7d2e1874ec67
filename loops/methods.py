"""Which published method of selection a question's format is of."""

from rubrics.models import QuestionFormat

# A question with anchors that everybody is asked is a structured interview, whatever else it is not.
_OTHERWISE = "structured_interview"
_METHODS = {
    QuestionFormat.KNOWLEDGE: "job_knowledge",
    QuestionFormat.DEBUGGING: "work_sample",
    QuestionFormat.LIVE_CODING: "work_sample",
    QuestionFormat.WORK_SAMPLE: "work_sample",
    QuestionFormat.TAKE_HOME: "work_sample",
}


def method_of(question_format: str) -> str:
    """The published method that stands for a format."""
    return _METHODS.get(QuestionFormat(question_format), _OTHERWISE)
