"""What has become known of a question outside."""

from accounts import audit
from accounts.errors import InvalidInput
from accounts.models import User
from events.actions import record
from rubrics.facts import LEAKED
from rubrics.models import Question, QuestionExposure


def mark_leak(question: Question, *, leak: float, reason: str, by: User | None) -> QuestionExposure:
    """Set the leak discount of a question, all versions of it: 0 unknown outside, 1 seen by everybody.

    Its ratings then carry strength x (1 - leak), in plans and in evidence. Raises
    InvalidInput outside 0 to 1, and without a reason.
    """
    problems = []
    if not 0 <= leak <= 1:
        problems.append(("leak", "Choose a share from 0 (unknown outside) to 1 (everybody has seen it)."))
    if not reason.strip():
        problems.append(("reason", "Say what was seen where, so that others can judge it."))
    if problems:
        raise InvalidInput("The leak was not recorded.", problems=problems)
    with audit.recording("question.mark_leak", by=by, team=question.team, reason=reason.strip()):
        exposure, _ = QuestionExposure.objects.update_or_create(
            team=question.team,
            question_key=question.key,
            defaults={"leak": leak, "reason": reason.strip(), "noted_by": by},
        )
        record(LEAKED, question, team=question.team, by=by, exposure=exposure.pk)
    return exposure
