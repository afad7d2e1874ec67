"""One scorecard that came after its decision, so that the demo shows what becomes of it."""

from datetime import timedelta

import numpy as np

from accounts import audit
from accounts.models import Team, User
from demo.evidence import note, summary
from hiring.pipeline.models import ApplicationState, Assignment, Interview, InterviewState
from hiring.scoring.models import Rating, Recommendation, Scorecard, ScorecardState
from rubrics.models import Criterion

AFTER = timedelta(hours=5)


def submit_one_late(team: Team, rng: np.random.Generator) -> None:
    """Let a second interviewer of a decided application submit a draft hours after the decision."""
    interview = (
        Interview.objects.filter(
            team=team, state=InterviewState.DONE, application__state=ApplicationState.HIRED
        )
        .filter(stage__placements__is_alternate=False)
        .select_related("application")
        .order_by("-application__closed_at", "pk")
        .first()
    )
    if interview is None or interview.application.closed_at is None:
        return
    who = (
        User.objects.filter(assignments__interview__team=team)
        .exclude(assignments__interview__application=interview.application_id)
        .order_by("pk")
        .first()
    )
    if who is None:
        return
    criteria = Criterion.objects.filter(
        question__placements__stage=interview.stage_id, question__placements__is_alternate=False
    ).prefetch_related("anchors")
    with audit.recording("demo.late", by=None, team=team, reason="synthetic data"):
        Assignment.objects.create(interview=interview, interviewer=who)
        card = Scorecard.objects.create(
            team=team,
            interview=interview,
            interviewer=who,
            revision=1,
            recommendation=Recommendation.YES,
            summary=summary(rng, Recommendation.YES),
        )
        Rating.objects.bulk_create(
            Rating(scorecard=card, criterion=criterion, point=anchor.point, evidence=note(rng, anchor.text))
            for criterion in criteria.order_by("question__pk", "position").distinct()
            for anchor in criterion.anchors.all()
            if anchor.point == 3
        )
        card.state, card.enters = ScorecardState.LATE, False
        card.submitted_at = interview.application.closed_at + AFTER
        card.save(update_fields=["state", "enters", "submitted_at"])
