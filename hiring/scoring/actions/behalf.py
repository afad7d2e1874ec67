"""Writing a scorecard down for somebody who cannot: both names stay on it."""

from collections.abc import Mapping
from typing import Any

from accounts import audit
from accounts.access import require
from accounts.errors import Conflict
from accounts.models import User
from accounts.permissions import Permission
from hiring.pipeline.models import Interview
from hiring.scoring.actions.access import lock_assignment
from hiring.scoring.actions.drafts import save_draft
from hiring.scoring.actions.submission import submit
from hiring.scoring.models import Scorecard


def write_on_behalf(
    interview: Interview, *, interviewer: User, changes: Mapping[str, Any], by: User
) -> Scorecard:
    """Submit what ``interviewer`` saw, as they told it to a recruiter. All of it or nothing.

    The card is the interviewer's in every number, and names who wrote it down. Raises Conflict where the interviewer
    has begun or submitted one, and what saving and submitting raise.
    """
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    if interviewer.pk == by.pk:
        raise Conflict("This card is your own: fill it in on its form.")
    with audit.recording("scorecard.on_behalf", by=by, team=interview.team):
        interview = lock_assignment(interview, interviewer)
        if Scorecard.objects.filter(interview=interview, interviewer=interviewer).exists():
            raise Conflict(f"{interviewer} has begun this scorecard. Ask them to submit it.")
        card = Scorecard.objects.create(
            team=interview.team, interview=interview, interviewer=interviewer, written_by=by
        )
        saved = save_draft(card, revision=0, changes=changes, by=interviewer, writer=by)
        return submit(saved, revision=saved.revision, by=interviewer, writer=by)
