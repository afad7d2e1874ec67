"""From a submitted scorecard to a run: debounced, joined, adopted by waiting debriefs, shown."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from hiring.calibration.actions import KIND, calibrate_team, request_run
from hiring.calibration.models import CalibrationRun
from hiring.decisions.actions import open_debrief
from hiring.pipeline.models import Interview
from hiring.scoring import actions as scoring
from hiring.scoring.models import Scorecard
from jobs.models import Job
from jobs.testing import run_all
from rubrics.models import Criterion
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db


_built, ours = standing(our_world)


def submit(interview: Interview, by: User, point: int = 3) -> Scorecard:
    """Score an interview the way an interviewer does."""
    card = scoring.start(interview, by=by)
    criteria = Criterion.objects.filter(question__placements__stage=interview.stage)
    changes: dict[str, object] = {
        f"c{criterion.pk}": {"point": point, "evidence": "Named the failing link first."}
        for criterion in criteria
    }
    card = scoring.save_draft(
        card, revision=card.revision, changes={**changes, "recommendation": "yes"}, by=by
    )
    return scoring.submit(card, revision=card.revision, by=by)


def waiting() -> list[Job]:
    return list(Job.objects.filter(kind=KIND).exclude(state="done"))


def test_submitting_asks_for_one_run_a_minute_later(ours: TeamWorld) -> None:
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submit(interview, who)
    (job,) = waiting()
    assert job.team == ours.team
    assert job.run_after is not None
    assert timedelta(seconds=30) < job.run_after - timezone.now() <= timedelta(seconds=60)
    assert not CalibrationRun.objects.exists()

    run_all(ours.team)

    assert CalibrationRun.objects.get().n_ratings == 4


def test_run_now_brings_the_waiting_run_forward(ours: TeamWorld) -> None:
    submit(ours.interviews[0], ours.interviewers[0])
    (before,) = waiting()
    answer = signed_in(ours.calibrator).post(reverse("calibration_run", args=["acme"]))
    (after,) = waiting()
    assert after.pk == before.pk
    assert after.run_after is None or after.run_after <= timezone.now()
    assert answer["Location"] == reverse("job_status", args=["acme", after.pk])


def test_run_is_adopted_by_the_debrief_that_waits_for_it(ours: TeamWorld) -> None:
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submit(interview, who)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)
    assert debrief.run is None
    run_all(ours.team)
    debrief.refresh_from_db()
    assert debrief.run == CalibrationRun.objects.get()


def test_team_without_ratings_gets_a_job_that_says_why(ours: TeamWorld) -> None:
    request_run(team=ours.team, by=ours.calibrator)
    (job,) = run_all(ours.team, raise_errors=False)[:1]
    assert not CalibrationRun.objects.exists()
    page = signed_in(ours.calibrator).get(reverse("job_status", args=["acme", job.pk])).content.decode()
    assert "nothing to calibrate yet" in page


def test_page_says_what_will_be_there_before_the_first_run(ours: TeamWorld) -> None:
    page = signed_in(ours.calibrator).get(reverse("calibration", args=["acme"])).content.decode()
    assert "No calibration yet" in page


def test_page_costs_the_same_at_one_criterion_and_at_more(ours: TeamWorld) -> None:
    client = signed_in(ours.calibrator)
    path = reverse("calibration", args=["acme"])
    submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    calibrate_team(team=ours.team, by=None)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    submitted_card(ours.interviews[0], ours.interviewers[1], 1)
    for who in ours.interviewers[:2]:
        submitted_card(ours.interviews[1], who, 2)
    calibrate_team(team=ours.team, by=None)
    with CaptureQueriesContext(connection) as many:
        page = client.get(path).content.decode()
    assert len(many) == len(few)
    assert "Observability acme question" in page
    assert "rival" not in page


def test_search_narrows_the_criteria(ours: TeamWorld) -> None:
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submitted_card(interview, who, 2)
    calibrate_team(team=ours.team, by=None)
    page = signed_in(ours.calibrator).get(reverse("calibration", args=["acme"]), {"q": "Debugging"})
    assert "Debugging acme question" in page.content.decode()
    assert "Observability acme question" not in page.content.decode()


def test_page_says_each_notice_once_and_in_words(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    run = calibrate_team(team=ours.team, by=None)
    page = signed_in(ours.calibrator).get(reverse("calibration", args=["acme"])).content.decode()
    assert {"spacing_assumed", "relative_to_team"} <= {warning["code"] for warning in run.warnings}
    for warning in run.warnings:
        assert page.count(escape(warning["text"])) == 1
        assert warning["code"] not in page
