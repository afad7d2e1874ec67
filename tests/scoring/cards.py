"""Cards written, submitted and amended through the actions, as the form does."""

from accounts.models import TeamPolicy, User
from hiring.pipeline.models import Assignment, Interview
from hiring.scoring import actions
from hiring.scoring.models import Scorecard
from rubrics.models import Criterion
from tests.factories import AssignmentFactory
from tests.worlds import TeamWorld


def writes(interview: Interview, by: User, point: int = 3) -> Scorecard:
    """Begin, fill in and submit a card, as the form does."""
    card = actions.start(Interview.objects.get(pk=interview.pk), by=by)
    return _sent(card, by, point)


def _sent(card: Scorecard, by: User, point: int) -> Scorecard:
    found = Criterion.objects.filter(question__placements__stage=card.interview.stage)
    changes: dict[str, object] = {
        f"c{criterion.pk}": {"point": point, "not_assessed": "", "evidence": "Named the failing link."}
        for criterion in found
    }
    saved = actions.save_draft(
        card, revision=card.revision, changes={**changes, "recommendation": "yes"}, by=by
    )
    sent = actions.submit(saved, revision=saved.revision, by=by)
    sent.refresh_from_db()
    return sent


def amends(card: Scorecard, by: User, point: int) -> Scorecard:
    return _sent(actions.amend(card, reason="I looked at my notes again.", by=by), by, point)


def adopt(ours: TeamWorld, **values: object) -> None:
    TeamPolicy.objects.create(team=ours.team, version=1, reason="test", **values)


def owes(ours: TeamWorld, user: User) -> Assignment:
    assigned: Assignment = AssignmentFactory(interview=ours.interviews[0], interviewer=user)
    return assigned
