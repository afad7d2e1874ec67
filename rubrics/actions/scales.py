"""Changes of rating scales and question banks."""

from collections.abc import Sequence

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.models import User
from content.life import Life, Problems
from rubrics.checks import scale_problems
from rubrics.kinds import SCALE
from rubrics.models import QuestionBank, RatingScale, ScalePoint


class ScaleLife(Life[RatingScale]):
    """Questions take a published scale up with their own next version."""

    def faults(self, draft: RatingScale) -> Problems:
        """The points must be numbered without gaps, and one of them shows the target level."""
        body = self.kind.body(self.kind.fresh(draft))
        return [("", f"The scale's {path[0]} {text}") for path, text in scale_problems(body)]


SCALES = ScaleLife(SCALE)

save_scale = SCALES.save
publish_scale = SCALES.publish
new_scale_version = SCALES.next_draft
retire_scale = SCALES.retire
discard_scale = SCALES.discard


def save_points(
    scale: RatingScale, rows: Sequence[ScalePoint], *, removed: Sequence[ScalePoint] = (), by: User | None
) -> None:
    """Save points of a draft and take others away."""
    SCALES.save_parts("edit_points", scale, rows, removed=removed, by=by)


def save_bank(bank: QuestionBank, *, by: User | None) -> QuestionBank:
    verb = "question_bank.edit" if bank.pk else "question_bank.create"
    with audit.recording(verb, by=by, team=bank.team):
        refuse_invalid(bank)
        bank.save()
    return bank
