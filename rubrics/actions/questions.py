"""Changes of questions with their criteria, anchors and injections."""

from collections.abc import Sequence
from typing import Any

from accounts import audit
from accounts.models import User
from content import versions
from content.models import Status
from content.versions import Problems
from roles.checks import Path
from roles.models import Competency
from rubrics.checks import question_problems
from rubrics.content import question_body, question_hash
from rubrics.models import Anchor, Criterion, Injection, Question, RatingScale


def save_question(question: Question, *, by: User | None) -> Question:
    """Save a draft's own fields, or add a new draft. Raises Frozen, Conflict (key taken), InvalidInput."""
    versions.refuse_unclean(question, exclude=["source", "extra"])
    if question.pk is None:
        with audit.recording("question.create", by=by, team=question.team):
            versions.refuse_taken(question)
            question.save()
        return question
    with versions.editing("question.edit", question, by=by):
        question.save()
    return question


def save_injections(
    question: Question, rows: Sequence[Injection], *, removed: Sequence[Injection] = (), by: User | None
) -> None:
    """Save constraint injections of a draft and take others away."""
    with versions.editing("question.edit_injections", question, by=by) as draft:
        draft.injections.filter(pk__in=[row.pk for row in removed]).delete()
        for row in rows:
            row.question = draft
            versions.refuse_unclean(row, exclude=["question"])
            row.save()


def save_criterion(
    criterion: Criterion, *, anchors: dict[int, str] | None = None, by: User | None
) -> Criterion:
    """Save one criterion of a draft, and its anchors by scale point; an empty text removes one."""
    with versions.editing("question.edit_criteria", criterion.question, by=by) as draft:
        criterion.question = draft
        versions.refuse_unclean(criterion, exclude=["question", "parent"])
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
    with versions.editing("question.edit_criteria", criterion.question, by=by):
        Criterion.objects.filter(pk=criterion.pk).delete()


def _whole(pk: int) -> Question:
    return (
        Question.objects.with_criteria().select_related("bank").prefetch_related("scale__points").get(pk=pk)
    )


def question_faults(question: Question) -> Problems:
    """Return what keeps a draft from being published, in words that name the competency."""
    draft = _whole(question.pk)
    body = question_body(draft)
    points = [point.value for point in draft.scale.points.all()]
    problems: Problems = [("", _words(path, body, text)) for path, text in question_problems(body, points)]
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


_WORDS = {
    "levels": "the rubric",
    "strength": "the strength",
    "competency": "the criterion",
    "at_minute": "the minute",
}


def _words(path: Path, body: dict[str, Any], text: str) -> str:
    if len(path) == 1:
        return f"The question {text}"
    what = _WORDS.get(str(path[-1]), str(path[-1]))
    if path[0] == "injections":
        return f"Constraint change {int(path[1]) + 1}: {what} {text}"
    return f"{body[str(path[0])][path[1]]['competency']}: {what} {text}"


def pin_newest(question: Question) -> None:
    """Point a draft at the newest published version of its scale and of each competency it names."""
    scale = versions.newest_by_key(RatingScale, question.team, {question.scale.key}).get(question.scale.key)
    if scale is not None and scale.pk != question.scale_id:
        question.scale = scale
        question.save(update_fields=["scale"])
    criteria = list(question.criteria.select_related("competency"))
    injections = list(question.injections.select_related("probes"))
    keys = {row.competency.key for row in criteria} | {row.probes.key for row in injections}
    newest = versions.newest_by_key(Competency, question.team, keys)
    for row in criteria:
        row.competency = newest.get(row.competency.key, row.competency)
    for injection in injections:
        injection.probes = newest.get(injection.probes.key, injection.probes)
    Criterion.objects.bulk_update(criteria, ["competency"])
    Injection.objects.bulk_update(injections, ["probes"])


def question_state(question: Question) -> str:
    """Return the hash of what a question contains by now, criteria and anchors included."""
    return question_hash(_whole(question.pk))


def publish_question(question: Question, *, by: User | None) -> Question:
    """Freeze a draft with its criteria and anchors. Raises Frozen, InvalidInput with every fault."""

    def check(draft: Question) -> Problems:
        pin_newest(draft)
        return question_faults(draft)

    return versions.publish(
        question,
        verb="question.publish",
        by=by,
        check=check,
        hashed=question_state,
    )


def new_question_version(question: Question, *, by: User | None) -> Question:
    """Open a draft of the next version; each criterion remembers the one it was made from.

    Difficulties of the two then shrink towards one another. Raises Conflict where a draft is open.
    """

    def copy_parts(old: Question, draft: Question) -> None:
        injections = list(old.injections.all())
        for injection in injections:
            injection.pk = None
            injection.question = draft
        Injection.objects.bulk_create(injections)
        before = list(old.criteria.prefetch_related("anchors"))
        after = Criterion.objects.bulk_create(
            Criterion(
                question=draft,
                competency=row.competency,
                position=row.position,
                strength=row.strength,
                target_level=row.target_level,
                parent=row,
            )
            for row in before
        )
        Anchor.objects.bulk_create(
            Anchor(criterion=new, point=anchor.point, text=anchor.text)
            for row, new in zip(before, after, strict=True)
            for anchor in row.anchors.all()
        )
        pin_newest(draft)

    return versions.next_draft(question, verb="question.new_version", by=by, copy_parts=copy_parts)


def retire_question(question: Question, *, by: User | None, reason: str = "") -> Question:
    """Stop offering a question for new loops; loops and scorecards that use it go on."""
    return versions.retire(question, verb="question.retire", by=by, reason=reason)


def discard_question(question: Question, *, by: User | None) -> None:
    """Throw a draft away."""
    versions.discard(question, verb="question.discard", by=by)
