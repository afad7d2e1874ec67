"""One's own severity on the page of one's interviews: own, from enough scorecards on, with its interval."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from accounts.models import TeamPolicy, User
from hiring.calibration.models import CalibrationRun, InterviewerEstimate
from hiring.calibration.own_severity import own_severity
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

pytestmark = pytest.mark.django_db


_built, world = standing(rivals)


def run_with(
    ours: TeamWorld, people: dict[User, float], *, looked_for: list[Any] | None = None, **values: Any
) -> CalibrationRun:
    """A stored run in which these people have these severities, in levels."""
    run = CalibrationRun.objects.create(
        team=ours.team,
        scale=ours.questions[0].scale,
        settings_used={"interval_level": 0.8, "flags": {"level": 0.9}},
        looked_for=looked_for,
        data_until=timezone.now(),
        data_hash="0" * 64,
        model_version="1",
        n_ratings=48,
        n_applications=6,
        n_interviewers=2,
        n_criteria=2,
        converged=True,
        iterations=9,
        seconds=0.1,
        components={},
        thresholds=[],
        anchored=False,
        levels_shown=True,
        subsets=[],
        warnings=[],
    )
    for person, severity in people.items():
        given: dict[str, Any] = {
            "severity": 2 * severity,
            "se": 0.4,
            "lower": 2 * severity - 0.6,
            "upper": 2 * severity + 0.6,
            "severity_levels": severity,
            "lower_levels": severity - 0.3,
            "upper_levels": severity + 0.3,
            "n_ratings": 24,
            "n_scorecards": 12,
        }
        InterviewerEstimate.objects.create(run=run, interviewer=person, **{**given, **values})
    return run


def shown(ours: TeamWorld, user: User) -> str:
    """The line as it reads."""
    found = own_severity(user, ours.team, TeamPolicy.objects.current_for(ours.team.pk))
    html = render_to_string("calibration/_own_severity.html", {"own": found})
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html))


def test_line_says_severity_interval_source_and_definition(world: Rivals) -> None:
    ours = world.ours
    ines, ivan = ours.interviewers[:2]
    run_with(ours, {ines: 0.42, ivan: -0.91})

    line = shown(ours, ines)

    assert "+0.4 0.1–0.7" in line
    assert "80\u202f% interval, from 12 scorecards" in line
    assert "0 is the average interviewer of the team, + is harsher" in line
    assert "−0.9" not in line
    assert "no difference" not in line


def test_interval_around_zero_is_called_no_difference(world: Rivals) -> None:
    ines = world.ours.interviewers[0]
    run_with(world.ours, {ines: -0.2})

    line = shown(world.ours, ines)

    assert "−0.2 −0.5 to 0.1" in line
    assert "treat it as no difference" in line


def test_few_scorecards_show_no_number(world: Rivals) -> None:
    ours, ines = world.ours, world.ours.interviewers[0]
    run_with(ours, {ines: 0.42}, n_scorecards=9)

    line = shown(ours, ines)

    assert "not enough data" in line
    assert "Shown from 10 calibrated scorecards on; you have 9." in line
    assert "0.4" not in line


def test_withheld_levels_show_no_number(world: Rivals) -> None:
    ours, ines = world.ours, world.ours.interviewers[0]
    run_with(ours, {ines: 0.42}, severity_levels=None, lower_levels=None, upper_levels=None)

    line = shown(ours, ines)

    assert "not enough data" in line
    assert "cannot tell how ratings translate into levels" in line


def test_run_of_another_team_says_nothing_here(world: Rivals) -> None:
    ines = world.ours.interviewers[0]
    run_with(world.theirs, {ines: 0.42})

    assert "you have 0" in shown(world.ours, ines)


def test_page_of_interviews_shows_ones_own_and_nobody_elses(client: Client, world: Rivals) -> None:
    ours = world.ours
    ines, ivan = ours.interviewers[:2]
    submitted_card(ours.interviews[0], ines)
    run_with(ours, {ines: 0.42, ivan: -0.91})
    client.force_login(ines)

    page = client.get("/t/acme/interviews/").content.decode()

    assert "<b>+0.4</b>" in page
    assert "0.9" not in page.split('<aside class="mirror"')[1]
