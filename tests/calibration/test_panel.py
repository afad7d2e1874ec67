"""What a forecast is told of a team's interviewers: together, from enough of them, else the defaults."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import TeamPolicy
from hiring.calibration import panel
from hiring.calibration.models import CalibrationRun
from hiring.scoring.models import Rating
from loops.panels import PanelFacts, panel_facts
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

pytestmark = pytest.mark.django_db


_built, world = standing(rivals)


def run_of(ours: TeamWorld, **values: Any) -> CalibrationRun:
    given: dict[str, Any] = {
        "settings_used": {},
        "data_until": timezone.now(),
        "data_hash": "0" * 64,
        "model_version": "1",
        "n_ratings": 480,
        "n_applications": 60,
        "n_interviewers": 8,
        "n_criteria": 2,
        "converged": True,
        "iterations": 9,
        "seconds": 0.1,
        "components": {"general": 0.8, "competency": 0.6, "severity": 0.4},
        "thresholds": [],
        "anchored": False,
        "levels_shown": True,
        "subsets": [],
        "warnings": [],
    }
    return CalibrationRun.objects.create(team=ours.team, scale=ours.questions[0].scale, **{**given, **values})


def facts(ours: TeamWorld) -> PanelFacts:
    return panel_facts(ours.team.pk, TeamPolicy.objects.current_for(ours.team.pk))


def test_severity_is_that_of_the_newest_run_beside_the_candidates(world: Rivals) -> None:
    run_of(world.ours)
    found = facts(world.ours).severity
    assert found.value == pytest.approx(0.4)
    assert "8 interviewers" in found.source
    assert facts(world.theirs) == PanelFacts()


@pytest.mark.parametrize(
    "values",
    [
        {"n_interviewers": panel.LEAST_INTERVIEWERS - 1},
        {"converged": False},
        {"components": {}},
        {"components": {"severity": 0.4, "general": 0.0}},
    ],
)
def test_too_little_leaves_the_default(world: Rivals, values: dict[str, Any]) -> None:
    run_of(world.ours, **values)
    assert facts(world.ours).severity == PanelFacts().severity


def test_not_assessed_is_the_share_of_submitted_ratings(
    world: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = world.ours
    card = submitted_card(ours.interviews[0], ours.interviewers[0])
    assert facts(ours).not_assessed == PanelFacts().not_assessed
    made = Rating.objects.filter(scorecard=card).count()
    monkeypatch.setattr(panel, "LEAST_RATINGS", made)
    assert facts(ours).not_assessed.value == 0
    assert f"{made} ratings" in facts(ours).not_assessed.source
    assert facts(world.theirs).not_assessed == PanelFacts().not_assessed
