"""Changes of rating scales and question banks."""

from collections.abc import Sequence

from accounts import audit
from accounts.models import User
from content import versions
from content.versions import Problems
from rubrics.checks import scale_problems
from rubrics.content import scale_body, scale_hash
from rubrics.models import QuestionBank, RatingScale, ScalePoint


def save_bank(bank: QuestionBank, *, by: User | None) -> QuestionBank:
    """Save a question bank."""
    verb = "question_bank.edit" if bank.pk else "question_bank.create"
    with audit.recording(verb, by=by, team=bank.team):
        versions.refuse_unclean(bank)
        bank.save()
    return bank


def save_scale(scale: RatingScale, *, by: User | None) -> RatingScale:
    """Save a draft, or add a new one. Raises Frozen, Conflict (key taken), InvalidInput."""
    versions.refuse_unclean(scale, exclude=["source", "extra"])
    if scale.pk is None:
        with audit.recording("rating_scale.create", by=by, team=scale.team):
            versions.refuse_taken(scale)
            scale.save()
        return scale
    with versions.editing("rating_scale.edit", scale, by=by):
        scale.save()
    return scale


def save_points(
    scale: RatingScale, rows: Sequence[ScalePoint], *, removed: Sequence[ScalePoint] = (), by: User | None
) -> None:
    """Save points of a draft and take others away."""
    with versions.editing("rating_scale.edit_points", scale, by=by) as draft:
        draft.points.filter(pk__in=[row.pk for row in removed]).delete()
        for row in rows:
            row.scale = draft
            versions.refuse_unclean(row, exclude=["scale"])
            row.save()


def _whole(pk: int) -> RatingScale:
    return RatingScale.objects.prefetch_related("points").get(pk=pk)


def scale_state(scale: RatingScale) -> str:
    """Return the hash of what a scale contains by now, its points included."""
    return scale_hash(_whole(scale.pk))


def publish_scale(scale: RatingScale, *, by: User | None) -> RatingScale:
    """Freeze a draft. Questions take it up with their own next version."""

    def check(draft: RatingScale) -> Problems:
        return [
            ("", f"The scale's {path[0]} {text}")
            for path, text in scale_problems(scale_body(_whole(draft.pk)))
        ]

    return versions.publish(
        scale,
        verb="rating_scale.publish",
        by=by,
        check=check,
        hashed=scale_state,
    )


def new_scale_version(scale: RatingScale, *, by: User | None) -> RatingScale:
    """Open a draft of the next version. Raises Conflict where one is open."""

    def copy_parts(old: RatingScale, draft: RatingScale) -> None:
        points = list(old.points.all())
        for point in points:
            point.pk = None
            point.scale = draft
        ScalePoint.objects.bulk_create(points)

    return versions.next_draft(scale, verb="rating_scale.new_version", by=by, copy_parts=copy_parts)


def retire_scale(scale: RatingScale, *, by: User | None, reason: str = "") -> RatingScale:
    """Stop offering a scale for new questions."""
    return versions.retire(scale, verb="rating_scale.retire", by=by, reason=reason)


def discard_scale(scale: RatingScale, *, by: User | None) -> None:
    """Throw a draft away."""
    versions.discard(scale, verb="rating_scale.discard", by=by)
