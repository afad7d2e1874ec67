"""Changes of questions with their criteria, anchors and constraint changes."""

from collections.abc import Sequence

from accounts.actions.checking import refuse_invalid
from accounts.models import User
from content.kinds import Body
from content.life import Life, Problems
from content.models import Status
from content.packs.reading import Path
from rubrics.checks import question_problems
from rubrics.kinds import QUESTION
from rubrics.models import Anchor, Criterion, Injection, Question

_WORDS = {
    "levels": "the rubric",
    "strength": "the strength",
    "competency": "the criterion",
    "at_minute": "the minute",
}


class QuestionLife(Life[Question]):
    """Loops and scorecards keep the version that they use.

    Each criterion of a new version remembers the one it was made from: the difficulties of the two then
    shrink towards one another.
    """

    def faults(self, draft: Question) -> Problems:
        """What is wrong with criteria and constraint changes, in words that name the competency."""
        draft = self.kind.fresh(draft)
        body = self.kind.body(draft)
        points = list(draft.scale.points.values_list("value", flat=True))
        problems: Problems = [
            ("", _words(path, body, text)) for path, text in question_problems(body, points)
        ]
        named = {row.competency_id: row.competency for row in draft.criteria.all()}
        named |= {row.probes_id: row.probes for row in draft.injections.all()}
        for competency in named.values():
            if competency.status == Status.DRAFT:
                problems.append(("", f"{competency} is a draft. Publish the competency first."))
            elif competency.team_id != draft.team_id:
                problems.append(("", f"{competency} belongs to another team. Copy it into this one first."))
        if draft.scale.status == Status.DRAFT:
            problems.append(("scale", f"The scale {draft.scale} is a draft. Publish it first."))
        if len(draft.follow_ups) < 1:
            problems.append(("follow_ups", "There is no follow-up question. Add what you would ask next."))
        return problems


QUESTIONS = QuestionLife(QUESTION)

save_question = QUESTIONS.save
publish_question = QUESTIONS.publish
new_question_version = QUESTIONS.next_draft
retire_question = QUESTIONS.retire
discard_question = QUESTIONS.discard


def save_injections(
    question: Question, rows: Sequence[Injection], *, removed: Sequence[Injection] = (), by: User | None
) -> None:
    """Save constraint changes of a draft and take others away."""
    QUESTIONS.save_parts("edit_injections", question, rows, removed=removed, by=by)


def save_criterion(
    criterion: Criterion, *, anchors: dict[int, str] | None = None, by: User | None
) -> Criterion:
    """Save one criterion of a draft, and its anchors by scale point; an empty text removes one."""
    with QUESTIONS.editing("edit_criteria", criterion.question, by=by) as draft:
        criterion.question = draft
        refuse_invalid(criterion, exclude=["question", "parent"], alone=True)
        criterion.save()
        for point, text in (anchors or {}).items():
            if text.strip():
                Anchor.objects.update_or_create(
                    criterion=criterion, point=point, defaults={"text": text.strip()}
                )
            else:
                criterion.anchors.filter(point=point).delete()
    return criterion


def remove_criterion(criterion: Criterion, *, by: User | None) -> None:
    """Take a criterion and its anchors from a draft."""
    with QUESTIONS.editing("edit_criteria", criterion.question, by=by):
        Criterion.objects.filter(pk=criterion.pk).delete()


def _words(path: Path, body: Body, text: str) -> str:
    if len(path) == 1:
        return f"The question {text}"
    what = _WORDS.get(str(path[-1]), str(path[-1]))
    if path[0] == "injections":
        return f"Constraint change {int(path[1]) + 1}: {what} {text}"
    return f"{body[str(path[0])][path[1]]['competency']}: {what} {text}"
