"""The demo's world: as large as promised, the same every time, its planted effects there to be found."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from django.db.models import Sum

from accounts.models import Membership, Team
from demo import world
from demo.cast import HARROW, MERIDIAN, PLANTS
from hiring.calibration.models import CalibrationRun
from hiring.decisions.models import Decision
from hiring.lab.models import Certificate, VignetteSitting
from hiring.outcomes.models import OutcomeReview
from hiring.pipeline.models import (
    Application,
    ApplicationState,
    Candidate,
    Interview,
    InterviewState,
    Opening,
)
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from rubrics.models import QuestionExposure

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)


def load() -> tuple[Team, Team]:
    world.load(lambda text: None, now=NOW)
    return Team.objects.get(key=MERIDIAN.key), Team.objects.get(key=HARROW.key)


def flagged_by_plant(team: Team, run: CalibrationRun) -> dict[str, list[set[str]]]:
    """What the product's own fit flags of everybody, by the effect that was planted on them ("" for none)."""
    domain = f"@{MERIDIAN.domain}"
    named = {person.email for person in MERIDIAN.people}
    invented = [
        membership.user_id
        for membership in Membership.objects.filter(team=team).select_related("user").order_by("user_id")
        if membership.user.email.endswith(domain) and membership.user.email not in named
    ]
    plants = {pk: PLANTS.get(place, "") for place, pk in enumerate(invented)}
    found: dict[str, list[set[str]]] = defaultdict(list)
    for row in run.interviewers.all():
        found[plants.get(row.interviewer_id, "")].append({flag["code"] for flag in row.flags})
    return found


def test_world_is_as_large_as_promised_and_shows_what_was_planted() -> None:
    team, rival = load()

    assert Opening.objects.in_team(team).count() == 4
    assert Candidate.objects.in_team(team).count() == 120
    assert Interview.objects.in_team(team).count() >= 500
    assert Membership.objects.filter(team=team).count() >= 40
    assert set(Interview.objects.in_team(team).values_list("state", flat=True)) >= {
        InterviewState.DONE,
        InterviewState.PLANNED,
    }
    assert set(Application.objects.in_team(team).values_list("state", flat=True)) == set(
        ApplicationState.values
    )
    assert set(Scorecard.objects.in_team(team).values_list("state", flat=True)) >= {
        ScorecardState.DRAFT,
        ScorecardState.SUBMITTED,
    }
    assert Decision.objects.in_team(team).exists()
    assert OutcomeReview.objects.in_team(team).exists()
    assert QuestionExposure.objects.in_team(team).get().question_key == MERIDIAN.leaked
    run = CalibrationRun.objects.latest_for(team.pk)
    assert run is not None
    assert run.converged
    assert run.levels_shown
    found = flagged_by_plant(team, run)
    assert [sorted(flags) for flags in found["harsh"]] == [["harsh"], ["harsh"]]
    assert ["drifts_harsh" in flags for flags in found["drift"]] == [True]
    assert ["strong_halo" in flags for flags in found["halo"]] == [True]
    # Of 38 honest people and five tests each, none: not even one that chance would excuse.
    assert [flags for flags in found[""] if flags] == []
    moved = {row["key"]: row["effect"] for row in run.question_tests if row["flagged"]}
    assert moved.keys() == {MERIDIAN.leaked}
    assert moved[MERIDIAN.leaked] > 0  # easier
    assert any(row["name"] == "interviewers" for row in run.assumptions)
    # Three answers anchor levels, on one question: something is left to do in the lab.
    assert run.anchoring["vignettes"] == 3
    assert run.anchoring["more"] > 0
    assert Certificate.objects.in_team(team).count() >= 10
    assert VignetteSitting.objects.in_team(team).filter(drift_of__isnull=False).exists()
    assert team.is_synthetic
    assert rival.is_synthetic
    assert not Application.objects.in_team(rival).filter(opening__team=team).exists()
    # The same moment gives the same world: these change only when the demo is changed on purpose.
    scored = Rating.objects.filter(scorecard__team=team)
    assert (scored.count(), scored.aggregate(total=Sum("point"))["total"]) == (3330, 7758)
    assert world.is_loaded()
