"""Counts of people on the dashboard: shown from the limit on, and never to be worked out from a total."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import TeamPolicy
from hiring.decisions.models import Decision, Verdict
from hiring.pipeline.models import Application, InterviewState, Opening
from reports.dashboard.agreement import disagreement
from reports.dashboard.filters import filters
from reports.dashboard.waiting import waits
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    InterviewFactory,
    OpeningFactory,
)
from tests.worlds import TeamWorld, submitted_card, team_world

pytestmark = pytest.mark.django_db
LIMIT = 3


@pytest.fixture
def world() -> TeamWorld:
    return team_world("acme")


def applied(world: TeamWorld, opening: Opening, *, days_ago: float = 10) -> Application:
    """Somebody who applied to an opening."""
    application: Application = ApplicationFactory(
        team=world.team,
        opening=opening,
        candidate=CandidateFactory(team=world.team),
        applied_at=timezone.now() - timedelta(days=days_ago),
    )
    return application


def interviewed(world: TeamWorld, application: Application, *days_ago: float) -> None:
    """Interviews that were held that many days ago, one a stage."""
    for stage, ago in zip(world.stages, days_ago, strict=False):
        InterviewFactory(
            team=world.team,
            application=application,
            stage=stage,
            state=InterviewState.DONE,
            scheduled_at=timezone.now() - timedelta(days=ago),
        )


def decided(world: TeamWorld, application: Application, *, days_ago: float, debriefed: float | None) -> None:
    """A decision that many days ago, after a debrief, or forced without one."""
    now = timezone.now()
    if debriefed is not None:
        Application.objects.filter(pk=application.pk).update(debriefed_at=now - timedelta(days=debriefed))
    Decision.objects.create(
        team=world.team,
        application=application,
        verdict=Verdict.HIRE,
        reason="Does the work.",
        decided_by=world.hiring_manager,
        decided_at=now - timedelta(days=days_ago),
    )


def rated_twice(world: TeamWorld, application: Application, points: tuple[int, int]) -> None:
    """An answer of the first stage that two interviewers rated."""
    interview = InterviewFactory(team=world.team, application=application, stage=world.stages[0])
    for interviewer, point in zip(world.interviewers, points, strict=False):
        AssignmentFactory(interview=interview, interviewer=interviewer)
        submitted_card(interview, interviewer, point)


def test_times_are_those_of_the_stored_moments(world: TeamWorld) -> None:
    for applied_ago in (20, 30, 40):
        application = applied(world, world.opening, days_ago=applied_ago)
        interviewed(world, application, applied_ago - 5, applied_ago - 8)
        decided(world, application, days_ago=applied_ago - 12, debriefed=applied_ago - 10)

    first, between, decision, whole = waits(filters(world.team)[0], TeamPolicy(suppress_under=LIMIT))

    found = [(each.n, round(each.median or 0, 2)) for each in (first, between, decision, whole)]
    assert found == [(3, 5), (3, 3), (3, 2), (3, 12)]
    assert round(whole.low or 0, 2) == round(whole.high or 0, 2) == 12


def test_times_are_shown_from_exactly_the_limit_on(world: TeamWorld) -> None:
    for number in range(LIMIT):
        application = applied(world, world.opening)
        interviewed(world, application, 8)
        if number:
            decided(world, application, days_ago=1, debriefed=None)

    first, between, decision, whole = waits(filters(world.team)[0], TeamPolicy(suppress_under=LIMIT))

    assert (first.n, first.median is None) == (LIMIT, False)
    assert (whole.n, whole.median, whole.note) == (LIMIT - 1, None, f"shown from {LIMIT}")
    # Without a debrief nothing was waited for between interviews and decision.
    assert (between.n, decision.n) == (0, 0)


def test_times_of_other_openings_and_of_older_applications_are_left_out(world: TeamWorld) -> None:
    other = OpeningFactory(team=world.team, loop=world.loop, profile=world.profile, key="other")
    for opening, days_ago in ((world.opening, 10), (world.opening, 200), (other, 10)):
        interviewed(world, applied(world, opening, days_ago=days_ago), 1)

    def counted(opening: str, period: str) -> int:
        return waits(filters(world.team, opening=opening, period=period)[0], TeamPolicy())[0].n

    assert [counted("", "365"), counted("", "90"), counted("opening", "365"), counted("opening", "90")] == [
        3,
        2,
        2,
        1,
    ]
    assert counted("no-such", "365") == 0


def test_disagreement_is_told_of_the_cells_that_are_shown_and_of_no_other(world: TeamWorld) -> None:
    small = OpeningFactory(
        team=world.team, loop=world.loop, profile=world.profile, key="small", title="Small"
    )
    for points in ((1, 3), (2, 3), (1, 4)):
        rated_twice(world, applied(world, world.opening), points)
    for points in ((1, 4), (1, 4)):
        rated_twice(world, applied(world, small), points)
    chosen, known = filters(world.team)

    found = disagreement(chosen, TeamPolicy(suppress_under=LIMIT), known)

    assert found.grid is not None
    assert list(found.grid.columns) == [world.opening.title]
    # Two of three lie two points apart; the whole less what is shown leaves nothing to be worked out.
    assert (found.answers, found.apart) == (3, 2)
    assert found.grid.values == [[pytest.approx(2 / 3)]]


def test_disagreement_without_an_opening_is_none(world: TeamWorld) -> None:
    chosen, known = filters(world.team, opening="no-such")
    found = disagreement(chosen, TeamPolicy(), known)
    assert (found.answers, found.apart, found.share, found.grid) == (0, 0, None, None)
