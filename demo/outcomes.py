"""Debriefs, decisions and reviews on the job, made the way people make them: mostly right."""

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np

from accounts import audit
from accounts.models import Team, User
from accounts.permissions import Role
from demo.interviews import Batch
from demo.truth import Truth
from hiring.calibration.models import CalibrationRun
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.outcomes.models import OutcomeRating, OutcomeReview
from hiring.pipeline.models import Application, ApplicationState, InterviewState

REASONS = {
    Verdict.HIRE: (
        (
            "Reaches what the role needs on both must-haves, with evidence from two sessions each. "
            "The open point is one we can teach."
        ),
        (
            "Consistent across sessions and specific under the changes. "
            "Agreed by the panel before the calibrated view was shown."
        ),
    ),
    Verdict.NO_HIRE: (
        (
            "A must-have stays open after two interviewers and two sessions; "
            "the gap is not one we can close in the first months."
        ),
        (
            "Strong on the fundamentals, but no session showed how a running system is looked after, "
            "which is most of this job."
        ),
    ),
    Verdict.MORE_EVIDENCE: (
        (
            "The panel disagrees on what weighs most, and the interval covers the required level. "
            "One more session on it."
        ),
    ),
}
HIRE_FROM = 2.75
REVIEWS = (90, 180, 365)
# What was due this lately has not been given yet: the list of due reviews has something to show.
STILL_TO_GIVE = timedelta(days=30)


def decide_all(*, team: Team, batch: Batch, truth: Truth, run: CalibrationRun | None, now: datetime) -> None:
    """Open debriefs, record decisions for finished applications and review the hired ones on the job."""
    rng = truth.rng
    decider = User.objects.filter(memberships__team=team, memberships__role=Role.HIRING_MANAGER).first()
    if decider is None:
        raise ValueError(f"{team} has no hiring manager to decide.")
    finished = _finished(batch)
    debriefs, decisions, changed, hired = [], [], [], []
    for position, (last, points) in finished.items():
        application = batch.applications[position]
        opened = min(last + timedelta(hours=float(rng.uniform(3, 60))), now)
        application.debriefed_at = opened
        debriefs.append(
            Debrief(team=team, application=application, opened_at=opened, opened_by=decider, run=run)
        )
        early = application.state == ApplicationState.DECLINED
        changed.append(application)
        if not early and (now - last) < timedelta(days=7):
            application.state = ApplicationState.DEBRIEF
            continue
        verdict = _verdict(rng, points, early=early)
        decided = min(opened + timedelta(hours=float(rng.uniform(2, 40))), now)
        decisions.append(
            Decision(
                team=team,
                application=application,
                verdict=verdict,
                reason=str(rng.choice(REASONS[Verdict(verdict)])),
                confidence=int(rng.choice([60, 70, 75, 80, 85, 90])),
                decided_by=decider,
                decided_at=decided,
                run=run,
            )
        )
        if verdict == Verdict.MORE_EVIDENCE:
            application.state = ApplicationState.DEBRIEF
            continue
        application.state = ApplicationState.HIRED if verdict == Verdict.HIRE else ApplicationState.DECLINED
        application.closed_at = decided
        if verdict == Verdict.HIRE:
            hired.append((position, decided + timedelta(days=21)))
    with audit.recording("demo.decide", by=None, team=team, reason="synthetic data"):
        Debrief.objects.bulk_create(debriefs)
        Decision.objects.bulk_create(decisions)
        Application.objects.bulk_update(changed, ["state", "closed_at", "debriefed_at"])
        _review(team, batch, truth, decider, hired, now)


def _finished(batch: Batch) -> dict[int, tuple[datetime, list[int]]]:
    """Applications whose every interview is held and scored: position -> (last submission, points)."""
    where = {id(application): position for position, application in enumerate(batch.applications)}
    seats: dict[int, int] = defaultdict(int)
    stages: dict[int, int] = defaultdict(int)
    for interview in batch.interviews:
        position = where[id(interview.application)]
        stages[position] += 1
        if interview.state != InterviewState.DONE:
            seats[position] += 1000
    for assignment in batch.assignments:
        seats[where[id(assignment.interview.application)]] += 1
    points: dict[int, list[int]] = defaultdict(list)
    for rating in batch.ratings:
        if rating.point is not None:
            points[where[id(rating.scorecard.interview.application)]].append(rating.point)
    cards: dict[int, list[datetime]] = defaultdict(list)
    for index, moment in batch.submitted.items():
        cards[where[id(batch.cards[index].interview.application)]].append(moment)
    most: dict[int, int] = defaultdict(int)
    for position, count in stages.items():
        opening = batch.applications[position].opening_id
        most[opening] = max(most[opening], count)
    result = {}
    for position, application in enumerate(batch.applications):
        whole = (
            stages[position] == most[application.opening_id] or application.state == ApplicationState.DECLINED
        )
        scored = stages[position] and len(cards[position]) == seats[position]
        if whole and scored and application.state != ApplicationState.WITHDRAWN:
            result[position] = (max(cards[position]), points[position])
    return result


def _verdict(rng: np.random.Generator, points: list[int], *, early: bool) -> str:
    if early:
        return Verdict.NO_HIRE
    seen = float(np.mean(points)) + float(rng.normal(0, 0.12))
    if abs(seen - HIRE_FROM) < 0.06:
        return Verdict.MORE_EVIDENCE
    return Verdict.HIRE if seen > HIRE_FROM else Verdict.NO_HIRE


def _review(
    team: Team, batch: Batch, truth: Truth, reviewer: User, hired: list[tuple[int, datetime]], now: datetime
) -> None:
    """Re-rate the same competencies on the job; later reviews see somewhat more growth."""
    reviews, ratings = [], []
    for position, started in hired:
        for days in REVIEWS:
            moment = started + timedelta(days=days)
            if moment > now - STILL_TO_GIVE:
                break
            levels = batch.truth[position]
            review = OutcomeReview(
                team=team,
                application=batch.applications[position],
                days=days,
                reviewer=reviewer,
                reviewed_at=moment,
                would_hire_again=bool(np.mean(list(levels.values())) + truth.rng.normal(0, 0.3) > 3.0),
            )
            reviews.append(review)
            for competency, level in levels.items():
                seen = level + 0.15 * (days / 180) + float(truth.rng.normal(0, 0.45))
                ratings.append(
                    OutcomeRating(
                        review=review, competency_id=competency, level=int(np.clip(round(seen), 1, 5))
                    )
                )
    OutcomeReview.objects.bulk_create(reviews)
    OutcomeRating.objects.bulk_create(ratings)
