"""Debrief pages: list, waiting page, matrix, decision; the same number of queries however much there is."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TeamPolicy, User
from hiring.calibration.actions import calibrate_team
from hiring.decisions.actions import open_debrief
from hiring.decisions.debrief import build
from hiring.decisions.models import Debrief, Decision
from hiring.pipeline.models import Application, ApplicationState
from hiring.scoring.actions import withdraw_rating
from hiring.scoring.models import Rating
from jobs.models import Job
from jobs.testing import run_all
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    InterviewFactory,
)
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, levels_up_to_date, rivals, submitted_card

pytestmark = pytest.mark.django_db
REASON = "Both must-haves are reached in two sessions."


_built, worlds = standing(rivals)


@pytest.fixture
def ours(worlds: Rivals) -> TeamWorld:
    return worlds.ours


def address(name: str, world: TeamWorld) -> str:
    return reverse(name, args=[world.team.key, world.application.pk])


def score(world: TeamWorld, application: Application | None = None, *, people: int = 2) -> None:
    """Everybody's scorecards of one application; another than the world's gets its interviews here."""
    interviews = world.interviews
    if application is not None:
        interviews = [
            InterviewFactory(team=world.team, application=application, stage=stage) for stage in world.stages
        ]
        for interview in interviews:
            for who in world.interviewers[:people]:
                AssignmentFactory(interview=interview, interviewer=who)
    for interview in interviews:
        for number, who in enumerate(world.interviewers[:people]):
            submitted_card(interview, who, 1 + number * 2)


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_waiting_page_names_who_is_missing_and_shows_no_ratings(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 4, evidence="Secret canary.")
    page = text(signed_in(ours.hiring_manager), address("debrief", ours))
    assert "Ivan Acme" in page
    assert "Secret canary" not in page
    assert "Open it early" in page


def test_opening_early_needs_a_reason_and_keeps_it(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 4)
    client = signed_in(ours.hiring_manager)
    refused = client.post(address("debrief_open", ours), {"reason": ""})
    assert refused.status_code == 409
    assert not Debrief.objects.exists()
    client.post(address("debrief_open", ours), {"reason": "The offer expires tonight."})
    assert "The offer expires tonight." in text(client, address("debrief", ours))


def test_debrief_before_calibration_says_under_way_and_not_unknown(ours: TeamWorld) -> None:
    score(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    page = text(signed_in(ours.hiring_manager), address("debrief", ours))
    assert "the calibration of these scorecards is under way" in page
    assert "of the demand" in page
    assert "0 of 2 competencies without a rating" in page
    assert "must-have nobody rated" not in page
    assert "this loop cannot show it" not in page


def test_debrief_starts_with_disagreement_and_shows_raw_beside_calibrated(ours: TeamWorld) -> None:
    score(ours)
    calibrate_team(team=ours.team, by=None)
    open_debrief(application=ours.application, by=ours.recruiter)
    page = text(signed_in(ours.hiring_manager), address("debrief", ours))
    assert "gave 1, " in page
    assert page.index("Debugging acme") < page.index("Observability acme")
    assert 'class="raw"' in page
    assert 'class="cal"' in page
    assert ' style="' not in page


def test_one_source_is_an_interval_without_a_level(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 4)
    calibrate_team(team=ours.team, by=None)
    open_debrief(application=ours.application, by=ours.recruiter, reason="The offer expires tonight.")
    page = text(signed_in(ours.hiring_manager), address("debrief", ours))
    assert "ci-alone" in page
    assert "indicative" in page
    assert "not assessed" in page


def test_decision_is_recorded_with_reason_and_shown_with_its_person(ours: TeamWorld) -> None:
    score(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    levels_up_to_date(ours)
    client = signed_in(ours.hiring_manager)
    short = client.post(
        address("debrief_decide", ours), {"verdict": "hire", "confidence": "90", "reason": "Yes."}
    )
    assert short.status_code == 422
    assert not Decision.objects.exists()
    client.post(address("debrief_decide", ours), {"verdict": "hire", "confidence": "90", "reason": REASON})
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.verdict, decision.confidence) == (ours.hiring_manager, "hire", 90)
    page = text(client, address("debrief", ours))
    assert REASON in page
    assert "Hugo Acme" in page


def test_api_refuses_a_decision_to_who_may_only_read(ours: TeamWorld) -> None:
    score(ours)
    debrief = open_debrief(application=ours.application, by=ours.recruiter)
    levels_up_to_date(ours)
    body = {"verdict": "hire", "reason": REASON}
    path = f"/api/v1/debriefs/{debrief.pk}/decide/"
    assert signed_in(ours.recruiter).post(path, body, content_type="application/json").status_code == 403
    assert signed_in(ours.leader).post(path, body, content_type="application/json").status_code in (403, 404)
    assert signed_in(ours.hiring_manager).post(path, body, content_type="application/json").status_code == 201


def queries(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        action()
    return len(seen)


def test_list_costs_the_same_at_one_row_and_at_three(ours: TeamWorld) -> None:
    score(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    client = signed_in(ours.hiring_manager)
    path = reverse("debriefs", args=["acme"])
    client.get(path)
    one = queries(lambda: client.get(path))
    for _ in range(2):
        more = ApplicationFactory(
            team=ours.team,
            opening=ours.opening,
            candidate=CandidateFactory(team=ours.team),
            state=ApplicationState.ACTIVE,
        )
        score(ours, more)
        open_debrief(application=more, by=ours.recruiter)
    assert text(client, path).count("Open since") == 3
    assert queries(lambda: client.get(path)) == one


def test_debrief_costs_the_same_at_one_scorecard_and_at_four(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    calibrate_team(team=ours.team, by=None)
    open_debrief(application=ours.application, by=ours.recruiter, reason="The offer expires tonight.")
    client = signed_in(ours.hiring_manager)
    path = address("debrief", ours)
    client.get(path)
    few = queries(lambda: client.get(path))
    submitted_card(ours.interviews[0], ours.interviewers[1], 1)
    for who in ours.interviewers[:2]:
        submitted_card(ours.interviews[1], who, 2)
    assert queries(lambda: client.get(path)) == few


def test_list_is_by_date_and_never_shows_a_rivals_candidate(worlds: Rivals) -> None:
    for world in (worlds.ours, worlds.theirs):
        score(world)
        open_debrief(application=world.application, by=world.recruiter)
    page = text(signed_in(worlds.ours.recruiter), reverse("debriefs", args=["acme"]))
    assert "Candidate of acme" in page
    assert "rival" not in page
    rival_page = reverse("debrief", args=["acme", worlds.theirs.application.pk])
    assert signed_in(worlds.ours.recruiter).get(rival_page).status_code == 404


def test_late_evidence_is_said_and_one_click_brings_the_levels_up_to_date(ours: TeamWorld) -> None:
    first = submitted_card(ours.interviews[0], ours.interviewers[0], 4)
    levels_up_to_date(ours)
    open_debrief(application=ours.application, by=ours.recruiter, reason="The offer expires tonight.")
    for interview, who in ((0, 1), (1, 0), (1, 1)):
        submitted_card(ours.interviews[interview], ours.interviewers[who], 2)
    client = signed_in(ours.hiring_manager)
    page = text(client, address("debrief", ours))
    assert "3 scorecards not in the levels yet" in page
    assert "came in late" in page
    assert "rating not in it yet" in page, "a level that a later rating has not reached says so"
    assert "under way" in page, "a competency rated since is pending, never not assessed"
    assert "not assessed" not in page.split("<tbody>")[1].split("</tbody>")[0]
    refused = client.post(
        address("debrief_decide", ours), {"verdict": "hire", "confidence": "90", "reason": REASON}
    )
    assert refused.status_code == 409
    assert "what counts now" in refused.content.decode()

    assert signed_in(ours.leader).post(address("debrief_bring_up", ours)).status_code in (403, 404)
    assert client.post(address("debrief_bring_up", ours)).status_code == 302
    run_all()
    after = text(client, address("debrief", ours))
    assert "not in the levels yet" not in after
    assert "came in late" in after
    client.post(address("debrief_decide", ours), {"verdict": "hire", "confidence": "90", "reason": REASON})
    assert Decision.objects.get().run is not None
    assert first.pk


def test_only_supported_must_haves_count_as_short_and_notes_are_read(ours: TeamWorld) -> None:
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submitted_card(interview, who, 1, summary="Ask how the rollback went.")
    levels_up_to_date(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    page = text(signed_in(ours.hiring_manager), address("debrief", ours))
    assert "Notes for the debrief" in page
    assert page.count("Ask how the rollback went.") == 4
    view = build(
        ours.application,
        Debrief.objects.get(),
        user=ours.hiring_manager,
        policy=TeamPolicy.objects.current_for(ours.team.pk),
    )
    for row in view.must_haves_short:
        assert row.view.verdict_supported
    for row in view.must_haves_thin:
        assert not row.view.verdict_supported
    states = len(view.must_haves_short) + len(view.must_haves_thin) + len(view.must_haves_open)
    met = [
        row
        for row in view.must_haves
        if row.view.p_gap is not None and row.view.p_gap <= view.policy.band_unlikely
    ]
    assert states + len(met) == len(view.must_haves)


def test_early_debrief_names_who_is_out_and_tells_two_of_one_name_apart(ours: TeamWorld) -> None:
    User.objects.filter(pk=ours.interviewers[1].pk).update(name="Ines Berg")
    submitted_card(ours.interviews[0], ours.interviewers[0], 4)
    submitted_card(ours.interviews[0], ours.interviewers[1], 1)
    open_debrief(application=ours.application, by=ours.recruiter, reason="The offer expires tonight.")

    page = text(signed_in(ours.hiring_manager), address("debrief", ours))

    assert "2 scorecards still out" in page
    assert "Ines Acme (Stage 2 acme), Ines Berg (Stage 2 acme)" in page
    assert "Ines Berg gave 1, Ines Acme gave 4" in page


def test_debrief_says_that_a_rating_was_withdrawn_and_that_the_last_run_failed(ours: TeamWorld) -> None:
    score(ours)
    levels_up_to_date(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    rating = Rating.objects.filter(scorecard__interviewer=ours.interviewers[0]).first()
    assert rating is not None
    withdraw_rating(rating, reason="I meant another candidate.", by=ours.interviewers[0])
    Job.objects.filter(kind="calibration.run").update(state="failed")

    page = text(signed_in(ours.hiring_manager), address("debrief", ours))

    assert "1 rating withdrawn since the levels were worked out" in page
    assert "The last calibration failed" in page
