"""How far scores foresaw the job: right to the digit, from enough people, and no table of people."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import adopt_policy
from accounts.models import TeamPolicy
from hiring.outcomes.models import OutcomeRating, OutcomeReview
from hiring.outcomes.validity import REVIEWER_RELIABILITY, Scored, foresight, validity_of
from hiring.pipeline.models import ApplicationState
from psychometrics.selection.range_restriction import case_ii, correlation_interval, disattenuated
from tests.factories import ApplicationFactory, AssignmentFactory, InterviewFactory
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

pytestmark = pytest.mark.django_db
POINTS = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3, 4, 1]
SHOWN = [2, 2, 3, 3, 2, 4, 5, 4, 2, 3, 4, 3]


def hire(world: TeamWorld, point: int, shown: int | None) -> None:
    """Somebody with one scored interview, reviewed if ``shown`` is a level."""
    application = ApplicationFactory(
        team=world.team,
        opening=world.opening,
        state=ApplicationState.HIRED if shown else ApplicationState.DECLINED,
        closed_at=timezone.now() - timedelta(days=100),
    )
    interview = InterviewFactory(team=world.team, application=application, stage=world.stages[0])
    AssignmentFactory(interview=interview, interviewer=world.interviewers[0])
    submitted_card(interview, world.interviewers[0], point)
    if shown:
        review = OutcomeReview.objects.create(
            team=world.team,
            application=application,
            days=90,
            reviewer=world.hiring_manager,
            reviewed_at=timezone.now(),
        )
        OutcomeRating.objects.create(review=review, competency=world.competencies[0], level=shown)


def with_hires() -> Rivals:
    both = rivals()
    for point, shown in zip(POINTS, SHOWN, strict=True):
        hire(both.ours, point, shown)
    for point in (1, 1, 4, 4):
        hire(both.ours, point, None)
    return both


_built, world = standing(with_hires)


def test_the_coefficient_is_that_of_the_published_functions(world: Rivals) -> None:
    policy = TeamPolicy(validity_from=10)
    found = validity_of(world.ours.team, days=None, policy=policy)

    # Target level 3, "meets the bar" at point 3: a point is its level.
    r = float(np.corrcoef(POINTS, SHOWN)[0, 1])
    interval = correlation_interval(r, 12, level=0.9)
    u = float(np.std(POINTS, ddof=1) / np.std([*POINTS, 1, 1, 4, 4], ddof=1))
    for each in (found.overall, *found.stages, *found.questions, *found.interviewers):
        assert each.n == 12
        assert each.r == pytest.approx(r, abs=1e-12)
        assert (each.lower, each.upper) == pytest.approx((interval.lower, interval.upper), abs=1e-12)
        assert each.widened is not None
        assert each.widened.r == pytest.approx(case_ii(r, u), abs=1e-12)
        assert each.perfect is None or each.perfect.r == pytest.approx(
            case_ii(disattenuated(r, criterion=REVIEWER_RELIABILITY), u), abs=1e-12
        )
    assert [len(found.stages), len(found.questions), len(found.interviewers)] == [1, 1, 1]


def test_fewer_people_than_the_policy_asks_for_say_nothing(world: Rivals) -> None:
    found = validity_of(world.ours.team, days=None, policy=TeamPolicy(validity_from=13))

    assert found.overall.r is None
    assert found.overall.why == "not enough data"
    assert validity_of(world.ours.team, days=365, policy=TeamPolicy(validity_from=10)).overall.n == 0


def test_only_the_same_competency_is_compared(world: Rivals) -> None:
    rows = [Scored(1, "a", 3.0, "s", "q", 1), Scored(1, "b", 5.0, "s", "q", 1)]

    found = foresight("k", "k", rows, {1: {"c": 2.0}}, 10, 0.9)

    assert found.n == 0


def test_scores_without_differences_foresee_nothing() -> None:
    rows = [Scored(n, "a", 3.0, "s", "q", 1) for n in range(12)]

    found = foresight("k", "k", rows, {n: {"a": float(n % 5)} for n in range(12)}, 10, 0.9)

    assert (found.r, found.why) == (None, "everybody got the same")


def test_an_amended_review_counts_with_its_newest_version(world: Rivals) -> None:
    ours = world.ours
    first = OutcomeReview.objects.filter(team=ours.team).earliest("pk")
    again = OutcomeReview.objects.create(
        team=ours.team, application=first.application, days=90, reviewer=first.reviewer,
        reviewed_at=timezone.now(), version=2, amend_reason="I mixed up two people.",
    )  # fmt: skip
    OutcomeRating.objects.create(review=again, competency=ours.competencies[0], level=5)
    shown = [5, *SHOWN[1:]]

    found = validity_of(ours.team, days=None, policy=TeamPolicy(validity_from=10)).overall

    assert found.r == pytest.approx(float(np.corrcoef(POINTS, shown)[0, 1]), abs=1e-12)


PAGE = "/t/acme/outcomes/validity/"


def test_people_see_of_people_only_themselves_and_calibrators_everybody(
    world: Rivals, client: Client
) -> None:
    ours = world.ours
    adopt_policy(team=ours.team, values={"validity_from": 10}, reason="A small team.", by=ours.admin)
    name = str(ours.interviewers[0])

    def seen(who: Any) -> str:
        client.force_login(who)
        page = client.get(PAGE).content.decode()
        return page[page.index("<main") :]

    assert name in seen(ours.calibrator)
    for who in (ours.leader, ours.hiring_manager, ours.recruiter):
        assert name not in seen(who)
        assert ours.stages[0].name in seen(who)
    own, colleague = seen(ours.interviewers[0]), seen(ours.interviewers[1])
    assert "Your scores" in own
    assert "All interviews" not in own
    assert "Nobody you scored has been reviewed" in colleague


def test_rivals_find_no_page_and_nothing_of_ours(world: Rivals, client: Client) -> None:
    client.force_login(world.theirs.admin)

    assert client.get(PAGE).status_code == 404
    assert world.ours.stages[0].name not in client.get("/t/rival/outcomes/validity/").content.decode()


def test_page_costs_the_same_for_one_hire_and_for_twelve(
    world: Rivals, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.ours.calibrator)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
